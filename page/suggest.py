"""Questions to begin with, taken from the documents: headings that ask something. Must never know HTML."""

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from index.records import Document, Source

LOOKED = 20  # documents: reading more would keep the page waiting
MOST = 3
LENGTH = range(10, 90)  # characters of a question that reads well on one line


class Shelf(Protocol):
    """Documents and their texts."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    def source(self, document: str) -> Source:
        """Return a document's text."""


def questions(shelf: Shelf) -> tuple[str, ...]:
    """Return the first few headings that end in a question mark, each once."""
    return tuple(islice(dict.fromkeys(_asked(shelf)), MOST))


def _asked(shelf: Shelf) -> Iterator[str]:
    for document in shelf.documents[:LOOKED]:
        source = shelf.source(document.name)
        for heading in source.headings:
            words = " ".join(heading.span.of(source.text).split())
            if words.endswith("?") and len(words) in LENGTH:
                yield words
