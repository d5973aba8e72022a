"""An ordered parallel map that works ahead of its consumer."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

BUFFERED = 8
"""Unconsumed results per thread; each may be a long text."""


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[tuple[Item, Result]]:
    """Yield (item, work(item)) in order, computed ahead by threads.

    An exception of `work` is raised when its item's turn comes.

    >>> list(ordered_map(str, [3, 1], threads=2))
    [(3, '3'), (1, '1')]
    """
    executor = ThreadPoolExecutor(threads)
    begun: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            begun.append((item, executor.submit(work, item)))
            if len(begun) > BUFFERED * threads:
                first, result = begun.popleft()
                yield first, result.result()
        for item, result in begun:
            yield item, result.result()
    finally:
        executor.shutdown(cancel_futures=True)
