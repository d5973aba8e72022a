"""Checksums of files, block by block, by 128-bit XXH3.

They detect damage, not tampering: anyone who can write to a store can forge them. XXH3 reads 21 GB/s,
SHA-256 0.9 (docs/decisions/0006-seals.md), so every byte can be verified at every opening.
"""

import os
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from threading import Lock
from typing import Self
from weakref import finalize

from pydantic import BaseModel, ConfigDict, Field
from xxhash import xxh3_128_hexdigest

from citeback.index.errors import DamagedGeneration

BLOCK = 1 << 17
"""Bytes per checksum; a file's last block may be shorter.

A question verifies each block on first use and needs a few hundred bytes of each. On 120,000 chunks in
memory, 1 MiB was no slower, but it would read eight times as much from a disk.
"""


class FileChecksum(BaseModel):
    """A file's size in bytes, and the checksums of its blocks of `block` bytes each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    blocks: tuple[str, ...]
    block: int = Field(default=1 << 20, gt=0)  # the size before it was recorded


def checksum_file(path: Path) -> FileChecksum:
    """Compute the checksums of a file."""
    sums = tuple(_block_checksums(path, BLOCK))
    return FileChecksum(size=path.stat().st_size, blocks=sums, block=BLOCK)


def checksum_problem(path: Path, seal: FileChecksum) -> str | None:
    """Compare every byte of a file with its checksums; return the problem, or None."""
    if wrong := size_problem(path, seal):
        return wrong
    try:
        for n, (result, sealed) in enumerate(zip_longest(_block_checksums(path, seal.block), seal.blocks)):
            if result != sealed:
                return _mismatch(path, seal, n)
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return None


def size_problem(path: Path, seal: FileChecksum) -> str | None:
    """Return the problem if a file is missing or has another size, or None; reads nothing."""
    if not path.is_file():
        return f"{path} is missing."
    if (size := path.stat().st_size) != seal.size:
        return f"{path} has {size} bytes, not {seal.size}."
    return None


class VerifiedFile:
    """A file that is read at random, each block verified on first use. Safe to share between threads.

    For files that are too large to verify when they are opened. The file is not memory-mapped: used pages of
    a mapped file stay resident, together with their neighbours.
    """

    def __init__(self, path: Path, seal: FileChecksum, file: int) -> None:
        self._path = path
        self._seal = seal
        self._file = file
        self._seen: set[int] = set()
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path, seal: FileChecksum) -> Self:
        """Open a file; it is closed with the last reference to the result."""
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        verified = cls(path, seal, file)
        finalize(verified, os.close, file)
        return verified

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` to `stop`.

        Raises:
            DamagedGeneration: a block in that range fails its checksum.
        """
        size = self._seal.block
        for n in range(start // size, -(-stop // size)):
            if n not in self._seen:
                if xxh3_128_hexdigest(self._read_at(n * size, size)) != self._seal.blocks[n]:
                    raise DamagedGeneration(_mismatch(self._path, self._seal, n), "citeback index")
                self._seen.add(n)
        return self._read_at(start, stop - start)

    def _read_at(self, start: int, length: int) -> bytes:
        if sys.platform != "win32":
            return os.pread(self._file, length, start)
        with self._lock:
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, length)


def _mismatch(path: Path, seal: FileChecksum, n: int) -> str:
    start, stop = n * seal.block, min((n + 1) * seal.block, seal.size)
    return f"{path} differs from its checksum, somewhere in bytes {start} to {stop}."


def _block_checksums(path: Path, size: int) -> Iterator[str]:
    block = bytearray(size)
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(block):
            yield xxh3_128_hexdigest(memoryview(block)[:length])
