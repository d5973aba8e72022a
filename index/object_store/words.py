"""Lexical search on an object store: Lance's inverted index over our own terms, scored by BM25."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

import numpy as np
from lance.query import BooleanQuery, FullTextQuery, MatchQuery, Occur

from citeback.index.embedding.protocols import Floats
from citeback.index.generations.protocols import RowNumbers
from citeback.index.object_store.document_set import DocumentSet
from citeback.index.object_store.tables import is_in, lance_errors
from citeback.index.search.bm25 import UNWEIGHTED

CACHED_TERMS = 1 << 16
COLUMN = "terms"


class LanceWords:
    """The words of one version of the chunks; `terms` counts the chunks of each term.

    Safe to share between threads.
    """

    def __init__(self, chunks: Any, terms: Any, count: int) -> None:
        self._chunks = chunks
        self._terms = terms
        self._count = count
        self._frequencies: dict[str, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._count

    def search(
        self,
        terms: Iterable[str],
        k: int,
        allowed: DocumentSet | None = None,
        weights: Mapping[str, float] = UNWEIGHTED,
    ) -> tuple[Floats, RowNumbers]:
        """Return (scores, rows) of at most `k` chunks with any of the terms, best first, ties by row."""
        listed = list(terms)
        if not listed or k < 1 or not self._count:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        scores, rows = self._best(_any_of(listed, weights), min(k, self._count), allowed)
        order = np.lexsort((rows, -scores))[:k]
        return scores[order], rows[order]

    def similar(self, term: str, distance: int, k: int, allowed: DocumentSet | None = None) -> RowNumbers:
        """Return at most `k` rows, ascending, with a term at most `distance` edits away that begins alike."""
        if not self._count:
            return np.empty(0, np.int64)
        query = MatchQuery(term, COLUMN, fuzziness=distance, prefix_length=1)
        return np.sort(self._best(query, min(k, self._count), allowed)[1])

    def count(self, term: str, allowed: DocumentSet) -> int:
        """Return the number of allowed chunks that contain a term."""
        return len(self.search([term], self._count, allowed)[1])

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of chunks that contain each term."""
        wanted = list(dict.fromkeys(terms))
        with self._lock:
            known = {term: self._frequencies[term] for term in wanted if term in self._frequencies}
        if missing := [term for term in wanted if term not in known]:
            counted = self._counted(missing)
            with self._lock:
                if len(self._frequencies) > CACHED_TERMS:
                    self._frequencies.clear()
                self._frequencies.update(counted)
            known |= counted
        return {term: known[term] for term in wanted}

    def _counted(self, terms: list[str]) -> dict[str, int]:
        counts = dict.fromkeys(terms, 0)
        with lance_errors(self._terms.uri):
            rows = self._terms.to_table(columns=["term", "chunks"], filter=is_in("term", terms))
        for term, change in zip(rows["term"].to_pylist(), rows["chunks"].to_pylist(), strict=True):
            counts[term] += change
        return {term: max(0, count) for term, count in counts.items()}

    def _best(self, query: FullTextQuery, k: int, allowed: DocumentSet | None) -> tuple[Floats, RowNumbers]:
        with lance_errors(self._chunks.uri):
            found = self._chunks.to_table(
                columns=["_rowid", "_score"],
                full_text_query=query,
                limit=k,
                filter=allowed.condition if allowed else None,
                prefilter=True,
            )
        scores = found["_score"].to_numpy().astype(np.float32)
        return scores, found["_rowid"].to_numpy().astype(np.int64)


def _any_of(terms: list[str], weights: Mapping[str, float]) -> FullTextQuery:
    if not weights and len(set(terms)) == len(terms):
        return MatchQuery(" ".join(terms), COLUMN)
    parts: list[tuple[Occur, FullTextQuery]] = [
        (Occur.SHOULD, MatchQuery(term, COLUMN, boost=weights.get(term, 1.0))) for term in terms
    ]
    return BooleanQuery(parts)
