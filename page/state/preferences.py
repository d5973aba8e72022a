"""Settings of each user, stored in the file of conversations.

A value that this version cannot use falls back to the default.
"""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from citeback.page.state.database import Database
from citeback.rag.confidence import AnswerSettings
from citeback.rag.messages.catalogue import LANGUAGES

_CARE = TypeAdapter(AnswerSettings)
_TABLE = "CREATE TABLE IF NOT EXISTS choices (owner TEXT PRIMARY KEY, care TEXT NOT NULL)"

_LANGUAGES = "CREATE TABLE IF NOT EXISTS page_languages (owner TEXT PRIMARY KEY, language TEXT NOT NULL)"


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

    def language_of(self, owner: str) -> str:
        """Return the language that `owner` has chosen for the page, or "". Raises HistoryError."""
        with self.file.reading("page_languages") as file:
            result = "SELECT language FROM page_languages WHERE owner = ?"
            row = file.execute(result, (owner,)).fetchone() if file else None
        return str(row[0]) if row and row[0] in LANGUAGES else ""

    def keep_language(self, owner: str, language: str) -> None:
        """Save the language of the page for `owner`; "" follows the browser. Raises HistoryError."""
        statement = "INSERT OR REPLACE INTO page_languages (owner, language) VALUES (?, ?)"
        self.file.write(_LANGUAGES, lambda file: file.execute(statement, (owner, language)))

    def keep(self, owner: str, care: AnswerSettings) -> None:
        """Save the settings of `owner`. Raises HistoryError."""
        row = (owner, _CARE.dump_json(care).decode())
        statement = "INSERT OR REPLACE INTO choices (owner, care) VALUES (?, ?)"
        self.file.write(_TABLE, lambda file: file.execute(statement, row))
