"""What a sync says while it runs and when it is done. Frozen values; must never know how it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from index.records import Failure


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of a stage are done.

    Stages come in this order: "reading" (unit "documents"; `item` is a document's name), "splitting"
    (the same), "embedding" (unit "chunks"), "writing" (unit "parts"; `item` says which).
    """

    stage: str
    done: int
    total: int
    unit: str
    item: str = ""


Watch: TypeAlias = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did.

    Documents go by name, `renamed` ones by (name so far, name now). `generation` is the current one
    now; `published` tells whether it is new. `embedded` chunks went through the model in this sync,
    `reused` ones did not: their vectors were known. `rebuilt` is the reason why no earlier document
    was taken over as it was, if there is one. `notices` must be told to a person.
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

    @property
    def reused(self) -> int:
        """Return how many chunks needed no model."""
        return self.chunks - self.embedded
