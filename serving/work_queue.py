"""A queue for CPU-bound work."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from citeback.index.errors import CitebackError

T = TypeVar("T")


class QueueFull(CitebackError):
    """Too many are waiting already."""


@dataclass(slots=True)
class WorkQueue:
    """Runs `at_once` pieces of work at a time, and lets `most` wait.

    More at a time would only compete for the same cores. Work that takes minutes has a queue of its own, one
    piece at a time: questions do not wait for it, and at most `most_long` pieces wait.
    """

    at_once: int = 2
    most: int = 200
    most_long: int = 4
    _inside: int = 0
    _inside_long: int = 0
    _limiter: CapacityLimiter | None = None
    _limiter_long: CapacityLimiter | None = None

    async def run_long(self, work: Callable[[], T]) -> T:
        """Run work that takes minutes. Raises QueueFull, or what `work` raises."""
        with self._admitted_long():
            return await self._run_long(work)

    async def each_long(self, work: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
        """Yield the items of work that takes minutes; other long work takes turns with it, item by item.

        Raises QueueFull before the first item, or what `work` raises.
        """
        with self._admitted_long():
            items = iter(await self._run_long(work))
            while (item := await self._run_long(lambda: next(items, None))) is not None:
                yield item

    @contextmanager
    def _admitted_long(self) -> Iterator[None]:
        if self._inside_long > self.most_long:
            raise QueueFull("Too many drafts, tables and lists are waiting.", "try again in a few minutes")
        self._inside_long += 1
        try:
            yield
        finally:
            self._inside_long -= 1

    async def _run_long(self, work: Callable[[], T]) -> T:
        if self._limiter_long is None:
            self._limiter_long = CapacityLimiter(1)
        return await to_thread.run_sync(work, limiter=self._limiter_long)

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` when it is its turn and return its result. Raises QueueFull, or what `work` raises."""
        # Counted here, since the limiter counts those waiting only once they wait.
        if self._inside >= self.at_once + self.most:
            raise QueueFull("Too many questions are waiting.", "ask again in a few seconds")
        if self._limiter is None:  # made here: a limiter belongs to the event loop that waits for it
            self._limiter = CapacityLimiter(self.at_once)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1

    async def each(self, work: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
        """Yield the items of `work`, each step in its turn. Raises QueueFull, or what `work` raises."""
        items = iter(await self.run(work))
        while (item := await self.run(lambda: next(items, None))) is not None:
            yield item
