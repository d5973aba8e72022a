"""Questions that are asked again when the documents have changed."""

import stat
from pathlib import Path
from typing import Any

import pytest
from scripted import ScriptedCorpus, answer, cite, said, source
from typed import Typed

from citeback.index.errors import SettingsError
from citeback.index.search.name_filter import NameFilter
from citeback.page.presenters.review.questions import QuestionHandlers
from citeback.page.state.owner import YOU
from citeback.page.state.review.saved_questions import MOST, QuestionStore, ShownQuestions, question_ref
from citeback.page.views.review import questions as view
from citeback.page.workspace import CONVERSATIONS
from citeback.rag.answer import Answer
from citeback.terminal.saved_questions import QuestionsOfStore, print_changes

SHIPS = "How many ships?"
ASKED = "How many ships passed the canal in 2022?"
OLD, NEW = "In 2022, 412 ships passed.", "In 2022, 413 ships passed."


class NumberedCorpus(ScriptedCorpus):
    """A corpus of which each state of the index has a number, and which counts the questions."""

    def __init__(self, text: str, number: int) -> None:
        given = answer(SHIPS, [said(cite("canal.md", text, text))])
        super().__init__({"canal.md": source(text)}, {SHIPS: given})
        self.number = number
        self.asked = 0

    @property
    def answering_parts(self) -> dict[str, str]:
        return {"Index": f"generation {self.number}"}

    def ask(self, *arguments: Any, **settings: Any) -> Answer:
        self.asked += 1
        return super().ask(*arguments, **settings)


def handlers(tmp_path: Path, corpus: NumberedCorpus, owner: str = "ada") -> QuestionHandlers:
    return QuestionHandlers(lambda: corpus, QuestionStore(tmp_path / "kept.sqlite"), owner)


def test_a_question_is_asked_once_of_each_index_and_a_change_shows_both_answers(tmp_path: Path) -> None:
    first = NumberedCorpus(OLD, 1)
    own = handlers(tmp_path, first)
    assert own.add(f" {SHIPS}\n") == "" and own.add(SHIPS) == ""
    for _ in range(2):
        list(own.ask_again())
    assert first.asked == 1
    html, now = own.show()
    assert OLD in html and "Changed on" not in html and now.place(question_ref(0, "now", 1))
    list(handlers(tmp_path, NumberedCorpus(OLD, 2)).ask_again())
    assert "Changed on" not in own.show()[0]
    list(handlers(tmp_path, NumberedCorpus(NEW, 3)).ask_again())
    html, now = own.show()
    assert html.index(OLD) < html.index(NEW) and "Changed on" in html and "Seen" in html
    (old, new) = (now.place(question_ref(0, which, 1)) for which in ("before", "now"))
    assert old and new and (old.quote, new.quote) == (OLD, NEW) and now.places_in("canal.md") == (old, new)
    own.read(now.questions[0].id)
    assert "Seen" not in own.show()[0] and "Changed on" in own.show()[0]
    assert stat.S_IMODE((tmp_path / "kept.sqlite").stat().st_mode) == 0o600


def test_questions_are_their_owners_and_limited(tmp_path: Path) -> None:
    own, other = (handlers(tmp_path, NumberedCorpus(OLD, 1), owner) for owner in ("ada", "ben"))
    own.add(SHIPS)
    (saved,) = own.kept.listing("ada")
    other.delete(saved.id)
    other.read(saved.id)
    assert own.kept.listing("ada") == (saved,) and other.kept.listing("ben") == ()
    for wrong in (" ", "x" * 2001):
        assert "notice" in own.add(wrong)
    for n in range(MOST - 1):
        own.kept.add("ada", f"Question {n}?")
    with pytest.raises(SettingsError, match="50 saved questions"):
        own.kept.add("ada", "One more?")
    own.delete(saved.id)
    assert all(each.question != SHIPS for each in own.kept.listing("ada"))


def test_answers_from_documents_that_are_hidden_now_are_left_out(tmp_path: Path) -> None:
    own = handlers(tmp_path, NumberedCorpus(OLD, 1))
    own.add(SHIPS)
    list(own.ask_again())
    hidden = own.kept.restricted(NameFilter(("open/**",)))
    (saved,) = hidden.listing("ada")
    assert saved.answer is None and saved.asked_of == ""
    assert OLD not in view.listing(ShownQuestions((saved,)))


def test_what_has_changed_is_printed_after_a_sync(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    docs.mkdir()
    (docs / "canal.md").write_text("In all, 412 ships passed the canal in 2022.\n")
    assert Typed("index", docs, "--store", store).status == 0
    kept = QuestionStore(store / CONVERSATIONS)
    questions = QuestionsOfStore(str(store))
    assert list(questions.changed()) == []
    kept.add(YOU, ASKED)
    assert list(questions.changed()) == []
    (docs / "canal.md").write_text("In all, 413 ships passed the canal in 2022.\n")
    assert Typed("index", docs, "--store", store).status == 0
    print_changes(questions, json=False)
    printed = capsys.readouterr().out
    assert printed.index("412") < printed.index("413") and "The answer has changed" in printed
    assert printed.count("canal.md") == 2 and list(questions.changed()) == []


def test_questions_are_saved_asked_again_and_deleted_by_command(tmp_path: Path) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    docs.mkdir()
    (docs / "canal.md").write_text("In all, 412 ships passed the canal in 2022.\n")
    at = ("--store", store)
    assert Typed("index", docs, *at).status == 0
    assert "No question is saved" in Typed("questions", "list", *at).out
    assert "No question is saved" in Typed("questions", "ask", *at).out
    added = Typed("questions", "add", ASKED, *at, "--json").json
    assert added["answer"]["sentences"] and added["before"] is None and added["changed"] is None
    assert Typed("questions", "ask", *at, "--json").out == ""
    (docs / "canal.md").write_text("In all, 413 ships passed the canal in 2022.\n")
    assert Typed("index", docs, *at).status == 0
    (again,) = Typed("questions", "ask", *at, "--json").lines
    assert "412" in again["before"]["text"] and "413" in again["answer"]["text"] and again["unread"]
    listed = Typed("questions", "list", *at, "--json").json
    assert listed == {"questions": [again], "unread": 1}
    shown = Typed("questions", "list", *at).out
    assert shown.index("412") < shown.index("413")
    assert "1 saved question, 0 asked again, 0 answers changed." in Typed("questions", "ask", *at).out
    for wrong, words in ((" ", "no question"), ("x" * 2001, "2,000")):
        refused = Typed("questions", "add", wrong, *at)
        assert refused.status == 1 and words in refused.err, refused.err
    unknown = Typed("questions", "delete", "Which?", *at)
    assert unknown.status == 1 and "no such saved question" in unknown.err
    assert f"Deleted: {ASKED}" in Typed("questions", "delete", ASKED, *at).out
    assert Typed("questions", "list", *at, "--json").json["questions"] == []
