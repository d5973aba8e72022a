"""Chooses the reader for a question and its passages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from citeback.index.languages import ENGLISH
from citeback.rag.reader.model import PassageReader


@dataclass(frozen=True, eq=False)
class Readers:
    """The English reader and, if the embedding model has one, the multilingual reader.

    Each is opened when it is first asked for. Where both are, English is left to its own reader, which has
    seen more (bench/LOG.md).
    """

    open_english: Callable[[], PassageReader]
    open_multilingual: Callable[[], PassageReader] | None = None

    def of(self, asked: str, passages: str) -> PassageReader | None:
        """Return the reader of a question in one language about passages in another, or None without one."""
        return self._english if asked == passages == ENGLISH else self.multilingual

    @property
    def multilingual(self) -> PassageReader | None:
        """Return the reader of many languages, if there is one."""
        return self._multilingual if self.open_multilingual else None

    def opened(self) -> tuple[PassageReader, ...]:
        """Open and return every reader."""
        return tuple(filter(None, (self._english, self.multilingual)))

    @cached_property
    def _english(self) -> PassageReader:
        return self.open_english()

    @cached_property
    def _multilingual(self) -> PassageReader | None:
        return self.open_multilingual() if self.open_multilingual else None
