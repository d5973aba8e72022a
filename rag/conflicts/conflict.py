"""Immutable records of conflicts: two statements that cannot both be true, and a listing of them."""

from dataclasses import dataclass

from citeback.rag.stated_place import StatedPlace


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One of the two statements; `also` are other places with the same statement."""

    place: StatedPlace
    also: tuple[StatedPlace, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements of different documents about the same matter that differ; the newer one comes first.

    `kind` is "number", "date", "name", "negation", "opposite", or "clause" where two versions of a document
    word a clause differently. `replaces` tells that the newer document replaces or corrects the older one:
    what it says counts. `differences` are the words of the newer and
    of the older statement. `confidence` (0 to 1) is the estimated probability that they conflict.
    """

    kind: str
    confidence: float
    differences: tuple[tuple[str, str], ...]
    newer: ConflictSide
    older: ConflictSide
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class ConflictListing:
    """All conflicts, most certain first, and how much was compared.

    `statements` counts the sentences that state something, `compared` those that were compared so far.
    `unread` counts the files that pass the filter and could not be indexed.
    """

    conflicts: tuple[Conflict, ...]
    documents: int
    unread: int
    statements: int
    compared: int
    notices: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether every statement was compared."""
        return self.compared >= self.statements
