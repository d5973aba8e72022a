"""Which rows may be nearest to a query, where there are too many to compare it with each of them.

Must never know exact scores.

Rows lie in lists around centroids that k-means found (FAISS's IVF); a query looks into the lists around
it, at rows kept in 8 bits a number. What is proposed is scored again by `index/vectors.py`. docs/scale.md
has the figures that chose this.
"""

from collections.abc import Callable, Iterator
from math import isqrt
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Floats
from index.errors import Damaged

Fetch: TypeAlias = Callable[[NDArray[np.int64]], Floats]

EXACT = 100_000
"""Rows up to which every row is compared: 15 to 20 ms a query there, and no recall to lose."""

# Lists, as a multiple of the root of the number of rows; rows for each that k-means looks at; its rounds.
LISTS, SAMPLE, ROUNDS = 4, 64, 8
PROBED = 64  # lists that a query looks into
BLOCK = 1 << 15
SEED = 7


class Nearest:
    """Proposes rows for queries of unit length."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, path: Path) -> "Nearest":
        """Map a file that `build` wrote into memory. Raises Damaged."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise Damaged(f"{path} is not an index of vectors.", "citeback check") from error

    @classmethod
    def build(cls, path: Path, fetch: Fetch, rows: int, dimension: int) -> None:
        """Write an index of `rows` rows, which `fetch` returns by number, to a file.

        The same rows give the same index: what k-means looks at, and where it starts, is drawn with a seed.
        """
        faiss.write_index(_built(fetch, rows, dimension), str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def propose(self, query: Floats, k: int, only: Any = None) -> NDArray[np.int64]:
        """Return about `k` rows that may be nearest to a query; fewer where its lists hold fewer.

        `only` holds FAISS's selector (`sel`) of the rows that are searched; None for all of them.
        """
        looked: Any = faiss.SearchParametersIVF
        _, rows = self._index.search(query[None], k, params=looked(nprobe=PROBED, sel=only and only.sel))
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found


def _built(fetch: Fetch, rows: int, dimension: int) -> Any:
    lists = max(1, LISTS * isqrt(rows))
    kind = (faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False)
    centroids: Any = faiss.IndexFlatIP(dimension)
    index: Any = faiss.IndexIVFScalarQuantizer(centroids, dimension, lists, *kind)
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
