"""What the Settings tab shows after each event. Must never know Gradio."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from index.errors import Forbidden, HistoryError
from page.choices import Choices
from page.listing import messages
from page.markup import notice, problem
from page.settings import answering, chosen, settings, written_by
from rag.confidence import Care
from rag.rights import ADMIN, Rights, Role


class Choosing:
    """Answers the tab's events. `facts` says what answers, `offered` which chat models can be named now."""

    def __init__(
        self,
        choices: Choices,
        facts: Callable[[], Mapping[str, str]],
        offered: Callable[[], Sequence[str]],
        whose: Rights = ADMIN,
    ) -> None:
        self.choices = choices
        self.facts = facts
        self.offered = offered
        self.whose = whose

    def open(self, owner: str) -> tuple[Care, str]:
        """Return what `owner` has set, and the form of it."""
        try:
            care, told = self.choices.of(owner), ""
        except HistoryError as error:
            care, told = Care(), messages(problem(error))
        if not self._chooses:
            care = replace(care, model=None)  # it may have been chosen while that was theirs to do
        return care, told + settings(care)

    @property
    def _chooses(self) -> bool:
        return self.whose.role.covers(Role.ADMIN)

    def show(self, now: Care) -> str:
        """Return what answers, with the choice of who writes; nothing to whoever may not choose that."""
        if not self._chooses:
            return ""
        return answering(self.facts(), self.offered(), now.model)

    def save(self, owner: str, now: Care, asked: Mapping[str, str]) -> tuple[str, Care]:
        """Keep what the form says; return it with that said, and what is set from now on."""
        then = chosen(now, asked)
        trouble = self._keep(owner, then)
        return trouble + settings(then, saved=not trouble), then

    def write(self, owner: str, now: Care, asked: Mapping[str, str]) -> tuple[str, Care]:
        """Keep who is to write; return the choice with that said, and what is set from now on."""
        try:
            self.whose.need(Role.ADMIN, "choose who writes the answers")
        except Forbidden as error:
            return messages(problem(error)), now
        offered = self.offered()
        then = written_by(now, asked, offered)
        trouble = self._keep(owner, then)
        return trouble + answering(self.facts(), offered, then.model, saved=not trouble), then

    def _keep(self, owner: str, care: Care) -> str:
        """Keep what is set; return why that cannot be, which counts until the page is closed all the same."""
        try:
            self.choices.keep(owner, care)
        except HistoryError as error:
            return messages(notice(f"This counts until the page is closed, and no longer. {error.message}"))
        return ""
