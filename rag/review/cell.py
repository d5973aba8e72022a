"""One cell of a table of answers, as frozen values."""

from dataclasses import dataclass
from typing import Protocol

from citeback.index.records import Span
from citeback.rag.messages.catalogue import message

SILENT = message("does not say")


@dataclass(frozen=True, slots=True)
class CellSource:
    """The words that a cell rests on: `quote == source.text[span.start:span.end]`."""

    span: Span
    quote: str
    page: int | None
    place: str | None


@dataclass(frozen=True, slots=True)
class TableCell:
    """The answer of one document to one question.

    `answer` are the shortest words that answer: those of a date, number or name, "yes" or "no", or else the
    sentence. It is "" and `source` None if the document does not say. `confidence` (0 to 1) is how sure it is
    that the document answers at all. `saved` is true if the cell was taken from an earlier run. `judged` is
    "right" or "wrong" if a person has said so.
    """

    document: str
    question: str
    answer: str
    source: CellSource | None
    confidence: float
    saved: bool = False
    judged: str = ""

    @property
    def text(self) -> str:
        """Return the answer on one line, or that the document does not say."""
        return " ".join(self.answer.split()) or SILENT


class CellStore(Protocol):
    """A store of answered cells, by a key of everything that they depend on."""

    def cell(self, key: str, document: str, question: str) -> TableCell | None:
        """Return a saved cell, or None."""

    def save(self, key: str, cell: TableCell) -> None:
        """Save a cell."""
