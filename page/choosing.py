"""What the Settings tab shows after each event. Must never know Gradio."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from index.errors import Forbidden
from page.choices import Choices
from page.listing import messages
from page.markup import problem
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
        care = self.choices.of(owner)
        if not self._chooses:
            care = replace(care, model=None)  # it may have been chosen while that was theirs to do
        return care, settings(care)

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
        self.choices.keep(owner, then)
        return settings(then, saved=True), then

    def write(self, owner: str, now: Care, asked: Mapping[str, str]) -> tuple[str, Care]:
        """Keep who is to write; return the choice with that said, and what is set from now on."""
        try:
            self.whose.need(Role.ADMIN, "choose who writes the answers")
        except Forbidden as error:
            return messages(problem(error)), now
        offered = self.offered()
        then = written_by(now, asked, offered)
        self.choices.keep(owner, then)
        return answering(self.facts(), offered, then.model, saved=True), then
