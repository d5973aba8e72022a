"""The saved questions of users, in the file of conversations, and their links on the page."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citeback.index.errors import SettingsError
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.page.state.database import Database
from citeback.page.state.exchange import CitedPlace, too_long
from citeback.page.state.review.places import once_each
from citeback.rag.answer import Answer
from citeback.rag.saved_questions import SavedQuestion, citations

MOST = 50  # questions of one user
_ANSWER = TypeAdapter(Answer)
_COLUMNS = "id, question, asked_of, answer, before, changed, unread"
_TABLE = """
CREATE TABLE IF NOT EXISTS saved_questions (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, question TEXT NOT NULL, asked_of TEXT NOT NULL,
  answer TEXT NOT NULL, before TEXT NOT NULL, changed TEXT NOT NULL, unread INTEGER NOT NULL
)
"""


class QuestionStore:
    """The saved questions of a store's users. Safe to share between threads: each call is a transaction.

    Answers that rest on documents which do not pass `visible` are left out. Every method raises HistoryError
    if the file cannot be read or written.
    """

    def __init__(self, path: Path, visible: NameFilter = ALL_NAMES) -> None:
        self.file = Database(path)
        self.visible = visible

    def restricted(self, visible: NameFilter) -> "QuestionStore":
        """Return the store as seen by someone who may see only the documents that pass `visible`."""
        return QuestionStore(self.file.path, visible)

    def listing(self, owner: str) -> tuple[SavedQuestion, ...]:
        """Return the questions of `owner`: those with an unread change first, then the newest."""
        with self.file.reading("saved_questions") as file:
            query = f"SELECT {_COLUMNS} FROM saved_questions WHERE owner = ? ORDER BY unread DESC, rowid DESC"  # noqa: S608  ours
            rows = file.execute(query, (owner,)).fetchall() if file else ()
        return tuple(self._question(row) for row in rows)

    def add(self, owner: str, question: str) -> None:
        """Save a question of `owner`, once. Raises SettingsError if it is blank, too long or one too many."""
        line = " ".join(question.split())
        if not line:
            raise SettingsError("There is no question.", "write a question")
        if error := too_long(line):
            raise error
        known = self.listing(owner)
        if any(each.question == line for each in known):
            return
        if len(known) >= MOST:
            raise SettingsError(f"You have {MOST} saved questions.", "delete one that you no longer need")
        self._save(owner, SavedQuestion(id=token_urlsafe(9), question=line))

    def keep(self, owner: str, question: SavedQuestion) -> None:
        """Save what has become of a question, unless it was deleted meanwhile."""
        if any(each.id == question.id for each in self.listing(owner)):
            self._save(owner, question)

    def read(self, owner: str, key: str) -> None:
        """Note that the owner has seen what changed."""
        self._write("UPDATE saved_questions SET unread = 0 WHERE owner = ? AND id = ?", (owner, key))

    def delete(self, owner: str, key: str) -> None:
        """Delete a question of `owner`."""
        self._write("DELETE FROM saved_questions WHERE owner = ? AND id = ?", (owner, key))

    def _save(self, owner: str, one: SavedQuestion) -> None:
        row = (
            one.id,
            owner,
            one.question,
            one.asked_of,
            _written(one.answer),
            _written(one.before),
            one.changed,
            one.unread,
        )
        self._write("INSERT OR REPLACE INTO saved_questions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        self.file.write(_TABLE, lambda file: file.execute(statement, values))

    def _question(self, row: tuple[Any, ...]) -> SavedQuestion:
        key, question, asked_of, answer, before, changed, unread = row
        now, earlier = self._answer(answer), self._answer(before)
        if now is None or (changed and earlier is None):
            return SavedQuestion(id=key, question=question, answer=now, asked_of=asked_of if now else "")
        return SavedQuestion(
            id=key,
            question=question,
            asked_of=asked_of,
            answer=now,
            before=earlier,
            changed=changed,
            unread=bool(unread),
        )

    def _answer(self, written: str) -> Answer | None:
        """Return a stored answer, or None if there is none that may be shown."""
        try:
            answer = _ANSWER.validate_json(written) if written else None
        except ValidationError:
            return None
        if answer is None or self.visible.empty:
            return answer
        documents = {each.document for each in citations(answer)}
        documents |= {each.document for each in answer.passages}
        return answer if all(map(self.visible.matches, documents)) else None


def _written(answer: Answer | None) -> str:
    return json.dumps(_ANSWER.dump_python(answer, mode="json")) if answer else ""


@dataclass(frozen=True, slots=True)
class ShownQuestions:
    """Saved questions as they are shown, with links to the places of both answers."""

    questions: tuple[SavedQuestion, ...] = ()

    def _places(self) -> Iterator[CitedPlace]:
        for n, one in enumerate(self.questions):
            for which, answer in (("now", one.answer), ("before", one.before)):
                for cited in citations(answer) if answer else ():
                    yield CitedPlace(
                        ref=question_ref(n, which, cited.n),
                        document=cited.document,
                        span=cited.span,
                        quote=cited.quote,
                    )

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place that a link points to, or None."""
        return next((each for each in self._places() if each.ref == ref), None)

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return the places of a document that the answers rest on."""
        return once_each(each for each in self._places() if each.document == document)


def question_ref(number: int, which: str, citation: int) -> str:
    """Return the link to a citation of a question, by its number from 0, in the answer "now" or "before"."""
    return f"saved-{number}-{which}-{citation}"
