"""Vector search by inner product, on FAISS."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats
from citeback.index.errors import DamagedGeneration
from citeback.index.search.ivf import MAX_EXACT_ROWS, IvfIndex, PreviousIndex

RowNumbers = NDArray[np.int64]
RowMask = NDArray[np.bool_]

# Candidates beyond k, so that ties at the cut-off rarely need a second search.
SPARE_CANDIDATES = 16
# Candidates per result in approximate search.
CANDIDATE_FACTOR = 2
NEAREST_FILE = "nearest.faiss"
# Error of a float32 inner product of unit vectors, per dimension (half the machine epsilon).
ROUNDING = 6e-8


class VectorIndex:
    """Unit vectors by row, searched by inner product; ties are sorted by row.

    Search is exact up to `exact` rows. FAISS's float32 scores depend on a row's position in its block, so
    that identical vectors came back in the order 14, 7, 0. Candidates are therefore scored again in float64,
    rounded to float32 and sorted, and further candidates are fetched while rounding may have hidden one.
    Above `exact` rows, `nearest` proposes the candidates: recall is approximate, scores are still exact.
    """

    def __init__(
        self, index: faiss.Index, nearest: IvfIndex | None = None, exact: int = MAX_EXACT_ROWS
    ) -> None:
        self._index = index
        self._nearest = nearest
        self._exact = exact

    @classmethod
    def empty(cls, dimension: int) -> "VectorIndex":
        """Return an empty, mutable index in memory."""
        return cls(faiss.IndexFlatIP(dimension))

    @classmethod
    def open(cls, path: Path, exact: int = MAX_EXACT_ROWS) -> "VectorIndex":
        """Memory-map an index file; search is exhaustive up to `exact` rows. Raises DamagedGeneration."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise DamagedGeneration(f"{path} is not an index of vectors.", "citeback check") from error
        beside = path.with_name(NEAREST_FILE)
        return cls(index, IvfIndex.open(beside) if beside.is_file() else None, exact)

    @classmethod
    def build(
        cls,
        path: Path,
        dimension: int,
        blocks: Iterable[Floats],
        exact: int = MAX_EXACT_ROWS,
        before: "tuple[VectorIndex, RowNumbers] | None" = None,
    ) -> None:
        """Write blocks of (rows, dimension) to an index file.

        Above `exact` rows, a second file for approximate search is written beside it. `before` holds the
        previous vectors, whose lists are reused, and the previous row of each row (-1 if new).
        """
        built = cls.empty(dimension)
        for block in blocks:
            built.add(block)
        faiss.write_index(built._index, str(path))
        if len(built) > exact:
            lists = before and before[0]._nearest
            kept = PreviousIndex(lists, before[1]) if before and lists else None
            IvfIndex.build(path.with_name(NEAREST_FILE), built.vectors, len(built), dimension, kept)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""
        return int(self._index.d)

    def add(self, block: Floats) -> None:
        """Append vectors, (rows, dimension), to an index in memory."""
        self._index.add(np.ascontiguousarray(block, dtype=np.float32))

    def remove(self, rows: RowNumbers) -> None:
        """Remove rows from an index in memory; later rows move up."""
        self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(rows, dtype=np.int64)))

    def vectors(self, rows: Iterable[int]) -> Floats:
        """Return vectors by row in the order given, (rows, dimension). Raises IndexError."""
        wanted = np.fromiter(rows, dtype=np.int64)
        if not len(wanted):
            return np.empty((0, self.dimension), dtype=np.float32)
        if wanted.min() < 0 or wanted.max() >= len(self):
            raise IndexError(f"rows run from 0 to {len(self) - 1}")
        return np.asarray(self._index.reconstruct_batch(wanted), dtype=np.float32)

    def search(self, queries: Floats, k: int, allowed: RowMask | None = None) -> tuple[Floats, RowNumbers]:
        """Return scores and rows for unit queries, best first, each (queries, min(k, searched rows)).

        `allowed` is a mask of the rows to search, (rows,), or None for all.
        """
        most = len(self) if allowed is None else int(allowed.sum())
        k, only = min(k, most), _search_parameters(allowed)
        scores, rows = np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        if k > 0 and len(queries):
            for n, query in enumerate(np.ascontiguousarray(queries, np.float32)):
                scores[n], rows[n] = self._best(query, k, most, only)
        return scores, rows

    def _best(self, query: Floats, k: int, most: int, only: Any) -> tuple[Floats, RowNumbers]:
        if self._nearest and most > self._exact:
            proposed = self._nearest.propose(query, CANDIDATE_FACTOR * k + SPARE_CANDIDATES, only)
            if len(proposed) >= k:
                scores = self._score(query, proposed)
                order = np.lexsort((proposed, -scores))[:k]
                return scores[order], proposed[order]
        results = self._index.search(query[None], min(k + SPARE_CANDIDATES, most), params=only)
        return self._resolve_ties(query, results[0][0], results[1][0], k, most, only)

    def _resolve_ties(
        self,
        query: Floats,
        proposed: Floats,
        rows: RowNumbers,
        k: int,
        most: int,
        only: Any,
    ) -> tuple[Floats, RowNumbers]:
        while True:
            exact = self._score(query, rows)
            order = np.lexsort((rows, -exact))[:k]
            hidden = proposed[-1] + self.dimension * ROUNDING >= exact[order[-1]]
            if not hidden or len(rows) == most:
                return exact[order], rows[order]
            wider = self._index.search(query[None], min(4 * len(rows), most), params=only)
            proposed, rows = wider[0][0], wider[1][0]

    def _score(self, query: Floats, rows: RowNumbers) -> Floats:
        products = self.vectors(rows).astype(np.float64) * query.astype(np.float64)
        return np.asarray(products.sum(axis=1), dtype=np.float32)


def _search_parameters(allowed: RowMask | None) -> Any:
    """Return FAISS's parameters for a mask of rows; its type stubs lack these keywords."""
    if allowed is None:
        return None
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorBatch(np.flatnonzero(allowed).astype(np.int64)))
