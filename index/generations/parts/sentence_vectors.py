"""Sentence vectors as one float16 array on disk, in NumPy's `.npy` format 1.0."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np

from citeback.index.embedding.protocols import Float16s
from citeback.index.errors import DamagedGeneration
from citeback.index.generations.parts.checksums import FileChecksum, VerifiedFile


def write_sentence_array(path: Path, blocks: Iterable[Float16s], shape: tuple[int, int]) -> None:
    """Write blocks of (sentences, dimension) as one array of `shape`."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype("<f2")), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype="<f2").data)


class SentenceArray:
    """The sentence vectors in a file, (sentences, dimension), verified on first use.

    Safe to share between threads.
    """

    def __init__(self, shape: tuple[int, int], offset: int, verified: VerifiedFile) -> None:
        self.shape = shape
        self._offset = offset
        self._verified = verified

    @classmethod
    def open(cls, path: Path, shape: tuple[int, int], seal: FileChecksum) -> Self:
        """Open a file. Raises DamagedGeneration if it does not hold an array of this shape."""
        return cls(shape, array_offset(path, shape), VerifiedFile.open(path, seal))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Float16s:
        """Return unit vectors, (rows, dimension). Raises DamagedGeneration if a block fails its checksum."""
        start, stop, _ = rows.indices(len(self))
        width = 2 * self.shape[1]
        data = self._verified.read(self._offset + start * width, self._offset + stop * width)
        return np.frombuffer(data, dtype="<f2").reshape(stop - start, self.shape[1])


def array_offset(path: Path, shape: tuple[int, int]) -> int:
    """Return the byte offset of a file's array.

    Raises DamagedGeneration if the file does not hold one of this shape.
    """
    # NumPy's own reader parses the header with `ast`, which is not thread-safe in Python 3.11 ("AST
    # constructor recursion depth mismatch"). The shape is in the manifest anyway.
    try:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            length = int.from_bytes(file.read(2), "little")
            offset = file.tell() + length
        if path.stat().st_size != offset + 2 * shape[0] * shape[1]:
            raise ValueError(f"its size does not fit {shape[0]} vectors of {shape[1]} numbers")
        return offset
    except (OSError, ValueError) as error:
        raise DamagedGeneration(
            f"{path} is not an array of sentence vectors: {error}.", "citeback index"
        ) from error
