"""A generation as far as one may see it: the documents that pass a filter, as if there were no others.

One thing is counted over all of them: how rare a word is where chunks are scored by words (docs/security.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import Halves
from index.errors import UnknownDocument
from index.generation import Generation
from index.parts.rows import Row
from index.records import Document, Failure, Source
from index.vectors import Vectors
from index.within import Filter
from index.words import Words

TERMS = 4096  # whose frequencies are remembered


class Lexical(Protocol):
    """Words to be searched: those of a whole generation, or of what is permitted of one."""

    def __len__(self) -> int:
        """Return the number of chunks."""

    def search(
        self, terms: Iterable[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return (scores, rows) of at most `k` chunks that hold any of the terms."""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each term occurs."""


class Searchable(Protocol):
    """What questions are asked of: a whole generation, or what is permitted of one."""

    @property
    def words(self) -> Lexical:
        """Return the lexical half."""

    @property
    def vectors(self) -> Vectors:
        """Return the vectors of all chunks."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every document, by name."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that could not be read."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def document(self, name: str) -> Document:
        """Return one document. Raises UnknownDocument."""

    def source(self, name: str) -> Source:
        """Return the text of a document. Raises UnknownDocument."""

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of characters of some documents."""

    def chunks(self, rows: Iterable[int]) -> tuple[Row, ...]:
        """Return the chunks of some rows in the order asked for. Raises IndexError."""

    def sentences(self, row: Row) -> Halves:
        """Return a unit vector for every sentence of a chunk."""

    def allowed(self, within: Filter) -> NDArray[np.bool_] | None:
        """Return for every row whether it is searched, or None where every one is."""

    def also(self, name: str) -> tuple[str, ...]:
        """Return the names of the files with the same bytes as a document."""

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names of the documents that say nearly the same as a document."""


class PermittedWords:
    """The words of the chunks that a mask tells; how rare a word is is counted over them alone."""

    def __init__(self, whole: Words, mask: NDArray[np.bool_]) -> None:
        self._whole = whole
        self._mask = mask
        self._frequencies: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of chunks."""
        return int(self._mask.sum())

    def search(
        self, terms: Iterable[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return (scores, rows) of at most `k` chunks that hold any of the terms, as `Words.search` does."""
        return self._whole.search(terms, k, self._mask if allowed is None else self._mask & allowed)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each term occurs."""
        return {term: self._frequency(term) for term in terms}

    def _frequency(self, term: str) -> int:
        known = self._frequencies.get(term)
        if known is None:
            known = len(self._whole.search([term], len(self._whole), self._mask)[1])
            if len(self._frequencies) >= TERMS:
                self._frequencies.clear()
            self._frequencies[term] = known
        return known


class Permitted:
    """What is permitted of a generation; safe to share between threads, as the generation is.

    Of copies the first that is permitted stands for all of them: no name of another is ever given. What
    hands out text or names is here; there is no other way to the generation.
    """

    def __init__(self, whole: Generation, may: Filter) -> None:
        self._whole = whole
        self._may = may

    def of(self, whole: Generation) -> bool:
        """Tell whether this is a part of that generation."""
        return self._whole is whole

    def __len__(self) -> int:
        """Return the number of rows of the whole: rows are numbered as there."""
        return len(self._whole)

    @cached_property
    def words(self) -> Lexical:
        """Return the lexical half, of what is permitted alone."""
        return PermittedWords(self._whole.words, self._all)

    @property
    def vectors(self) -> Vectors:
        """Return the vectors of all chunks, to be searched with what `allowed` returns."""
        return self._whole.vectors

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return every document that is permitted, by name."""
        return tuple(map(self._as_seen, self._documents))

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that could not be read and whose name is permitted, with the reason."""
        return tuple(failure for failure in self._whole.failures if self._may.fits(failure.name))

    def document(self, name: str) -> Document:
        """Return one document. Raises UnknownDocument, for one that is not permitted as well."""
        if name not in self._by_name:
            raise UnknownDocument.of(name)
        return self._by_name[name]

    def source(self, name: str) -> Source:
        """Return the text of a document. Raises UnknownDocument, for one that is not permitted as well."""
        if name not in self._indexed:
            raise UnknownDocument.of(name)
        return self._whole.source(name)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of characters of some documents, without reading their texts."""
        return self._whole.sizes(name for name in names if name in self._indexed)

    def chunks(self, rows: Iterable[int]) -> tuple[Row, ...]:
        """Return the chunks of some rows in the order asked for. Raises IndexError, for others as well."""
        return tuple(map(self._row, self._whole.chunks(rows)))

    def sentences(self, row: Row) -> Halves:
        """Return a unit vector for every sentence of a chunk, shape (sentences, dimension), float16."""
        return self._whole.sentences(row)

    def allowed(self, within: Filter) -> NDArray[np.bool_]:
        """Return for every row whether its document is permitted and passes."""
        return self._all if within.empty else self._whole.mask(filter(within.allows, self._documents))

    def also(self, name: str) -> tuple[str, ...]:
        """Return the names of the permitted files with the same bytes as a document."""
        indexed = self._indexed.get(name)
        same = {indexed, *self._whole.also(indexed)} - {name} if indexed else set()
        return tuple(sorted(same & self._indexed.keys()))

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names of the other permitted documents that say nearly the same as a document."""
        indexed = self._indexed.get(name)
        if indexed is None or self._names[indexed] != name:
            return ()
        others = (self._names[other] for other in self._whole.near(indexed) if other in self._names)
        return tuple(sorted(others))

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return tuple(filter(self._may.allows, self._whole.documents))

    @cached_property
    def _by_name(self) -> Mapping[str, Document]:
        return {each.name: each for each in self.documents}

    @cached_property
    def _all(self) -> NDArray[np.bool_]:
        return self._whole.mask(self._documents)

    @cached_property
    def _indexed(self) -> Mapping[str, str]:
        """Return which document is indexed for each: itself, or the one that it is a copy of."""
        return {each.name: each.copy_of or each.name for each in self._documents}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Return the first permitted name that each document goes by which is indexed."""
        names: dict[str, str] = {}
        for name, indexed in self._indexed.items():
            names.setdefault(indexed, name)
        return names

    def _as_seen(self, one: Document) -> Document:
        first = self._names[self._indexed[one.name]]
        if first != one.name:
            return replace(one, copy_of=first)
        leader = min((one.name, *self.near(one.name)))
        return replace(one, copy_of="", near_of="" if leader == one.name else leader)

    def _row(self, row: Row) -> Row:
        if row.document not in self._names:
            raise IndexError(f"no chunk has row {row.row}")
        return replace(row, document=self._names[row.document])
