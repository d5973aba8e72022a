"""Writers: evidence -> draft sentences.

A draft states a claim and the evidence it rests on; `verify` decides whether it is true. `ExtractiveWriter`
quotes; a writer with a chat model implements the same protocol.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from citeback.rag.answer import Turn
from citeback.rag.evidence.answer_units import asks_for_everything
from citeback.rag.evidence.quoted import select_evidence
from citeback.rag.evidence.ranking import Evidence


@dataclass(frozen=True, slots=True)
class Draft:
    """An unverified sentence and the evidence it cites.

    `unknown` holds the citation numbers that match no evidence.
    """

    text: str
    evidence: tuple[Evidence, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PartialSentence:
    """The text of the next sentence so far."""

    text: str


@dataclass(frozen=True, slots=True)
class WriterNotice:
    """A notice about the writing, for the reader."""

    text: str


class Writer(Protocol):
    """Writes draft sentences from ranked evidence."""

    @property
    def model(self) -> str | None:
        """Name of the chat model, or None."""

    def write(
        self, question: str, ranked: Sequence[Evidence]
    ) -> Iterator[Draft | PartialSentence | WriterNotice]:
        """Yield drafts in reading order, with partial text of the next one between them.

        Raises ChatError if a chat model cannot be reached or gives up.
        """

    def standalone(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the question as it can be understood without the history, or None without a model.

        Raises ChatError as `write` does.
        """


@dataclass(frozen=True, slots=True)
class ExtractiveWriter:
    """Quotes the top evidence sentences, only as many as needed, without a chat model."""

    model: str | None = None

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft]:
        """Yield the chosen evidence, verbatim."""
        chosen = select_evidence(ranked, everything=asks_for_everything(question))
        return (Draft(evidence.quotation, (evidence,)) for evidence in chosen)

    def standalone(self, question: str, history: Sequence[Turn]) -> None:
        """Return None, since rewriting takes a model."""
        del question, history
