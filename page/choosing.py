"""Handlers of the Settings tab."""

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
    """Handles the tab's events; `facts` describes what answers, `offered` lists the chat models on offer."""

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
        """Return the settings of `owner` and their form."""
        try:
            care, told = self.choices.of(owner), ""
        except HistoryError as error:
            care, told = Care(), messages(problem(error))
        if not self._chooses:
            care = replace(care, model=None)  # it may have been chosen when the user still had the right
        return care, told + settings(care)

    @property
    def _chooses(self) -> bool:
        return self.whose.role.covers(Role.ADMIN)

    def show(self, now: Care) -> str:
        """Return what answers, with the choice of a writer; "" for a user who may not choose one."""
        if not self._chooses:
            return ""
        return answering(self.facts(), self.offered(), now.model)

    def save(self, owner: str, now: Care, asked: Mapping[str, str]) -> tuple[str, Care]:
        """Save the form; return it with a confirmation, and the new settings."""
        then = chosen(now, asked)
        trouble = self._keep(owner, then)
        return trouble + settings(then, saved=not trouble), then

    def write(self, owner: str, now: Care, asked: Mapping[str, str]) -> tuple[str, Care]:
        """Save the choice of a writer; return its form with a confirmation, and the new settings."""
        try:
            self.whose.need(Role.ADMIN, "choose who writes the answers")
        except Forbidden as error:
            return messages(problem(error)), now
        offered = self.offered()
        then = written_by(now, asked, offered)
        trouble = self._keep(owner, then)
        return trouble + answering(self.facts(), offered, then.model, saved=not trouble), then

    def _keep(self, owner: str, care: Care) -> str:
        """Save the settings; if that fails, return an error message (they still apply to the open page)."""
        try:
            self.choices.keep(owner, care)
        except HistoryError as error:
            return messages(notice(f"This applies only until the page is closed. {error.message}"))
        return ""
