"""Progress of a running sync, and its final report."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

from citeback.index.records import Failure
from citeback.index.sync.missing_files import MissingFolder


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of one stage: `done` of `total` units, `seconds` after it began.

    The stages are, in order: "reading" (unit "documents"; `item` is a file name), "embedding" (unit
    "chunks"), which overlaps with it, "splitting" (unit "documents"), and "writing" (unit "parts"; `item` is
    the part). `share` is the completed fraction, 0 to 1, weighted by size. While files are being read, the
    total of "embedding" is an estimate.

    >>> Progress("embedding", 10, 100, "chunks", share=0.2, seconds=4).remaining
    16.0
    """

    stage: str
    done: int
    total: int
    unit: str
    item: str = ""
    share: float = 0.0
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Return units per second so far, or None before the first."""
        return self.done / self.seconds if self.done and self.seconds else None

    @property
    def remaining(self) -> float | None:
        """Return the estimated remaining seconds, or None while unknown."""
        return self.seconds * (1 - self.share) / self.share if self.share and self.seconds else None


class Stage:
    """Reports the progress of one stage to `watch`."""

    def __init__(self, watch: "ProgressCallback", name: str, unit: str, total: int) -> None:
        self._watch, self._name, self._unit, self._total = watch, name, unit, total
        self._began = perf_counter()

    def at(self, done: int, item: str = "", share: float | None = None, total: int | None = None) -> None:
        """Report `done` units, with `item` next.

        `share` is the completed fraction if units differ in size; `total` replaces the number given at the
        start.
        """
        whole = self._total if total is None else total
        part = (done / whole if whole else 1.0) if share is None else share
        seconds = perf_counter() - self._began
        self._watch(
            Progress(
                stage=self._name,
                done=done,
                total=whole,
                unit=self._unit,
                item=item,
                share=part,
                seconds=seconds,
            )
        )

    def end(self) -> None:
        """Report all units done."""
        self.at(self._total)


ProgressCallback: TypeAlias = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The result of a sync.

    Documents are given by name, `renamed` ones as (old name, new name). `generation` is the current number,
    and `published` tells whether it is new. `embedded` counts chunks encoded by this sync. `rebuilt` is the
    reason why no document could be reused, if any. `notices` are messages for users. The documents of
    `absent` folders stay indexed, since their disk may only be missing.
    """

    generation: int
    published: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    deleted: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    chunks: int
    embedded: int
    seconds: float
    rebuilt: str | None = None
    notices: tuple[str, ...] = ()
    absent: tuple[MissingFolder, ...] = ()

    @property
    def reused(self) -> int:
        """Return the number of chunks whose vectors were already known."""
        return self.chunks - self.embedded
