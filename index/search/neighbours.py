"""The nearest neighbours of every one of many vectors, in blocks; memory grows linearly with their number.

Up to `MAX_EXACT` vectors, each is compared with every other; above, an inverted file proposes the neighbours.
"""

from collections.abc import Iterator
from math import isqrt
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Float16s, Floats

MAX_EXACT = 20_000
LISTS, SAMPLE, ROUNDS, PROBED = 2, 40, 6, 12
"""Lists as a multiple of the square root of the number of vectors; training vectors a list; k-means
iterations; lists that are searched for each vector."""
BLOCK = 2_048
SEED = 7


class Neighbours:
    """Unit vectors, (rows, dimension), whose neighbours are searched among themselves."""

    def __init__(self, vectors: Float16s, index: Any) -> None:
        self._vectors = vectors
        self._index = index

    @classmethod
    def of(cls, vectors: Float16s, exact: int = MAX_EXACT) -> "Neighbours":
        """Return the neighbours of some vectors; above `exact` of them they are approximate."""
        rows, dimension = vectors.shape
        index: Any = faiss.IndexFlatIP(dimension)
        if rows > exact:
            lists = LISTS * isqrt(rows)
            index = faiss.IndexIVFScalarQuantizer(
                index, dimension, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
            index.cp.niter, index.cp.seed, index.nprobe = ROUNDS, SEED, PROBED
            sample = np.random.default_rng(SEED).permutation(rows)[: SAMPLE * lists]
            index.train(vectors[np.sort(sample)].astype(np.float32))
        for start in range(0, rows, BLOCK):
            index.add(vectors[start : start + BLOCK].astype(np.float32))
        return cls(vectors, index)

    def blocks(self, k: int) -> Iterator[tuple[int, Floats, NDArray[np.int64]]]:
        """Yield (first row, scores, rows) of at most `k` neighbours, nearest first; a vector is its own, too.

        Scores and rows have shape (block, k); the row is -1 where there are fewer.
        """
        for start in range(0, len(self._vectors), BLOCK):
            queries = self._vectors[start : start + BLOCK].astype(np.float32)
            scores, rows = self._index.search(queries, min(k, len(self._vectors)))
            yield start, scores, rows
