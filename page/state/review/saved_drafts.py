"""Drafts that users have checked, in the file of conversations: the newest of each user are kept."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citeback.index.errors import AccessDenied, HistoryError
from citeback.index.records import Source
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.page.state.database import Database
from citeback.page.state.review.checked_draft import CheckedDraft
from citeback.rag.drafts.checked_claim import CheckedClaim

MOST_KEPT = 20  # drafts of one user; the oldest go first
WITHHELD = "This check is not shown: it rests on documents that you may no longer see."
_SOURCE, _CLAIMS = TypeAdapter(Source), TypeAdapter(tuple[CheckedClaim, ...])
_TABLE = """
CREATE TABLE IF NOT EXISTS drafts (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, changed TEXT NOT NULL,
  source TEXT NOT NULL, claims TEXT NOT NULL, file BLOB NOT NULL, documents INTEGER NOT NULL,
  complete INTEGER NOT NULL
)
"""
_ONE = "SELECT name, source, claims, file, documents, complete FROM drafts WHERE owner = ? AND id = ?"


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A saved draft in a list: its name and when it was checked (UTC, ISO 8601)."""

    id: str
    name: str
    changed: str


class DraftStore:
    """The drafts of a store's users. Safe to share between threads: each call is a transaction.

    Documents that do not pass `visible` are hidden from whoever uses it. Every method raises HistoryError if
    the file cannot be read or written.
    """

    def __init__(self, path: Path, visible: NameFilter = ALL_NAMES) -> None:
        self.file = Database(path)
        self.visible = visible

    def restricted(self, visible: NameFilter) -> "DraftStore":
        """Return the store as seen by someone who may see only the documents that pass `visible`."""
        return DraftStore(self.file.path, visible)

    def save(self, owner: str, draft: CheckedDraft) -> CheckedDraft:
        """Save a draft of `owner`; return it with its id."""
        kept = replace(draft, id=draft.id or token_urlsafe(9))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (
            kept.id,
            owner,
            kept.name,
            now,
            json.dumps(_SOURCE.dump_python(kept.source, mode="json")),
            json.dumps(_CLAIMS.dump_python(kept.claims, mode="json")),
            kept.file,
            kept.documents,
            kept.complete,
        )

        def insert(file: Any) -> None:
            file.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            newest = "SELECT id FROM drafts WHERE owner = ?1 ORDER BY changed DESC, rowid DESC LIMIT ?2"
            file.execute(
                f"DELETE FROM drafts WHERE owner = ?1 AND id NOT IN ({newest})",  # noqa: S608  no value in it
                (owner, MOST_KEPT),
            )

        self.file.write(_TABLE, insert)
        return kept

    def listing(self, owner: str) -> tuple[SavedDraft, ...]:
        """Return the drafts of `owner`, latest first."""
        with self.file.reading("drafts") as file:
            query = "SELECT id, name, changed FROM drafts WHERE owner = ? ORDER BY changed DESC, rowid DESC"
            rows = file.execute(query, (owner,)) if file else ()
            return tuple(SavedDraft(id=key, name=name, changed=changed) for key, name, changed in rows)

    def open(self, owner: str, key: str) -> CheckedDraft | None:
        """Return a draft of `owner`, or None if no such id exists.

        Raises AccessDenied if it rests on documents that are hidden now.
        """
        with self.file.reading("drafts") as file:
            row = file.execute(_ONE, (owner, key)).fetchone() if file else None
        if row is None:
            return None
        name, source, claims, data, documents, complete = row
        try:
            draft = CheckedDraft(
                source=_SOURCE.validate_json(source),
                claims=_CLAIMS.validate_json(claims),
                documents=documents,
                complete=bool(complete),
                name=name,
                file=data,
                id=key,
            )
        except ValidationError as error:
            raise HistoryError(self.file.path, "read", "another version of Citeback wrote it") from error
        return self._visible(draft)

    def _visible(self, draft: CheckedDraft) -> CheckedDraft:
        if self.visible.empty:
            return draft
        names = {cited.document for claim in draft.claims for cited in claim.citations}
        names |= {name for claim in draft.claims for name in claim.named}
        if not all(map(self.visible.matches, names)):
            raise AccessDenied(WITHHELD)
        return replace(draft, claims=tuple(map(self._without_copies, draft.claims)))

    def _without_copies(self, claim: CheckedClaim) -> CheckedClaim:
        cited = (
            replace(each, also=tuple(filter(self.visible.matches, each.also))) for each in claim.citations
        )
        return replace(claim, citations=tuple(cited))

    def delete(self, owner: str, key: str) -> None:
        """Delete a draft of `owner`."""
        if self.file.path.exists():
            statement = "DELETE FROM drafts WHERE owner = ? AND id = ?"
            self.file.write(_TABLE, lambda file: file.execute(statement, (owner, key)))
