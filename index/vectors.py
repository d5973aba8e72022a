"""Vector search by inner product, on FAISS."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Floats
from index.errors import Damaged
from index.nearest import EXACT, Before, Nearest

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]

# Candidates beyond k, so that ties at the cut-off rarely need a second search.
SPARE = 16
# Candidates per result in approximate search.
WIDE = 2
NEAREST = "nearest.faiss"
# Error of a float32 inner product of unit vectors, per dimension (half the machine epsilon).
ROUNDING = 6e-8


class Vectors:
    """Unit vectors by row, searched by inner product; ties are sorted by row.

    Search is exact up to `exact` rows. FAISS's float32 scores depend on a row's position in its block, so
    that identical vectors came back in the order 14, 7, 0. Candidates are therefore scored again in float64,
    rounded to float32 and sorted, and further candidates are fetched while rounding may have hidden one.
    Above `exact` rows, `nearest` proposes the candidates: recall is approximate, scores are still exact.
    """

    def __init__(self, index: faiss.Index, nearest: Nearest | None = None, exact: int = EXACT) -> None:
        self._index = index
        self._nearest = nearest
        self._exact = exact

    @classmethod
    def empty(cls, dimension: int) -> "Vectors":
        """Return an empty, mutable index in memory."""
        return cls(faiss.IndexFlatIP(dimension))

    @classmethod
    def open(cls, path: Path, exact: int = EXACT) -> "Vectors":
        """Memory-map an index file; search is exhaustive up to `exact` rows. Raises Damaged."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise Damaged(f"{path} is not an index of vectors.", "citeback check") from error
        beside = path.with_name(NEAREST)
        return cls(index, Nearest.open(beside) if beside.is_file() else None, exact)

    @classmethod
    def build(
        cls,
        path: Path,
        dimension: int,
        blocks: Iterable[Floats],
        exact: int = EXACT,
        before: "tuple[Vectors, Rows] | None" = None,
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
            kept = Before(lists, before[1]) if before and lists else None
            Nearest.build(path.with_name(NEAREST), built.vectors, len(built), dimension, kept)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""
        return int(self._index.d)

    def add(self, block: Floats) -> None:
        """Append vectors, (rows, dimension), to an index in memory."""
        self._index.add(np.ascontiguousarray(block, dtype=np.float32))

    def remove(self, rows: Rows) -> None:
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

    def search(self, queries: Floats, k: int, allowed: Allowed | None = None) -> tuple[Floats, Rows]:
        """Return scores and rows for unit queries, best first, each (queries, min(k, searched rows)).

        `allowed` is a mask of the rows to search, (rows,), or None for all.
        """
        most = len(self) if allowed is None else int(allowed.sum())
        k, only = min(k, most), _only(allowed)
        scores, rows = np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        if k > 0 and len(queries):
            for n, query in enumerate(np.ascontiguousarray(queries, np.float32)):
                scores[n], rows[n] = self._best(query, k, most, only)
        return scores, rows

    def _best(self, query: Floats, k: int, most: int, only: Any) -> tuple[Floats, Rows]:
        if self._nearest and most > self._exact:
            proposed = self._nearest.propose(query, WIDE * k + SPARE, only)
            if len(proposed) >= k:
                scores = self._score(query, proposed)
                order = np.lexsort((proposed, -scores))[:k]
                return scores[order], proposed[order]
        found = self._index.search(query[None], min(k + SPARE, most), params=only)
        return self._settle(query, found[0][0], found[1][0], k, most, only)

    def _settle(
        self,
        query: Floats,
        proposed: Floats,
        rows: Rows,
        k: int,
        most: int,
        only: Any,
    ) -> tuple[Floats, Rows]:
        while True:
            exact = self._score(query, rows)
            order = np.lexsort((rows, -exact))[:k]
            hidden = proposed[-1] + self.dimension * ROUNDING >= exact[order[-1]]
            if not hidden or len(rows) == most:
                return exact[order], rows[order]
            wider = self._index.search(query[None], min(4 * len(rows), most), params=only)
            proposed, rows = wider[0][0], wider[1][0]

    def _score(self, query: Floats, rows: Rows) -> Floats:
        products = self.vectors(rows).astype(np.float64) * query.astype(np.float64)
        return np.asarray(products.sum(axis=1), dtype=np.float32)


def _only(allowed: Allowed | None) -> Any:
    """Return FAISS's parameters for a mask of rows; its type stubs lack these keywords."""
    if allowed is None:
        return None
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorBatch(np.flatnonzero(allowed).astype(np.int64)))
