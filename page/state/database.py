"""The SQLite file of conversations and settings, and its error handling.

Reads never write. A damaged file is renamed at the next write and a new one is begun, so that the old content
can still be recovered and new content is saved.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from citeback.index.errors import HistoryError
from citeback.index.files import private_files

T = TypeVar("T")

LOCK_TIMEOUT = 3.0  # seconds to wait for another program that holds the file
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNFINISHED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another program is using it",
    sqlite3.SQLITE_LOCKED: "another program is using it",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "it is damaged. The next answer moves it aside and starts a new file",
    sqlite3.SQLITE_NOTADB: "it is damaged. The next answer moves it aside and starts a new file",
}


@dataclass(frozen=True, slots=True)
class Database:
    """The file at `path`. Safe to share between threads: each call is a transaction."""

    path: Path
    patience: float = LOCK_TIMEOUT

    @property
    def aside(self) -> tuple[Path, ...]:
        """Return the damaged files that were renamed, oldest first."""
        return tuple(sorted(self.path.parent.glob(f"{self.path.stem}.damaged-*{self.path.suffix}")))

    @contextmanager
    def reading(self, table: str) -> Iterator[sqlite3.Connection | None]:
        """Yield a read-only connection, or None if the table does not exist. Raises HistoryError."""
        with _raising_history_error(self.path, "read"):
            if not self.path.exists():
                yield None
                return
            with closing(self._opened()) as file:
                result = file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
                file.execute("BEGIN")
                yield file if result else None

    def write(self, tables: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction, creating `tables` if needed; return its result.

        Raises HistoryError.
        """
        with _raising_history_error(self.path, "written"):
            try:
                return self._written(tables, work)
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if _code(error) not in _DAMAGED:
                    raise
            self._set_aside()
            return self._written(tables, work)

    def _written(self, tables: str, work: Callable[[sqlite3.Connection], T]) -> T:
        private_files.make_private_file(self.path)
        with closing(self._connected("rw")) as file:
            file.execute("PRAGMA foreign_keys = ON")
            file.execute("PRAGMA secure_delete = ON")
            file.executescript(tables)
            # No other writer may change what this transaction reads before it writes.
            file.execute("BEGIN IMMEDIATE")
            with file:
                return work(file)

    def _opened(self) -> sqlite3.Connection:
        """Return a read-only connection; an interrupted write is rolled back first."""
        try:
            return self._readable("ro")
        except sqlite3.OperationalError as error:
            if _code(error) not in _UNFINISHED:
                raise
            return self._readable("rw")

    def _readable(self, mode: str) -> sqlite3.Connection:
        file = self._connected(mode)
        try:
            file.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except (sqlite3.Error, UnicodeDecodeError):
            file.close()
            raise
        return file

    def _connected(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=self.patience, isolation_level=None)

    def _set_aside(self) -> None:
        """Rename the file and SQLite's files beside it, unless another process has already done so."""
        private_files.make_private_file(lock := self.path.with_name(f"{self.path.name}.lock"))
        with FileLock(lock, timeout=self.patience, mode=0o600):
            if not self._damaged():
                return
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            new = self.path.with_name(f"{self.path.stem}.damaged-{moment}{self.path.suffix}")
            for beside in ("-journal", "-wal", "-shm"):
                left = self.path.with_name(self.path.name + beside)
                if left.exists():
                    left.rename(new.with_name(new.name + beside))
            self.path.rename(new)

    def _damaged(self) -> bool:
        try:
            with closing(self._opened()) as file:
                return bool(file.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if _code(error) in _DAMAGED:
                return True
            raise


@contextmanager
def _raising_history_error(path: Path, done: str) -> Iterator[None]:
    """Convert file and database errors to HistoryError."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise HistoryError(path, done, _REASONS.get(_code(error), str(error))) from error
    except Timeout as error:
        raise HistoryError(path, done, _REASONS[sqlite3.SQLITE_BUSY]) from error
    except OSError as error:
        raise HistoryError(path, done, error.strerror or str(error)) from error


def _code(error: sqlite3.Error | UnicodeDecodeError) -> int:
    """Return the primary SQLite error code."""
    if isinstance(error, UnicodeDecodeError):  # a damaged name in SQLite's error message
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
