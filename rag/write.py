"""Evidence -> draft sentences. Must never know the store, nor whether a draft is true: `verify` says that.

A draft says what it claims and which evidence it leans on. The verbatim writer quotes; a writer with a
chat model plugs in here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.evidence import Evidence, choose


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that has not been checked, and the evidence that it says it rests on."""

    text: str
    evidence: tuple[Evidence, ...]


class Writer(Protocol):
    """Writes draft sentences from ranked evidence."""

    @property
    def model(self) -> str | None:
        """Name of the chat model, None where there is none."""

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft]:
        """Yield drafts in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Quotes the surest evidence sentences, and only as many as answer; needs no chat model."""

    model: str | None = None

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft]:
        """Yield the chosen evidence, word for word."""
        del question
        return (Draft(evidence.text, (evidence,)) for evidence in choose(ranked))
