"""A SQLite file that is being written: what the disk refuses is told as an error of ours.

Must never know tables.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import private
from index.errors import Unwritten

_REFUSED = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


class Written:
    """A connection that raises Unwritten where the disk is full or fails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        private.file(path)  # what SQLite puts beside it has the permissions of it
        with self._told():
            self._connection = sqlite3.connect(path.absolute().as_uri(), uri=True)

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the connection itself, to read by."""
        return self._connection

    def run(self, statement: str, values: Iterable[Any] = ()) -> None:
        """Execute one statement."""
        with self._told():
            self._connection.execute(statement, tuple(values))

    def run_many(self, statement: str, rows: Iterable[Iterable[Any]]) -> None:
        """Execute one statement for many rows."""
        with self._told():
            self._connection.executemany(statement, map(tuple, rows))

    def script(self, statements: str) -> None:
        """Commit, and execute many statements."""
        with self._told():
            self._connection.executescript(statements)

    def commit(self) -> None:
        """Commit."""
        with self._told():
            self._connection.commit()

    def close(self) -> None:
        """Close; what was not committed is lost."""
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith(_REFUSED):
                raise
            raise Unwritten(self._path, str(error)) from error
