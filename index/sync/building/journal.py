"""A journal of computed vectors, so that an interrupted sync does not encode them again.

Every batch is committed. Publishing a generation deletes the journal.
"""

import sqlite3
from collections.abc import Iterable
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
_ADD = """
INSERT OR REPLACE INTO vectors (fingerprint, key, vector, sentences)
VALUES (:fingerprint, :key, :vector, :sentences)
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
            {
                "fingerprint": self._fingerprint,
                "key": key,
                "vector": encoded.vector.astype("<f4").tobytes(),
                "sentences": encoded.sentences.astype("<f2").tobytes(),
            }
            for key, encoded in batch
        ]
        self._file.run_many(_ADD, rows)
        self._file.commit()

    def keys(self) -> set[bytes]:
        """Return the keys that this model has vectors for."""
        asked = "SELECT key FROM vectors WHERE fingerprint = ?"
        return {key for (key,) in self._connection.execute(asked, (self._fingerprint,))}

    def get(self, key: bytes) -> ChunkEncoding:
        """Return the encoding of a key. Raises KeyError."""
        asked = "SELECT vector, sentences FROM vectors WHERE fingerprint = ? AND key = ?"
        row: tuple[bytes, bytes] | None = self._connection.execute(asked, (self._fingerprint, key)).fetchone()
        if row is None:
            raise KeyError(key)
        stored_vector, stored_sentences = row
        vector = np.frombuffer(stored_vector, "<f4").astype(np.float32)
        sentences = np.frombuffer(stored_sentences, "<f2").astype(np.float16).reshape(-1, len(vector))
        return ChunkEncoding(vector=vector, sentences=sentences)


def remove(path: Path) -> None:
    """Delete a journal, if there is one, with SQLite's auxiliary files."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> SqlWriter:
    file = SqlWriter.open(path)
    try:
        # With write-ahead logging, a commit is one append, and a kill never damages earlier commits.
        file.script(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        if file.connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError(f"{path} is damaged")
    except (sqlite3.DatabaseError, WriteError):
        file.close()
        raise
    return file
