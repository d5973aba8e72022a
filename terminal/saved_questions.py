"""The saved questions of this computer's user: asked again after a sync, with the changes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from citeback import wire
from citeback.terminal import render, screen

if TYPE_CHECKING:
    from citeback.page.state.review.saved_questions import QuestionStore
    from citeback.rag.answer import Answer
    from citeback.rag.saved_questions import SavedQuestion


class QuestionsOfStore:
    """The saved questions of one store; the models are loaded when there are any."""

    def __init__(self, store: str, copy: "Path | None" = None) -> None:
        self.store = store
        self.copy = copy

    def store_file(self) -> "QuestionStore":
        """Return the store's file of saved questions, which the page uses too."""
        from citeback.index.any_store import machine_directory
        from citeback.page.state.review.saved_questions import QuestionStore
        from citeback.page.workspace import CONVERSATIONS

        return QuestionStore(machine_directory(self.store, self.copy) / CONVERSATIONS)

    def listing(self) -> "tuple[SavedQuestion, ...]":
        """Return the questions with their last answers. Raises HistoryError."""
        from citeback.page.state.owner import YOU

        return self.store_file().listing(YOU)

    def add(self, question: str) -> "SavedQuestion":
        """Save a question and return it with its answer. Raises CitebackError."""
        from citeback.page.state.owner import YOU
        from citeback.rag.saved_questions import save_and_ask
        from citeback.terminal.stores import opened_corpus

        with opened_corpus(self.store) as corpus:
            return save_and_ask(lambda: corpus, self.store_file(), YOU, question)

    def delete(self, named: str) -> "SavedQuestion":
        """Delete a question by its id or its words, and return it. Raises UnknownQuestion."""
        from citeback.page.state.owner import YOU
        from citeback.rag.saved_questions import find_question

        one = find_question(self.store_file(), YOU, named)
        self.store_file().delete(YOU, one.id)
        return one

    def read(self, one: "SavedQuestion") -> None:
        """Note that a change was seen. Raises HistoryError."""
        from citeback.page.state.owner import YOU

        self.store_file().read(YOU, one.id)

    def asked_again(self) -> "Iterator[SavedQuestion]":
        """Ask the questions that have no answer from the current index; yield each. Raises CitebackError."""
        from citeback.page.state.owner import YOU
        from citeback.rag.saved_questions import ask_again
        from citeback.terminal.stores import opened_corpus

        if self.listing():
            with opened_corpus(self.store) as corpus:
                yield from ask_again(lambda: corpus, self.store_file(), YOU)

    def changed(self) -> "Iterator[SavedQuestion]":
        """Ask the questions again and yield those whose answers have changed. Raises CitebackError."""
        before = {each.id: each.changed for each in self.listing()}
        for one in self.asked_again():
            if one.before and one.changed != before.get(one.id):
                yield one


def print_changes(questions: QuestionsOfStore, json: bool) -> None:
    """Print the changes in the answers to saved questions; an error is printed and not raised."""
    from citeback.index.errors import CitebackError

    try:
        for one in questions.changed():
            print_question(one, json, changed=True)
    except CitebackError as error:
        screen.console(stderr=True).print(screen.safe_line(error.message), style="yellow")


def print_question(one: "SavedQuestion", json: bool, *, changed: bool) -> None:
    """Print a question with its answer or, if it has changed, with both answers."""
    screen.print_result(wire.saved_question(one), json, partial(_changed if changed else _question, one))


def _changed(one: "SavedQuestion") -> RenderableType:
    head = Text(f"The answer has changed: {screen.safe_line(one.question)}", style="bold")
    return Group(head, Text("Before:"), _answer(one.before), Text("Now:"), _answer(one.answer))


def _question(one: "SavedQuestion") -> RenderableType:
    return Group(Text(screen.safe_line(one.question), style="bold"), _answer(one.answer))


def _answer(answer: "Answer | None") -> RenderableType:
    return render.answer(answer) if answer else Text("Not asked yet.")
