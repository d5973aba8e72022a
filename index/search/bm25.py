"""Lexical search: BM25 over an inverted index, on tantivy.

Terms come ready from `analyzer`; tantivy only splits them at white space.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
import tantivy
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats
from citeback.index.errors import DamagedGeneration, StoreError
from citeback.index.search.vectors import RowNumbers

# tantivy writes a segment whenever this many bytes are full; memory is allocated as needed.
HEAP = 512 << 20
# An empty file that tantivy locks when it opens an index. It stays, and is not in the manifest.
META_LOCK = ".tantivy-meta.lock"
LOCKS = frozenset({META_LOCK, ".tantivy-writer.lock"})


UNWEIGHTED: Mapping[str, float] = MappingProxyType({})


class Bm25Index:
    """An inverted index of terms, one document per row, scored by BM25 (k1 = 1.2, b = 0.75)."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, directory: Path, documents: Iterable[Sequence[str]], heap: int = HEAP) -> None:
        """Write an index of rows 0, 1, ... to an empty directory, buffering at most `heap` bytes."""
        writer = tantivy.Index(_schema(), path=str(directory)).writer(heap_size=heap, num_threads=1)
        for row, terms in enumerate(documents):
            document = tantivy.Document()
            document.add_text("terms", " ".join(terms))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    @classmethod
    def open(cls, directory: Path) -> "Bm25Index":
        """Open an index.

        Raises:
            DamagedGeneration: the directory holds no valid index.
            StoreError: the directory is read-only, and its files cannot be linked elsewhere.
        """
        if os.access(directory, os.W_OK):
            return cls._opened(directory, directory)
        try:
            with TemporaryDirectory(prefix="citeback-") as elsewhere:
                _link(directory, Path(elsewhere))
                return cls._opened(Path(elsewhere), directory)
        except OSError as error:
            raise StoreError(f"{directory} is read-only and cannot be opened: {error}.") from error

    @classmethod
    def _opened(cls, directory: Path, named: Path) -> "Bm25Index":
        try:
            return cls(tantivy.Index.open(str(directory)))
        except (ValueError, OSError) as error:
            raise DamagedGeneration(f"{named} is not an index of words.", "citeback check") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        terms: Iterable[str],
        k: int,
        allowed: NDArray[np.bool_] | None = None,
        weights: Mapping[str, float] = UNWEIGHTED,
    ) -> tuple[Floats, RowNumbers]:
        """Return (scores, rows) of at most `k` rows with any of the terms, best first, ties sorted by row.

        Repeated terms count repeatedly. `allowed` is a mask of the rows to search, (rows,), or None for all.
        The scores of terms are multiplied by their `weights`.
        """
        any_of = [(tantivy.Occur.Should, self._query(term, weights.get(term))) for term in terms]
        if not any_of or k < 1 or not len(self):
            return np.empty(0, np.float32), np.empty(0, np.int64)
        scores, rows = self._best(tantivy.Query.boolean_query(any_of), k, allowed)
        order = np.lexsort((rows, -scores))[:k]
        return scores[order], rows[order]

    def _query(self, term: str, weight: float | None) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, "terms", term, "freq")
        return query if weight is None else tantivy.Query.boost_query(query, weight)

    def similar(
        self, term: str, distance: int, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> RowNumbers:
        """Return at most `k` rows, ascending, with a term within `distance` (0 to 2) edits of `term`."""
        if not len(self):
            return np.empty(0, np.int64)
        query = tantivy.Query.fuzzy_term_query(self._schema, "terms", term, distance)
        return np.sort(self._best(query, k, allowed)[1])[:k]

    def _best(
        self, query: tantivy.Query, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Floats, RowNumbers]:
        """Return at least the `k` best allowed rows, and all that tie with the last of them."""
        limit = k + 1
        while True:
            hits = self._searcher.search(query, limit=limit, count=False).hits
            scores = np.array([score for score, _ in hits], dtype=np.float32)
            rows = self._row_numbers([address for _, address in hits])
            kept = scores if allowed is None else scores[allowed[rows]]
            if len(hits) < limit or (len(kept) >= k and scores[-1] < kept[k - 1]):
                return kept, rows if allowed is None else rows[allowed[rows]]
            limit *= 4

    def count(self, term: str, allowed: NDArray[np.bool_]) -> int:
        """Return the number of allowed rows that contain a term."""
        return len(self.search([term], len(self), allowed)[1])

    def rows(self) -> RowNumbers:
        """Return all indexed rows, ascending."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False).hits
        return np.sort(self._row_numbers([address for _, address in hits]))

    def _row_numbers(self, addresses: list[tantivy.DocAddress]) -> RowNumbers:
        return np.array(self._searcher.fast_field_values("row", addresses), dtype=np.int64)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of rows that contain each term."""
        return {term: int(self._searcher.doc_freq("terms", term)) for term in terms}


def inverse_document_frequency(rows: int, containing: int) -> float:
    """Return how rare a term is by BM25, given that so many of the rows contain it."""
    return log(1 + (rows - containing + 0.5) / (containing + 0.5))


def _link(directory: Path, elsewhere: Path) -> None:
    """Link the files of an index into a writable directory, where tantivy can lock it."""
    for path in directory.iterdir():
        if path.name not in LOCKS:
            (elsewhere / path.name).symlink_to(path.absolute())


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("row", stored=False, indexed=False, fast=True)
    return builder.build()
