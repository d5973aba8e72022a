"""Sentence vectors as one array in a file: written in order, read in parts. Must never know chunks.

The file is NumPy's own (`.npy`, format 1.0), float16.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from index.encoder import Halves
from index.errors import Damaged
from index.parts.seals import Compared, Seal


def write(path: Path, blocks: Iterable[Halves], shape: tuple[int, int]) -> None:
    """Write blocks of shape (sentences, dimension), which together have `shape`."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype("<f2")), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype="<f2").data)


class Sentences:
    """The array of a file; every block of it is compared before anything of it is handed out.

    Safe to share between threads. `shape` is (sentences, dimension). Raises Damaged where the file has
    another one.
    """

    def __init__(self, path: Path, shape: tuple[int, int], seal: Seal) -> None:
        self.shape = shape
        self._offset = begins(path, shape)
        self._compared = Compared(path, seal)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Halves:
        """Return unit vectors of some rows. Raises Damaged where one is not what was sealed."""
        start, stop, _ = rows.indices(len(self))
        width = 2 * self.shape[1]
        found = self._compared.read(self._offset + start * width, self._offset + stop * width)
        return np.frombuffer(found, dtype="<f2").reshape(stop - start, self.shape[1])


def begins(path: Path, shape: tuple[int, int]) -> int:
    """Return at which byte of a file its array begins. Raises Damaged where it is not one of this shape."""
    # NumPy's reader parses the header by `ast`, which in Python 3.11 fails where two threads do it at once
    # ("AST constructor recursion depth mismatch"); what the header says is in the manifest anyway.
    try:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            length = int.from_bytes(file.read(2), "little")
            offset = file.tell() + length
        if path.stat().st_size != offset + 2 * shape[0] * shape[1]:
            raise ValueError(f"its size does not fit {shape[0]} vectors of {shape[1]} numbers")
        return offset
    except (OSError, ValueError) as error:
        raise Damaged(f"{path} is not an array of sentence vectors: {error}.", "citeback index") from error
