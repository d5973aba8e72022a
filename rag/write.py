"""Evidence -> draft sentences. Must never know the store, nor whether a draft is true: `verify` says that.

A draft says what it claims and which evidence it leans on. The verbatim writer quotes; a writer with a
chat model plugs in here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answer import Turn
from rag.evidence import Evidence, choose


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that has not been checked, and the evidence that it says it rests on.

    `unknown` holds the numbers it names that no evidence has.
    """

    text: str
    evidence: tuple[Evidence, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """What is written of the next sentence so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should be told of how it was written."""

    text: str


class Writer(Protocol):
    """Writes draft sentences from ranked evidence."""

    @property
    def model(self) -> str | None:
        """Name of the chat model, None where there is none."""

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft | Piece | Note]:
        """Yield drafts in the order in which they are read, between them pieces of the one to come.

        Raises ChatError where a chat model cannot be reached or gives up.
        """

    def standalone(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the question as it can be understood without the history, None where that takes a model.

        Raises ChatError as `write` does.
        """


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Quotes the surest evidence sentences, and only as many as answer; needs no chat model."""

    model: str | None = None

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft]:
        """Yield the chosen evidence, word for word."""
        del question
        return (Draft(evidence.quotation, (evidence,)) for evidence in choose(ranked))

    def standalone(self, question: str, history: Sequence[Turn]) -> None:
        """Return nothing: that takes a model."""
        del question, history
