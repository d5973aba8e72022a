"""Saved questions, asked again when the documents have changed, and the changes in their answers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from citeback.index.errors import CitebackError
from citeback.rag.answer import Answer, Citation
from citeback.rag.protocols import AskableCorpus


class UnknownQuestion(CitebackError):
    """No saved question has that id or wording."""


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question with its last answer, None until it is asked.

    `asked_of` names the state of the index that was asked. `before` is the answer before it changed last, on
    the day `changed` (UTC, ISO 8601); `unread` is true until its owner has seen the change.
    """

    id: str
    question: str
    asked_of: str = ""
    answer: Answer | None = None
    before: Answer | None = None
    changed: str = ""
    unread: bool = False

    def with_answer(self, answer: Answer, asked_of: str) -> "SavedQuestion":
        """Return the question with a new answer."""
        if self.answer is None or not differs(self.answer, answer):
            return replace(self, answer=answer, asked_of=asked_of)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return replace(self, answer=answer, asked_of=asked_of, before=self.answer, changed=now, unread=True)


class QuestionBook(Protocol):
    """Keeps the saved questions of every user. Every method raises HistoryError if they cannot be kept."""

    def listing(self, owner: str) -> Sequence[SavedQuestion]:
        """Return the questions of `owner`: those with an unread change first, then the newest."""

    def add(self, owner: str, question: str) -> None:
        """Save a question of `owner`, once. Raises SettingsError if it is blank, too long or one too many."""

    def keep(self, owner: str, question: SavedQuestion) -> None:
        """Save what has become of a question, unless it was deleted meanwhile."""

    def read(self, owner: str, key: str) -> None:
        """Note that the owner has seen what changed."""

    def delete(self, owner: str, key: str) -> None:
        """Delete a question of `owner`."""


def differs(one: Answer, other: Answer) -> bool:
    """Return whether two answers say something else, or rest on other words."""
    return _content(one) != _content(other)


def _content(answer: Answer) -> tuple[object, ...]:
    quotes = ((cited.document, cited.quote) for cited in citations(answer))
    return answer.abstained, tuple(each.text for each in answer.sentences), tuple(quotes)


def citations(answer: Answer) -> list[Citation]:
    """Return the citations of an answer, each once, in the order of its sentences."""
    return list({each.n: each for sentence in answer.sentences for each in sentence.citations}.values())


def ask_again(corpus: Callable[[], AskableCorpus], kept: QuestionBook, owner: str) -> Iterator[SavedQuestion]:
    """Ask the questions of `owner` that were not asked of the current index, and yield each with its answer.

    Each is kept as soon as it is answered. `unread` of a yielded question is true if its answer has changed
    now or before. Raises CitebackError.
    """
    for one in kept.listing(owner):
        if (after := _answered_now(corpus(), one)) is not one:
            kept.keep(owner, after)
            yield after


def save_and_ask(
    corpus: Callable[[], AskableCorpus], kept: QuestionBook, owner: str, question: str
) -> SavedQuestion:
    """Save a question and ask it; return it with its answer. Raises CitebackError."""
    kept.add(owner, question)
    one = find_question(kept, owner, question)
    after = _answered_now(corpus(), one)
    kept.keep(owner, after)
    return after


def _answered_now(corpus: AskableCorpus, one: SavedQuestion) -> SavedQuestion:
    """Return a question with its current answer; unchanged if this index has been asked."""
    state = corpus.answering_parts["Index"]
    return one if one.asked_of == state else one.with_answer(corpus.ask(one.question), state)


def find_question(kept: QuestionBook, owner: str, named: str) -> SavedQuestion:
    """Return the question of `owner` with an id or a wording. Raises UnknownQuestion if there is none."""
    line = " ".join(named.split())
    for one in kept.listing(owner):
        if line in {one.id, one.question}:
            return one
    raise UnknownQuestion("There is no such saved question.", "citeback questions list")
