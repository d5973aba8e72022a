"""Asks the saved questions of whoever uses this computer again after a sync, and prints what changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from citeback.terminal import render, screen

if TYPE_CHECKING:
    from citeback.page.state.review.saved_questions import SavedQuestion
    from citeback.rag.answer import Answer


class QuestionsOfStore:
    """The saved questions of one store; the models are loaded when there are any."""

    def __init__(self, store: str) -> None:
        self.store = store

    def changed(self) -> "Iterator[SavedQuestion]":
        """Ask the questions again and yield those with another answer. Raises CitebackError."""
        from citeback.page.state.owner import YOU
        from citeback.page.state.review.saved_questions import QuestionStore, ask_again
        from citeback.page.workspace import CONVERSATIONS
        from citeback.terminal.stores import opened_corpus

        path = Path(self.store) / CONVERSATIONS
        kept = QuestionStore(path)
        if not path.is_file() or not kept.listing(YOU):
            return
        before = {each.id: each.changed for each in kept.listing(YOU)}
        with opened_corpus(self.store) as corpus:
            for one in ask_again(lambda: corpus, kept, YOU):
                if one.before and one.changed != before.get(one.id):
                    yield one


def print_changes(questions: QuestionsOfStore, json: bool) -> None:
    """Print what changed in the answers to saved questions; an error is printed and nothing else ends."""
    from citeback.index.errors import CitebackError
    from citeback.page.state.review.saved_questions import change

    try:
        for one in questions.changed():
            screen.print_result(change(one), json, _change, one)
    except CitebackError as error:
        screen.console(stderr=True).print(screen.safe_line(error.message), style="yellow")


def _change(one: "SavedQuestion") -> RenderableType:
    head = Text(f"The answer has changed: {screen.safe_line(one.question)}", style="bold")
    return Group(head, Text("Before:"), _answer(one.before), Text("Now:"), _answer(one.answer))


def _answer(answer: "Answer | None") -> RenderableType:
    return render.answer(answer) if answer else Text("")
