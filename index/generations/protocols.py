"""The interface of a store and of an open generation, wherever they are kept.

`store.py` and `generation.py` keep them in a directory, `citeback.index.object_store` on an object store.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.records import Document, Failure, Source
from citeback.index.search.filters import Filter
from citeback.index.settings import Settings

RowNumbers: TypeAlias = NDArray[np.int64]
"""Numbers of chunks; they mean the same within one generation only."""

RowSet: TypeAlias = Any
"""The rows that a filter allows, made by a generation and understood by its own indexes alone.

Two of the same generation intersect by `&`.
"""


class LexicalIndex(Protocol):
    """Lexical search over a whole generation or a restricted one."""

    def __len__(self) -> int:
        """Return the number of chunks."""

    def search(
        self, terms: Iterable[str], k: int, allowed: RowSet | None = None
    ) -> tuple[Floats, RowNumbers]:
        """Return (scores, rows) of at most `k` chunks that contain any of the terms, best first."""

    def similar(self, term: str, distance: int, k: int, allowed: RowSet | None = None) -> RowNumbers:
        """Return at most `k` rows with a term within `distance` edits of `term`."""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of chunks that contain each term."""


class WeightedLexicalIndex(LexicalIndex, Protocol):
    """Lexical search over a whole generation, which a restricted one is made of."""

    def search(
        self, terms: Iterable[str], k: int, allowed: RowSet | None = None, weights: Any = ...
    ) -> tuple[Floats, RowNumbers]:
        """Return (scores, rows), the scores of terms multiplied by their `weights`, a mapping."""

    def count(self, term: str, allowed: RowSet) -> int:
        """Return the number of allowed chunks that contain a term."""


class DenseIndex(Protocol):
    """The vectors of all chunks, searched by inner product."""

    def __len__(self) -> int:
        """Return the number of chunks."""

    def vectors(self, rows: Iterable[int]) -> Floats:
        """Return vectors by row in the order given, (rows, dimension). Raises IndexError."""

    def search(self, queries: Floats, k: int, allowed: RowSet | None = None) -> tuple[Floats, RowNumbers]:
        """Return scores and rows for unit queries, best first, each (queries, at most k)."""


class Searchable(Protocol):
    """What the read side needs of a generation, whole or restricted."""

    @property
    def lexical(self) -> LexicalIndex:
        """Return the lexical index."""

    @property
    def vectors(self) -> DenseIndex:
        """Return the vectors of all chunks."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return all files that could not be read."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def document(self, name: str) -> Document:
        """Return a document by name. Raises UnknownDocument."""

    def source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument."""

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Map documents to their lengths in characters."""

    def prefetch(self, names: Iterable[str]) -> None:
        """Prepare to return the sources of these documents, together where that is faster."""

    def chunks(self, rows: Iterable[int]) -> tuple[ChunkRow, ...]:
        """Return chunks by row, in the order given. Raises IndexError."""

    def chunks_of(self, name: str) -> tuple[ChunkRow, ...]:
        """Return a document's chunks in order; empty if there is no such document."""

    def chunks_within(self, within: Filter) -> Iterator[ChunkRow]:
        """Yield the chunks of the documents that pass a filter, in order of document and offset.

        Of exact copies, the original's chunks are yielded once.
        """

    def sentence_vectors_of(self, row: ChunkRow) -> Float16s:
        """Return the unit vectors of a chunk's sentences, (sentences, dimension)."""

    def filter_mask(self, within: Filter) -> RowSet | None:
        """Return the rows to search, or None for all."""

    def duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's exact duplicates."""

    def near_duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's near duplicates."""


class WholeGeneration(Searchable, Protocol):
    """An open generation with everything that was indexed at one moment."""

    @property
    def lexical(self) -> WeightedLexicalIndex:
        """Return the lexical index."""

    @property
    def number(self) -> int:
        """Return the generation's number; later ones are higher."""

    @property
    def created(self) -> str:
        """Return when its folders were listed (UTC, ISO 8601)."""

    @property
    def settings(self) -> Settings:
        """Return the settings that the documents were indexed with."""

    @property
    def fingerprint(self) -> str:
        """Return the embedding model's fingerprint; empty if nothing was ever encoded."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the indexed folders."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Return messages for users about how the generation was chosen."""

    def row_mask(self, documents: Iterable[Document]) -> RowSet:
        """Return the rows of some documents; duplicates use their original's rows."""

    def chunks_in(self, rows: RowSet | None) -> Iterator[ChunkRow]:
        """Yield the chunks of a set of rows, or all, in order of document and offset."""

    def row_count(self, rows: RowSet) -> int:
        """Return the number of rows in a set."""

    def close(self) -> None:
        """Release what the generation holds."""

    def __enter__(self) -> Self:
        """Return the generation, to be closed at the end of the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the generation."""


class IndexSummary(Protocol):
    """What is needed to index again: folders and settings."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the indexed folders."""

    @property
    def settings(self) -> Settings:
        """Return the settings."""


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A kept generation: when it was published (UTC, ISO 8601), and its counts.

    `restored` is the number of the generation that it repeats. `problem` says what is wrong with a damaged
    one, of which only the number may be known.
    """

    number: int
    published: str = ""
    documents: int = 0
    failures: int = 0
    chunks: int = 0
    restored: int | None = None
    problem: str | None = None


class GenerationStore(Protocol):
    """The generations of an index, wherever they are kept."""

    @property
    def path(self) -> Path | str:
        """Return its location, as shown to users: a directory or an address."""

    def numbers(self) -> list[int]:
        """Return the numbers of all published generations, intact or damaged, newest first."""

    def current(self, *, thorough: bool = False) -> WholeGeneration:
        """Open the newest intact generation. Raises StoreError."""

    def newest(self) -> int | None:
        """Return the number of the newest generation that can be moved to, or None without any.

        It may lag a few seconds behind what other machines publish.
        """

    def outline(self) -> IndexSummary | None:
        """Return the folders and settings of the newest readable generation, or None."""

    def check(self) -> list[str]:
        """Return all problems of all kept generations, newest first. Raises NoGeneration."""
