"""What each user has set, in the file of conversations. Must never know HTML or what a setting does.

A value that this version cannot use any more is as if it had never been set.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index import private
from rag.confidence import Care

_CARE = TypeAdapter(Care)
_TABLE = "CREATE TABLE IF NOT EXISTS choices (owner TEXT PRIMARY KEY, care TEXT NOT NULL)"


class Choices:
    """The settings of a store's users. Safe to share between threads: each call is a transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, owner: str) -> Care:
        """Return what `owner` has set, the defaults where there is nothing."""
        if not self.path.exists():
            return Care()
        with closing(sqlite3.connect(self.path, timeout=10)) as file, file:
            file.execute(_TABLE)
            row = file.execute("SELECT care FROM choices WHERE owner = ?", (owner,)).fetchone()
        try:
            return _CARE.validate_json(row[0]) if row else Care()
        except ValidationError:
            return Care()

    def keep(self, owner: str, care: Care) -> None:
        """Keep what `owner` has set, in place of what was set before."""
        said = _CARE.dump_json(care).decode()
        private.file(self.path)
        with closing(sqlite3.connect(self.path, timeout=10)) as file, file:
            file.execute(_TABLE)
            file.execute("INSERT OR REPLACE INTO choices VALUES (?, ?)", (owner, said))
