"""Approximate nearest neighbour search, for indexes too large to compare a query with every vector.

An inverted file (FAISS's IVF): vectors are assigned to the lists of k-means centroids, and a query scans the
lists of the nearest centroids over 8-bit scalar-quantized vectors. `index/search/vectors.py` scores the
candidates exactly. docs/scale.md has the measurements behind the parameters.

Training the centroids takes by far the longest. A new index therefore reuses the lists of the previous one as
long as their recall is good enough: old rows keep their list and code, and only new rows are assigned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats
from citeback.index.errors import DamagedGeneration

FetchVectors: TypeAlias = Callable[[NDArray[np.int64]], Floats]

MAX_EXACT_ROWS = 100_000
"""Rows up to which search is exhaustive: 15 to 20 ms a query at that size, and no recall lost."""

# Lists, as a multiple of the square root of the number of rows; training rows per list; k-means iterations.
LISTS, SAMPLE, ROUNDS = 4, 64, 8
PROBED_LISTS = 64  # lists scanned per query (nprobe)
BLOCK = 1 << 15
SEED = 7
# Lists are reused while their number is within a factor `MAX_LIST_RATIO` of that of new ones, and while the
# recall of the `RECALL_AT` nearest rows among `RECALL_CANDIDATES` candidates, over `RECALL_QUERIES` queries,
# is at least `MIN_RECALL`.
MAX_LIST_RATIO, RECALL_QUERIES, RECALL_AT, RECALL_CANDIDATES, MIN_RECALL = 1.5, 128, 11, 36, 0.98


@dataclass(frozen=True, slots=True, eq=False)
class PreviousIndex:
    """The previous index, and the previous row of each row: -1 for new ones."""

    index: "IvfIndex"
    rows: NDArray[np.int64]


class IvfIndex:
    """Proposes candidate rows for queries of unit length."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, path: Path) -> "IvfIndex":
        """Memory-map an index file. Raises DamagedGeneration if it is not one."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise DamagedGeneration(f"{path} is not an index of vectors.", "citeback check") from error

    @classmethod
    def build(
        cls, path: Path, fetch: FetchVectors, rows: int, dimension: int, before: PreviousIndex | None = None
    ) -> None:
        """Write an index over `rows` rows, which `fetch` returns by number.

        The result is deterministic, given the rows and the previous index: training samples and initial
        centroids are drawn with a fixed seed.
        """
        kept = before and before.index._updated(fetch, before.rows)
        faiss.write_index(kept._index if kept else _train(fetch, rows, dimension), str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def propose(self, query: Floats, k: int, only: Any = None) -> NDArray[np.int64]:
        """Return about `k` candidate rows; fewer if the scanned lists hold fewer.

        `only` holds FAISS's selector (`sel`) of the rows to search, or is None for all.
        """
        looked: Any = faiss.SearchParametersIVF
        _, rows = self._index.search(
            query[None], k, params=looked(nprobe=PROBED_LISTS, sel=only and only.sel)
        )
        result: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return result

    def _updated(self, fetch: FetchVectors, before: NDArray[np.int64]) -> "IvfIndex | None":
        """Return the index updated to the current rows, or None if its lists must be trained again."""
        lists, due = self._index.nlist, _lists(len(before))
        if not lists / MAX_LIST_RATIO <= due <= lists * MAX_LIST_RATIO:
            return None
        made = IvfIndex(_empty_copy(self._index))
        made._copy_rows(self._index, before)
        new = np.flatnonzero(before < 0)
        for start in range(0, len(new), BLOCK):
            block = new[start : start + BLOCK]
            made._index.add_with_ids(fetch(block), block)
        return made if made._has_recall(fetch, new) else None

    def _copy_rows(self, other: Any, before: NDArray[np.int64]) -> None:
        """Copy the reused rows of each list, renumbered."""
        now = np.full(max(other.ntotal, before.max(initial=-1) + 1), -1, dtype=np.int64)
        now[before[before >= 0]] = np.flatnonzero(before >= 0)
        width, lists = other.code_size, other.invlists
        for n in range(other.nlist):
            if not (size := lists.list_size(n)):
                continue
            rows = now[faiss.rev_swig_ptr(lists.get_ids(n), size)]
            codes = faiss.rev_swig_ptr(lists.get_codes(n), size * width).reshape(size, width)
            kept, codes = rows[rows >= 0], np.ascontiguousarray(codes[rows >= 0])
            if len(kept):
                self._index.invlists.add_entries(n, len(kept), faiss.swig_ptr(kept), faiss.swig_ptr(codes))
        self._index.ntotal += int((before >= 0).sum())

    def _has_recall(self, fetch: FetchVectors, new: NDArray[np.int64]) -> bool:
        """Return whether recall is still good enough, for new rows and for all rows.

        The centroids were not trained on the new rows, and these may exceed the quantizer's range.
        """
        draw = np.random.default_rng(SEED)
        groups = draw.permutation(new)[:RECALL_QUERIES], draw.integers(len(self), size=RECALL_QUERIES)
        return all(self._recall(fetch, asked) >= MIN_RECALL for asked in groups if len(asked))

    def _recall(self, fetch: FetchVectors, asked: NDArray[np.int64]) -> float:
        """Return the recall of the `RECALL_AT` nearest rows of each query among its candidates, 0 to 1."""
        queries = fetch(asked)
        best = exact_neighbours(queries, fetch, len(self), RECALL_AT)
        shares = [
            np.isin(near[near != row], self.propose(query, RECALL_CANDIDATES)).mean()
            for row, near, query in zip(asked, best, queries, strict=True)
        ]
        return float(np.mean(shares))


def exact_neighbours(queries: Floats, fetch: FetchVectors, rows: int, k: int) -> NDArray[np.int64]:
    """Return the `k` nearest rows of each query by exhaustive search, (queries, k), in any order."""
    scores = np.empty((len(queries), 0), np.float32)
    best = np.empty((len(queries), 0), np.int64)
    for block in _blocks(rows):
        scores = np.concatenate([scores, queries @ fetch(block).T], axis=1)
        best = np.concatenate([best, np.broadcast_to(block, (len(queries), len(block)))], axis=1)
        top = np.argpartition(-scores, min(k, scores.shape[1]) - 1, axis=1)[:, :k]
        scores, best = np.take_along_axis(scores, top, 1), np.take_along_axis(best, top, 1)
    return best


def _lists(rows: int) -> int:
    return max(1, LISTS * isqrt(rows))


def _empty(dimension: int, lists: int) -> Any:
    kind = (faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False)
    return faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dimension), dimension, lists, *kind)


def _empty_copy(other: Any) -> Any:
    """Return an empty index with the centroids and quantizer of another."""
    index = _empty(other.d, other.nlist)
    index.quantizer.add(faiss.downcast_index(other.quantizer).reconstruct_n(0, other.nlist))
    faiss.copy_array_to_vector(faiss.vector_to_array(other.sq.trained), index.sq.trained)
    index.is_trained = True
    return index


def _train(fetch: FetchVectors, rows: int, dimension: int) -> Any:
    lists = _lists(rows)
    index = _empty(dimension, lists)
    index.cp.niter, index.cp.seed, index.cp.spherical = ROUNDS, SEED, True
    index.cp.min_points_per_centroid = 1
    sample = np.random.default_rng(SEED).permutation(rows)[: SAMPLE * lists]
    index.train(fetch(np.sort(sample)))
    for block in _blocks(rows):
        index.add(fetch(block))
    return index


def _blocks(rows: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, rows, BLOCK):
        yield np.arange(start, min(start + BLOCK, rows))
