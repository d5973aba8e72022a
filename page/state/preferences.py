"""Settings of each user, stored in the file of conversations.

A value that this version cannot use falls back to the default.
"""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from citeback.page.state.database import Database
from citeback.rag.confidence import AnswerSettings

_CARE = TypeAdapter(AnswerSettings)
_TABLE = "CREATE TABLE IF NOT EXISTS choices (owner TEXT PRIMARY KEY, care TEXT NOT NULL)"


class SettingsStore:
    """The settings of a store's users. Safe to share between threads: each call is a transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = Database(path)

    def of(self, owner: str) -> AnswerSettings:
        """Return the settings of `owner`, or the defaults. Raises HistoryError."""
        with self.file.reading("choices") as file:
            result = "SELECT care FROM choices WHERE owner = ?"
            row = file.execute(result, (owner,)).fetchone() if file else None
        try:
            return _CARE.validate_json(row[0]) if row else AnswerSettings()
        except ValidationError:
            return AnswerSettings()

    def keep(self, owner: str, care: AnswerSettings) -> None:
        """Save the settings of `owner`. Raises HistoryError."""
        row = (owner, _CARE.dump_json(care).decode())
        statement = "INSERT OR REPLACE INTO choices (owner, care) VALUES (?, ?)"
        self.file.write(_TABLE, lambda file: file.execute(statement, row))
