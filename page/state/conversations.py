"""Saved conversations of each user, in one SQLite file beside the store.

An answer is saved as it was given, with the words of its citations, so that it can be shown unchanged after
its documents have changed. Nothing is written before the first answer.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from pydantic import TypeAdapter, ValidationError

from citeback.index.errors import HistoryError
from citeback.page.state.database import Database
from citeback.page.state.exchange import Conversation, Exchange
from citeback.rag.answer import Answer
from citeback.wire.permalinks import Link, quote_hash

KEY = re.compile(r"[\w-]{6,40}")  # of a conversation
MAX_NAME_CHARS = 80  # characters of a conversation's name
MAX_LISTED = 500  # conversations in a list
MAX_SEARCH_CHARS = 200  # characters of a search term; SQLite rejects patterns of many thousands
_ANSWER = TypeAdapter(Answer)
_FIRST = "conversations"
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS exchanges (
  conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  n INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (conversation, n)
);
CREATE TABLE IF NOT EXISTS cited (
  conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  document TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, words TEXT NOT NULL,
  quote TEXT NOT NULL, PRIMARY KEY (conversation, document, first, last, words)
);
"""
_ADD_EXCHANGE = """
INSERT INTO exchanges (conversation, n, question, answer, said)
VALUES (:conversation, :n, :question, :answer, :said)
"""
_ADD_CITATION = """
INSERT OR IGNORE INTO cited (conversation, document, first, last, words, quote)
VALUES (:conversation, :document, :first, :last, :words, :quote)
"""


@dataclass(frozen=True, slots=True)
class SavedConversation:
    """A saved conversation: its name, its last change (UTC, ISO 8601) and the number of its exchanges."""

    id: str
    name: str
    changed: str
    exchanges: int


class ConversationStore:
    """The conversations of a store's users. Safe to share between threads: each call is a transaction.

    Every method raises HistoryError if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = Database(path)

    def save(self, owner: str, key: str, exchange: Exchange) -> str:
        """Add an answered exchange to a conversation of `owner`, or to a new one; return its id."""
        answer = exchange.answer
        if answer is None:
            raise ValueError("only answers are kept")
        text = json.dumps(_ANSWER.dump_python(answer, mode="json"))
        now = datetime.now(UTC).isoformat(timespec="seconds")

        def insert(file: sqlite3.Connection) -> str:
            known = (
                key
                if _is_owned(file, owner, key)
                else _create_conversation(file, owner, exchange.question, now)
            )
            (n,) = file.execute(
                "SELECT coalesce(max(n) + 1, 0) FROM exchanges WHERE conversation = ?", (known,)
            ).fetchone()
            file.execute(
                _ADD_EXCHANGE,
                {
                    "conversation": known,
                    "n": n,
                    "question": exchange.question,
                    "answer": text,
                    "said": answer.text,
                },
            )
            file.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, known))
            file.executemany(_ADD_CITATION, _citation_rows(known, exchange))
            return known

        return self.file.write(_TABLES, insert)

    def listing(self, owner: str, wanted: str = "") -> tuple[SavedConversation, ...]:
        """Return at most `MAX_LISTED` conversations of `owner` that contain `wanted`, latest first."""
        like = f"%{wanted[:MAX_SEARCH_CHARS].translate({ord(c): f'~{c}' for c in '~%_'})}%"
        result = """SELECT id, name, changed,
              (SELECT count(*) FROM exchanges WHERE conversation = id) AS exchanges
            FROM conversations WHERE owner = ?1 AND (name LIKE ?2 ESCAPE '~' OR EXISTS (
              SELECT 1 FROM exchanges WHERE conversation = id
              AND (question LIKE ?2 ESCAPE '~' OR said LIKE ?2 ESCAPE '~')))
            ORDER BY changed DESC, rowid DESC LIMIT ?3"""
        with self.file.reading(_FIRST) as file:
            rows = file.execute(result, (owner, like, MAX_LISTED)) if file else ()
            return tuple(
                SavedConversation(id=id_, name=name, changed=changed, exchanges=exchanges)
                for id_, name, changed, exchanges in rows
            )

    def open(self, owner: str, key: str) -> Conversation | None:
        """Return a conversation of `owner`, or None if no such id exists."""
        with self.file.reading(_FIRST) as file:
            if not file or not _is_owned(file, owner, key):
                return None
            rows = file.execute(
                "SELECT question, answer FROM exchanges WHERE conversation = ? ORDER BY n", (key,)
            ).fetchall()
        try:
            return tuple(Exchange(question, answer=_ANSWER.validate_json(data)) for question, data in rows)
        except ValidationError as error:
            raise HistoryError(self.path, "read", "another version of Citeback wrote it") from error

    def name(self, owner: str, key: str) -> str:
        """Return the name of a conversation of `owner`, or "" if no such id exists."""
        return next((kept.name for kept in self.listing(owner) if kept.id == key), "")

    def rename(self, owner: str, key: str, name: str) -> None:
        """Rename a conversation of `owner`; a blank name changes nothing."""
        if shorten_name(name):
            self._change(
                "UPDATE conversations SET name = ?3 WHERE owner = ?1 AND id = ?2",
                owner,
                key,
                shorten_name(name),
            )

    def delete(self, owner: str, key: str) -> None:
        """Delete a conversation of `owner`, and the words that its permanent links would show."""
        self._change("DELETE FROM conversations WHERE owner = ?1 AND id = ?2", owner, key)

    def quote(self, asked: Link) -> str | None:
        """Return the words of a permanent link, or None if no saved conversation cites them."""
        place = (asked.document, asked.span.start, asked.span.end, asked.words)
        result = "SELECT quote FROM cited WHERE document = ? AND first = ? AND last = ? AND words = ?"
        with self.file.reading("cited") as file:
            row = file.execute(result, place).fetchone() if file else None
        return str(row[0]) if row else None

    def _change(self, statement: str, *values: str) -> None:
        if self.path.exists():
            self.file.write(_TABLES, lambda file: file.execute(statement, values))


def shorten_name(words: str) -> str:
    """Return a conversation name: one line, shortened for lists."""
    line = " ".join(words.split())
    return line if len(line) <= MAX_NAME_CHARS else line[: MAX_NAME_CHARS - 1].rstrip() + "…"


def _create_conversation(file: sqlite3.Connection, owner: str, question: str, now: str) -> str:
    """Create a conversation and return its id."""
    key = token_urlsafe(9)
    file.execute(
        "INSERT INTO conversations (id, owner, name, changed) VALUES (?, ?, ?, ?)",
        (key, owner, shorten_name(question), now),
    )
    return key


def _is_owned(file: sqlite3.Connection, owner: str, key: str) -> bool:
    result = file.execute("SELECT 1 FROM conversations WHERE owner = ? AND id = ?", (owner, key))
    return result.fetchone() is not None


def _citation_rows(key: str, exchange: Exchange) -> Iterator[Mapping[str, str | int]]:
    for citation in exchange.citations:
        yield {
            "conversation": key,
            "document": citation.document,
            "first": citation.span.start,
            "last": citation.span.end,
            "words": quote_hash(citation.quote),
            "quote": citation.quote,
        }
