"""Handlers of saved questions."""

from collections.abc import Callable, Iterator

from citeback.index.errors import CitebackError
from citeback.page.state.review.saved_questions import QuestionStore, ShownQuestions
from citeback.page.views import answers
from citeback.page.views.documents import join_messages
from citeback.page.views.review import questions as view
from citeback.rag.protocols import AskableCorpus
from citeback.rag.saved_questions import ask_again


class QuestionHandlers:
    """Handles the events of saved questions; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], AskableCorpus], kept: QuestionStore, owner: str) -> None:
        self.corpus = corpus
        self.kept = kept
        self.owner = owner

    def show(self) -> tuple[str, ShownQuestions]:
        """Return the questions with the answers that are known."""
        try:
            now = ShownQuestions(self.kept.listing(self.owner))
        except CitebackError as error:
            return self.failed(error), ShownQuestions()
        return view.listing(now), now

    def ask_again(self) -> Iterator[bool]:
        """Ask the questions again that the current index was not asked; yield after each.

        Raises CitebackError.
        """
        for _ in ask_again(self.corpus, self.kept, self.owner):
            yield True

    def add(self, question: str) -> str:
        """Save a question; return an error message, or ""."""
        return self._done(lambda: self.kept.add(self.owner, question))

    def read(self, key: str) -> str:
        """Note that a change was seen; return an error message, or ""."""
        return self._done(lambda: self.kept.read(self.owner, key))

    def delete(self, key: str) -> str:
        """Delete a question; return an error message, or ""."""
        return self._done(lambda: self.kept.delete(self.owner, key))

    def failed(self, error: CitebackError) -> str:
        """Return an error message."""
        return join_messages(answers.error_message(error))

    def _done(self, change: Callable[[], None]) -> str:
        try:
            change()
        except CitebackError as error:
            return self.failed(error)
        return ""
