"""Matrices of 4-bit integers: 32 weights share one scale (the format Q4_0 of llama.cpp).

A block of 18 bytes holds a scale in half precision and 32 weights, each from 0 to 15 around 8. The low half
of its j-th byte is weight j, the high half weight j + 16.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats

BLOCK = 32
"""Weights per block."""
BLOCK_BYTES = 2 + BLOCK // 2
_LAYOUT = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK // 2,))])
_ZERO = 8


@dataclass(frozen=True, slots=True, eq=False)
class FourBitMatrix:
    """A matrix whose rows are widened to float32 when they are looked up; `blocks` is (rows, blocks)."""

    blocks: NDArray[np.void]

    @classmethod
    def of(cls, data: NDArray[np.uint8], rows: int) -> Self:
        """Return the matrix of so many rows that these bytes hold, without copying them."""
        return cls(data.view(_LAYOUT).reshape(rows, -1))

    def __len__(self) -> int:
        return len(self.blocks)

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return int(self.blocks.shape[1]) * BLOCK

    def __getitem__(self, rows: NDArray[np.int64] | slice) -> Floats:
        """Return rows in float32, (rows, width)."""
        blocks = self.blocks[rows]
        pairs = blocks["pairs"]
        weights = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32)
        weights -= _ZERO
        weights *= blocks["scale"].astype(np.float32)[..., None]
        return weights.reshape(len(blocks), -1)
