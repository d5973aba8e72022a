"""A journal of computed vectors, so that an interrupted sync does not encode them again.

Every batch is committed. Publishing a generation deletes the journal.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from citeback.index.embedding.protocols import ChunkEncoding
from citeback.index.errors import WriteError
from citeback.index.generations.parts.sqlite_writer import SqlWriter

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT, key BLOB, vector BLOB, sentences BLOB, PRIMARY KEY (fingerprint, key)
) STRICT
"""


class Journal:
    """The vectors computed so far by one model, identified by its fingerprint."""

    def __init__(self, file: SqlWriter, fingerprint: str) -> None:
        self._file = file
        self._connection = file.connection
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, path: Path, fingerprint: str) -> "Journal":
        """Open or create a journal; replace a damaged one, since it only saves time.

        Raises:
            WriteError: the disk is full or failing.
        """
        try:
            return cls(_connect(path), fingerprint)
        except sqlite3.DatabaseError:
            remove(path)
            return cls(_connect(path), fingerprint)

    def close(self) -> None:
        """Close the file; committed vectors stay."""
        self._file.close()

    def put(self, batch: Iterable[tuple[bytes, ChunkEncoding]]) -> None:
        """Commit a batch of keys and their encodings."""
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
        """Return the keys that this model has vectors for."""
        asked = "SELECT key FROM vectors WHERE fingerprint = ?"
        return {key for (key,) in self._connection.execute(asked, (self._fingerprint,))}

    def get(self, key: bytes) -> ChunkEncoding:
        """Return the encoding of a key. Raises KeyError."""
        asked = "SELECT vector, sentences FROM vectors WHERE fingerprint = ? AND key = ?"
        results: Sequence[bytes] | None = self._connection.execute(asked, (self._fingerprint, key)).fetchone()
        if results is None:
            raise KeyError(key)
        vector = np.frombuffer(results[0], "<f4").astype(np.float32)
        return ChunkEncoding(
            vector, np.frombuffer(results[1], "<f2").astype(np.float16).reshape(-1, len(vector))
        )


def remove(path: Path) -> None:
    """Delete a journal, if there is one, with SQLite's auxiliary files."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> SqlWriter:
    file = SqlWriter(path)
    try:
        # With write-ahead logging, a commit is one append, and a kill never damages earlier commits.
        file.script(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        if file.connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError(f"{path} is damaged")
    except (sqlite3.DatabaseError, WriteError):
        file.close()
        raise
    return file
