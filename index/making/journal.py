"""Vectors of a sync that is running, by key: what an interruption must not cost a second time.

Must never know documents or generations. Every batch is committed; a published sync empties it.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoded
from index.errors import Unwritten
from index.parts.sql import Written

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT, key BLOB, vector BLOB, sentences BLOB, PRIMARY KEY (fingerprint, key)
) STRICT
"""


class Journal:
    """The vectors that one model, told by its fingerprint, has computed so far."""

    def __init__(self, file: Written, fingerprint: str) -> None:
        self._file = file
        self._connection = file.connection
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, path: Path, fingerprint: str) -> "Journal":
        """Open or create a journal; a file that is not one is written anew, since it is only a saving.

        Raises Unwritten, as everything that writes here does.
        """
        try:
            return cls(_connect(path), fingerprint)
        except sqlite3.DatabaseError:
            remove(path)
            return cls(_connect(path), fingerprint)

    def close(self) -> None:
        """Close the file and keep what is in it."""
        self._file.close()

    def put(self, batch: Iterable[tuple[bytes, Encoded]]) -> None:
        """Note a batch of (key, what the model made of it), for good."""
        rows = [
            (
                self._fingerprint,
                key,
                encoded.vector.astype("<f4").tobytes(),
                encoded.sentences.astype("<f2").tobytes(),
            )
            for key, encoded in batch
        ]
        self._file.run_many("INSERT OR REPLACE INTO vectors VALUES (?,?,?,?)", rows)
        self._file.commit()

    def keys(self) -> set[bytes]:
        """Return the keys noted for this model."""
        asked = "SELECT key FROM vectors WHERE fingerprint = ?"
        return {key for (key,) in self._connection.execute(asked, (self._fingerprint,))}

    def get(self, key: bytes) -> Encoded:
        """Return what was noted. Raises KeyError."""
        asked = "SELECT vector, sentences FROM vectors WHERE fingerprint = ? AND key = ?"
        found: Sequence[bytes] | None = self._connection.execute(asked, (self._fingerprint, key)).fetchone()
        if found is None:
            raise KeyError(key)
        vector = np.frombuffer(found[0], "<f4").astype(np.float32)
        return Encoded(vector, np.frombuffer(found[1], "<f2").astype(np.float16).reshape(-1, len(vector)))


def remove(path: Path) -> None:
    """Remove a journal, if there is one, with the files SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> Written:
    file = Written(path)
    try:
        # Write-ahead logging: a commit is one append, and a kill between two leaves the earlier ones whole.
        file.script(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        if file.connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError(f"{path} is damaged")
    except (sqlite3.DatabaseError, Unwritten):
        file.close()
        raise
    return file
