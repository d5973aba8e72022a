"""Saved blocks of a search for conflicts: one JSON line each, in a private file.

A search that is interrupted continues where it stopped. The key names the generation, the filter and the
version of the rules, so that no block is reused after a sync.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from citeback.index.closeable import Closeable
from citeback.index.errors import WriteError
from citeback.index.files import private_files

FILENAME = "conflicts.jsonl"
MAX_BYTES = 64 * 2**20
"""Largest file that is read; a larger one is begun anew."""
VERSION = 5  # raised if the same statements would be judged otherwise

BlockPairs = tuple[int, frozenset[tuple[int, int]]]


class SavedPairs(Closeable):
    """The saved blocks of one search; opened with `SavedPairs.open`, for one process at a time."""

    def __init__(self, path: Path, key: str, blocks: dict[int, BlockPairs], file: TextIO) -> None:
        self._path = path
        self._key = key
        self._blocks = blocks
        self._file = file

    @classmethod
    def open(cls, store: Path, settings: str) -> "SavedPairs":
        """Open the blocks of a search of what `settings` says. Raises WriteError if the disk refuses."""
        path, key = (
            store / FILENAME,
            sha256(f"{VERSION} {settings}".encode("utf-8", "surrogatepass")).hexdigest(),
        )
        blocks = _read(path, key)
        try:
            file = open(path, "a" if blocks else "w", encoding="utf-8", opener=private_files.opener)  # noqa: SIM115
            if blocks:
                file.write("\n")  # a line that an interruption cut short ends here
        except OSError as error:
            raise WriteError(path, error.strerror or str(error)) from error
        return cls(path, key, blocks, file)

    def block(self, n: int, candidates: int) -> frozenset[tuple[int, int]] | None:
        """Return the pairs that a saved block kept of so many candidates; None if it is not saved."""
        known = self._blocks.get(n)
        return known[1] if known and known[0] == candidates else None

    def save(self, n: int, candidates: int, pairs: Sequence[tuple[int, int]]) -> None:
        """Save a block. Raises WriteError if the disk refuses it."""
        try:
            self._file.write(
                json.dumps({"key": self._key, "block": n, "of": candidates, "pairs": [*map(list, pairs)]})
                + "\n"
            )
            self._file.flush()
        except OSError as error:
            raise WriteError(self._path, error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read(path: Path, key: str) -> dict[int, BlockPairs]:
    """Return the blocks of a search by number; damaged lines are left out, and are compared again."""
    blocks: dict[int, BlockPairs] = {}
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return blocks
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                values = json.loads(line)
                if values["key"] == key:
                    pairs = frozenset((int(one), int(other)) for one, other in values["pairs"])
                    blocks[int(values["block"])] = (int(values["of"]), pairs)
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
    return blocks
