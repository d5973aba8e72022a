"""SQLite connections for writing, with disk errors translated."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeAlias

from citeback.index.errors import WriteError
from citeback.index.files import private_files

Parameters: TypeAlias = Sequence[object] | Mapping[str, object]
"""The values of a statement, by position or by name."""

_REFUSED = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


class SqlWriter:
    """A connection that raises WriteError if the disk is full or failing."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file, created if necessary; only its owner can read it."""
        private_files.make_private_file(path)  # SQLite's auxiliary files inherit its permissions
        with _raising_unwritten(path):
            return cls(path, sqlite3.connect(path.absolute().as_uri(), uri=True))

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the connection, for reading."""
        return self._connection

    def run(self, statement: str, values: Parameters = ()) -> None:
        """Execute one statement."""
        with _raising_unwritten(self._path):
            self._connection.execute(statement, values)

    def run_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        """Execute one statement for many rows."""
        with _raising_unwritten(self._path):
            self._connection.executemany(statement, rows)

    def script(self, statements: str) -> None:
        """Commit, then execute a script."""
        with _raising_unwritten(self._path):
            self._connection.executescript(statements)

    def commit(self) -> None:
        """Commit the transaction."""
        with _raising_unwritten(self._path):
            self._connection.commit()

    def close(self) -> None:
        """Close the file; uncommitted changes are lost."""
        self._connection.close()


@contextmanager
def _raising_unwritten(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(_REFUSED):
            raise
        raise WriteError(path, str(error)) from error
