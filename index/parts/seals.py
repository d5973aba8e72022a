"""Checksums of files, block by block: XXH3, 128 bits. Must never know what the files hold.

They find damage, not malice: whoever can write to a store can write its checksums too. XXH3 read 21 GB/s
where SHA-256 read 0.9 (docs/decisions/0006-seals.md), so that every byte can be compared at every opening.
"""

import os
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from threading import Lock
from weakref import finalize

from pydantic import BaseModel, ConfigDict, Field
from xxhash import xxh3_128_hexdigest

from index.errors import Damaged

BLOCK = 1 << 17
"""Bytes that have one checksum; the last block of a file may be shorter.

A question compares the blocks that it is the first to use, of which it needs a few hundred bytes each. (On
120,000 chunks in memory, 1 MiB took no longer; from a disk, eight times as much is read.)"""


class Seal(BaseModel):
    """Size in bytes of one file and the checksum of each of its blocks, which are of `block` bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    blocks: tuple[str, ...]
    block: int = Field(default=1 << 20, gt=0)  # as it was before it was noted


def seal(path: Path) -> Seal:
    """Return the seal of a file as it is now."""
    sums = tuple(_sums(path, BLOCK))
    return Seal(size=path.stat().st_size, blocks=sums, block=BLOCK)


def broken(path: Path, seal: Seal) -> str | None:
    """Return what is wrong with a file, in words, or None: every byte is compared."""
    if wrong := resized(path, seal):
        return wrong
    try:
        for n, (found, sealed) in enumerate(zip_longest(_sums(path, seal.block), seal.blocks)):
            if found != sealed:
                return _differs(path, seal, n)
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return None


def resized(path: Path, seal: Seal) -> str | None:
    """Return the same, but only for a file that is missing or of another size: that costs no reading."""
    if not path.is_file():
        return f"{path} is missing."
    if (size := path.stat().st_size) != seal.size:
        return f"{path} has {size} bytes, not {seal.size}."
    return None


class Compared:
    """A file that is read in parts; each block is compared before anything of it is handed out.

    Safe to share between threads. For files so large that comparing all of them would be waited for. It is
    not mapped into memory: every part of a mapped file that was ever used stays resident with its neighbours.
    """

    def __init__(self, path: Path, seal: Seal) -> None:
        self._path = path
        self._seal = seal
        self._seen: set[int] = set()
        self._lock = Lock()
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        finalize(self, os.close, self._file)

    def read(self, start: int, stop: int) -> bytes:
        """Return bytes `start` to `stop`. Raises Damaged where a block that they lie in is not as sealed."""
        size = self._seal.block
        for n in range(start // size, -(-stop // size)):
            if n not in self._seen:
                if xxh3_128_hexdigest(self._at(n * size, size)) != self._seal.blocks[n]:
                    raise Damaged(_differs(self._path, self._seal, n), "citeback index")
                self._seen.add(n)
        return self._at(start, stop - start)

    def _at(self, start: int, length: int) -> bytes:
        if sys.platform != "win32":
            return os.pread(self._file, length, start)
        with self._lock:
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, length)


def _differs(path: Path, seal: Seal, n: int) -> str:
    start, stop = n * seal.block, min((n + 1) * seal.block, seal.size)
    return f"{path} differs from its checksum, somewhere in bytes {start} to {stop}."


def _sums(path: Path, size: int) -> Iterator[str]:
    block = bytearray(size)
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(block):
            yield xxh3_128_hexdigest(memoryview(block)[:length])
