"""Seconds that each stage of an answer takes."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class StageClock:
    """Seconds spent in each stage, without the time of the consumer of the events."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Add the time until the block ends to a stage."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start

    def each(self, stage: str, items: Generator[Item]) -> Iterator[Item]:
        """Yield the items; add the time until each is there to a stage."""
        with closing(items):
            while True:
                with self(stage):
                    item = next(items, None)
                if item is None:
                    return
                yield item
