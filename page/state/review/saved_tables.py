"""Tables of answers of each user, with what people have said of their cells, in the file of conversations."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citeback.index.errors import SettingsError
from citeback.page.state.database import Database
from citeback.rag.review.cell import TableCell

MOST_TABLES = 50  # tables of one user
NAME = 80  # characters of a name
_CELL = TypeAdapter(TableCell)
_QUESTIONS = TypeAdapter(tuple[str, ...])
_TABLES = """
CREATE TABLE IF NOT EXISTS answer_tables (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, questions TEXT NOT NULL,
  within TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS answer_cells (
  of_table TEXT NOT NULL REFERENCES answer_tables(id) ON DELETE CASCADE,
  document TEXT NOT NULL, question TEXT NOT NULL, key TEXT NOT NULL, sha TEXT NOT NULL, cell TEXT NOT NULL,
  PRIMARY KEY (of_table, document, question)
);
"""
_ALL = "SELECT id, name, questions, within, changed FROM answer_tables WHERE owner = ?"


@dataclass(frozen=True, slots=True)
class SavedTable:
    """A table: its questions, the documents they are asked of, and when it was changed (UTC, ISO 8601)."""

    id: str
    name: str
    questions: tuple[str, ...]
    within: str
    changed: str


@dataclass(frozen=True, slots=True)
class SavedCell:
    """A cell with its key and the hash of the document that was asked."""

    key: str
    sha: str
    cell: TableCell


Cells = Mapping[tuple[str, str], SavedCell]


class TableStore:
    """The tables of a store's users. Safe to share between threads: each call is a transaction.

    Every method raises HistoryError if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.file = Database(path)

    def create(self, owner: str, name: str, questions: Iterable[str], within: str) -> str:
        """Create a table and return its id. Raises SettingsError if the user has too many."""
        if len(self.listing(owner)) >= MOST_TABLES:
            raise SettingsError(f"You have {MOST_TABLES} tables.", "delete one that you no longer need")
        key = token_urlsafe(9)
        row = (key, owner, _shortened(name), json.dumps(list(questions)), within, _now())
        self._write("INSERT INTO answer_tables VALUES (?, ?, ?, ?, ?, ?)", row)
        return key

    def ask(self, owner: str, key: str, questions: Iterable[str]) -> None:
        """Replace the questions of a table of `owner`."""
        row = (json.dumps(list(questions)), _now(), owner, key)
        self._write("UPDATE answer_tables SET questions = ?, changed = ? WHERE owner = ? AND id = ?", row)

    def delete(self, owner: str, key: str) -> None:
        """Delete a table of `owner` with its cells."""
        self._write("DELETE FROM answer_tables WHERE owner = ? AND id = ?", (owner, key))

    def listing(self, owner: str) -> tuple[SavedTable, ...]:
        """Return the tables of `owner`, latest first."""
        with self.file.reading("answer_tables") as file:
            rows = file.execute(f"{_ALL} ORDER BY changed DESC, rowid DESC", (owner,)) if file else ()
            return tuple(_table(row) for row in rows)

    def table(self, owner: str, key: str) -> SavedTable | None:
        """Return a table of `owner`, or None if no such id exists."""
        return next((each for each in self.listing(owner) if each.id == key), None)

    def cells(self, owner: str, key: str) -> Cells:
        """Return the cells of a table of `owner`, by document and question; damaged ones are left out."""
        with self.file.reading("answer_cells") as file:
            if not file or not _is_owned(file, owner, key):
                return {}
            found = "SELECT document, question, key, sha, cell FROM answer_cells WHERE of_table = ?"
            rows = file.execute(found, (key,)).fetchall()
        cells = {}
        for document, question, hashed, sha, written in rows:
            try:
                cells[document, question] = SavedCell(key=hashed, sha=sha, cell=_CELL.validate_json(written))
            except ValidationError:
                continue
        return cells

    def save(self, owner: str, key: str, cells: Iterable[SavedCell]) -> None:
        """Save cells of a table of `owner`, in one transaction."""
        rows = [
            (
                key,
                each.cell.document,
                each.cell.question,
                each.key,
                each.sha,
                json.dumps(_CELL.dump_python(each.cell, mode="json")),
            )
            for each in cells
        ]

        def insert(file: Any) -> None:
            if _is_owned(file, owner, key):
                file.executemany("INSERT OR REPLACE INTO answer_cells VALUES (?, ?, ?, ?, ?, ?)", rows)
                file.execute("UPDATE answer_tables SET changed = ? WHERE id = ?", (_now(), key))

        self.file.write(_TABLES, insert)

    def _write(self, statement: str, values: tuple[str, ...]) -> None:
        self.file.write(_TABLES, lambda file: file.execute(statement, values))


@dataclass(slots=True)
class TableRun:
    """A `CellStore` of one table while it is filled: cells are written a document at a time.

    `hashes` maps each document to the hash of its bytes.
    """

    store: TableStore
    owner: str
    table: str
    hashes: Mapping[str, str]
    known: Cells
    _new: list[SavedCell] = field(default_factory=list)

    def cell(self, key: str, document: str, question: str) -> TableCell | None:
        """Return a saved cell, unless its document, its question or the settings have changed."""
        saved = self.known.get((document, question))
        return replace(saved.cell, saved=True) if saved and saved.key == key else None

    def save(self, key: str, cell: TableCell) -> None:
        """Save a cell. What a person has said of the same words before is kept."""
        before = self.known.get((cell.document, cell.question))
        same = before and before.cell.answer == cell.answer and _quote(before.cell) == _quote(cell)
        judged = before.cell.judged if before and same else ""
        if self._new and self._new[-1].cell.document != cell.document:
            self.flush()
        self._new.append(
            SavedCell(key=key, sha=self.hashes.get(cell.document, ""), cell=replace(cell, judged=judged))
        )

    def flush(self) -> None:
        """Write what has not been written yet."""
        if self._new:
            self.store.save(self.owner, self.table, self._new)
            self._new.clear()


def _quote(cell: TableCell) -> str:
    return cell.source.quote if cell.source else ""


def _table(row: tuple[str, str, str, str, str]) -> SavedTable:
    key, name, questions, within, changed = row
    return SavedTable(
        id=key, name=name, questions=_QUESTIONS.validate_json(questions), within=within, changed=changed
    )


def _is_owned(file: Any, owner: str, key: str) -> bool:
    found = file.execute("SELECT 1 FROM answer_tables WHERE owner = ? AND id = ?", (owner, key))
    return found.fetchone() is not None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _shortened(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= NAME else line[: NAME - 1].rstrip() + "…"
