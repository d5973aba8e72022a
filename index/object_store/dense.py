"""Dense search on an object store: exact in memory for small indexes, Lance's IVF for large ones.

Candidates come from float16 copies of the vectors, their scores from the float32 vectors.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.generations.protocols import RowNumbers
from citeback.index.object_store.document_set import DocumentSet
from citeback.index.object_store.tables import lance_errors
from citeback.index.search.vectors import VectorIndex

MAX_EXACT_ROWS = 20_000
"""Chunks up to which every vector is compared, in memory: 30 MB at 384 dimensions."""
CANDIDATE_FACTOR, SPARE_CANDIDATES = 2, 16
PROBED_LISTS = 64

FetchVectors: TypeAlias = Callable[[Iterable[int]], Floats]


class LanceVectors:
    """The vectors of one version of the chunks; `fetch` returns the float32 ones of some rows.

    Safe to share between threads.
    """

    def __init__(
        self, chunks: Any, count: int, dimension: int, fetch: FetchVectors, exact: int = MAX_EXACT_ROWS
    ) -> None:
        self._chunks = chunks
        self._count = count
        self.dimension = dimension
        self._fetch = fetch
        self._exact = exact

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._count

    def vectors(self, rows: Iterable[int]) -> Floats:
        """Return vectors by row in the order given, (rows, dimension). Raises IndexError."""
        return self._fetch(rows)

    def search(
        self, queries: Floats, k: int, allowed: DocumentSet | None = None
    ) -> tuple[Floats, RowNumbers]:
        """Return scores and rows for unit queries, best first, each (queries, at most k)."""
        found = [self._proposed(query, k, allowed) for query in np.ascontiguousarray(queries, np.float32)]
        ranked = [self._scored(query, rows, k) for query, rows in zip(queries, found, strict=True)]
        width = min((len(rows) for _, rows in ranked), default=0)
        scores = np.array([s[:width] for s, _ in ranked], np.float32).reshape(len(ranked), width)
        return scores, np.array([r[:width] for _, r in ranked], np.int64).reshape(len(ranked), width)

    def _scored(self, query: Floats, rows: RowNumbers, k: int) -> tuple[Floats, RowNumbers]:
        scores = (self._fetch(rows.tolist()).astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
        order = np.argsort(-scores, kind="stable")[:k]
        return scores[order], rows[order]

    def _proposed(self, query: Floats, k: int, allowed: DocumentSet | None) -> RowNumbers:
        """Return candidates for the `k` best rows."""
        if not self._count or k < 1 or (allowed and not allowed.names):
            return np.empty(0, np.int64)
        if self._count <= self._exact:
            return self._in_memory.nearest(query, k, allowed)
        with lance_errors(self._chunks.uri):
            found = self._chunks.to_table(
                columns=["_rowid"],
                nearest={
                    "column": "vector",
                    "q": query.astype(np.float16),
                    "k": CANDIDATE_FACTOR * k + SPARE_CANDIDATES,
                    "nprobes": PROBED_LISTS,
                    "metric": "dot",
                },
                filter=allowed.condition if allowed else None,
                prefilter=True,
            )
        return np.asarray(found["_rowid"].to_numpy(), dtype=np.int64)

    @cached_property
    def _in_memory(self) -> "_MemoryVectors":
        return _MemoryVectors(self._chunks, self.dimension)


class _MemoryVectors:
    """All vectors in memory, in order of document and offset, as in the local store."""

    def __init__(self, chunks: Any, dimension: int) -> None:
        with lance_errors(chunks.uri):
            rows = chunks.to_table(columns=["document", "start", "vector"], with_row_id=True)
        rows = rows.sort_by([("document", "ascending"), ("start", "ascending")])
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        self._numbers = rows["_rowid"].to_numpy().astype(np.int64)
        self._documents = np.array(rows["document"].to_pylist(), dtype=object)
        self._index = VectorIndex.empty(dimension)
        self._index.add(normalize_rows(flat.reshape(len(self._numbers), dimension)))

    def nearest(self, query: Floats, k: int, allowed: DocumentSet | None) -> RowNumbers:
        """Return the numbers of the `k` nearest rows."""
        mask = None
        if allowed is not None:
            mask = np.fromiter((name in allowed.names for name in self._documents), dtype=bool)
        return np.asarray(self._numbers[self._index.search(query[None], k, mask)[1][0]], dtype=np.int64)
