"""What a sync says while it runs and when it is done. Frozen values; must never know how it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

from index.absent import Absence
from index.records import Failure


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of a stage are done, `seconds` after the stage began.

    Stages begin in this order: "reading" (unit "documents"; `item` is a document's name), "embedding" (unit
    "chunks"), which goes on beside it, "splitting" (unit "documents"), "writing" (unit "parts"; `item` says
    which). `share` is how much of the stage's work is done, 0 to 1, by the lengths of the texts. As long as
    files are read, `total` of the chunks is an estimate.

    >>> Progress("embedding", 10, 100, "chunks", share=0.2, seconds=4).left
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
        """Return units per second so far; None where nothing is done yet."""
        return self.done / self.seconds if self.done and self.seconds else None

    @property
    def left(self) -> float | None:
        """Return the seconds that the stage will still take at the speed so far; None while unknown."""
        return self.seconds * (1 - self.share) / self.share if self.share and self.seconds else None


class Stage:
    """One stage while it runs: tells `watch` how far it is, with the clock that it began at."""

    def __init__(self, watch: "Watch", name: str, unit: str, total: int) -> None:
        self._watch, self._name, self._unit, self._total = watch, name, unit, total
        self._began = perf_counter()

    def at(self, done: int, item: str = "", share: float | None = None, total: int | None = None) -> None:
        """Tell that `done` units are done and `item` is next; `share` where units differ in size.

        `total` where it was not known when the stage began.
        """
        whole = self._total if total is None else total
        part = (done / whole if whole else 1.0) if share is None else share
        seconds = perf_counter() - self._began
        self._watch(Progress(self._name, done, whole, self._unit, item, part, seconds))

    def end(self) -> None:
        """Tell that all units are done."""
        self.at(self._total)


Watch: TypeAlias = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did.

    Documents go by name, `renamed` ones by (name so far, name now). `generation` is the current one
    now; `published` tells whether it is new. `embedded` chunks went through the model in this sync,
    `reused` ones did not: their vectors were known. `rebuilt` is the reason why no earlier document
    was taken over as it was, if there is one. `notices` must be told to a person. The documents of `absent`
    folders were kept, since their disk may only be missing.
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
    absent: tuple[Absence, ...] = ()

    @property
    def reused(self) -> int:
        """Return how many chunks needed no model."""
        return self.chunks - self.embedded
