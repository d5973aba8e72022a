"""Chooses the reader for a question and its passages, and the one for claims."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from citeback.index.languages import ENGLISH
from citeback.rag.reader.model import ClaimReader, PassageReader


@dataclass(frozen=True, eq=False)
class Readers:
    """The English reader, the reader of claims and, if the embedding model has one, the multilingual reader.

    Each is opened when it is first asked for. Where both are, English is left to its own reader, which has
    seen more (bench/LOG.md).
    """

    open_english: Callable[[], PassageReader]
    open_multilingual: Callable[[], PassageReader] | None = None
    open_claims: Callable[[], ClaimReader] | None = None

    def of(self, asked: str, passages: str) -> PassageReader | None:
        """Return the reader of a question in one language about passages in another, or None without one."""
        return self._english if asked == passages == ENGLISH else self.multilingual

    @property
    def multilingual(self) -> PassageReader | None:
        """Return the multilingual reader, if there is one."""
        return self._multilingual if self.open_multilingual else None

    def opened(self) -> tuple[PassageReader, ...]:
        """Open and return every reader."""
        return tuple(filter(None, (self._english, self.multilingual)))

    @cached_property
    def claims(self) -> ClaimReader | None:
        """Return the reader of claims in English, if there is one."""
        return self.open_claims() if self.open_claims else None

    @cached_property
    def _english(self) -> PassageReader:
        return self.open_english()

    @cached_property
    def _multilingual(self) -> PassageReader | None:
        return self.open_multilingual() if self.open_multilingual else None
