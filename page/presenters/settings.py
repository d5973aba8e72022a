"""Handlers of the Settings tab."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from citeback.index.errors import AccessDenied, HistoryError
from citeback.page.state.preferences import SettingsStore
from citeback.page.views.answers import error_message, notice_message
from citeback.page.views.documents import join_messages
from citeback.page.views.known_texts import translated
from citeback.page.views.settings import (
    answering,
    language_form,
    parse_language,
    parse_settings,
    parse_writer,
    settings,
)
from citeback.page.views.speech import tr
from citeback.rag.confidence import AnswerSettings
from citeback.rag.rights import ADMIN, Rights, Role


class SettingsHandlers:
    """Handles the tab's events; `facts` describes what answers, `offered` lists the chat models on offer."""

    def __init__(
        self,
        choices: SettingsStore,
        facts: Callable[[], Mapping[str, str]],
        offered: Callable[[], Sequence[str]],
        whose: Rights = ADMIN,
    ) -> None:
        self.choices = choices
        self.facts = facts
        self.offered = offered
        self.whose = whose

    def open(self, owner: str) -> tuple[AnswerSettings, str]:
        """Return the settings of `owner` and their form."""
        try:
            care, message = self.choices.of(owner), ""
        except HistoryError as error:
            care, message = AnswerSettings(), join_messages(error_message(error))
        if not self._may_choose_writer:
            care = replace(care, model=None)  # it may have been chosen when the user still had the right
        return care, message + settings(care)

    @property
    def _may_choose_writer(self) -> bool:
        return self.whose.role.covers(Role.ADMIN)

    def show(self, now: AnswerSettings) -> str:
        """Return what answers, with the choice of a writer; "" for a user who may not choose one."""
        if not self._may_choose_writer:
            return ""
        return answering(self.facts(), self.offered(), now.model)

    def save(self, owner: str, now: AnswerSettings, asked: Mapping[str, str]) -> tuple[str, AnswerSettings]:
        """Save the form; return it with a confirmation, and the new settings."""
        then = parse_settings(now, asked)
        trouble = self._keep(owner, then)
        return trouble + settings(then, saved=not trouble), then

    def write(self, owner: str, now: AnswerSettings, asked: Mapping[str, str]) -> tuple[str, AnswerSettings]:
        """Save the choice of a writer; return its form with a confirmation, and the new settings."""
        try:
            self.whose.require(Role.ADMIN, "choose who writes the answers")
        except AccessDenied as error:
            return join_messages(error_message(error)), now
        offered = self.offered()
        then = parse_writer(now, asked, offered)
        trouble = self._keep(owner, then)
        return trouble + answering(self.facts(), offered, then.model, saved=not trouble), then

    def language(self, owner: str) -> str:
        """Return the form with the language of the page; that of the browser if the choice cannot be read."""
        try:
            return language_form(self.choices.language_of(owner))
        except HistoryError as error:
            return join_messages(error_message(error))

    def speak(self, owner: str, asked: Mapping[str, str]) -> str:
        """Save the language of the page; return an error message, or "": the page is opened anew then."""
        try:
            self.choices.keep_language(owner, parse_language(asked))
        except HistoryError as error:
            return join_messages(error_message(error))
        return ""

    def _keep(self, owner: str, care: AnswerSettings) -> str:
        """Save the settings; if that fails, return an error message (they still apply to the open page)."""
        try:
            self.choices.keep(owner, care)
        except HistoryError as error:
            lost = tr("This applies only until the page is closed.")
            return join_messages(notice_message(f"{lost} {translated(error.message)}"))
        return ""
