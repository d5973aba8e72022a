"""Handlers of the Ask tab and its conversations, which turn every error into a message.

The event listeners in `page/tabs/` call them.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from citeback.index.errors import CitebackError, HistoryError, NoGeneration, UnknownDocument
from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.page.presenters.suggestions import follow_up_questions
from citeback.page.state.computed_table import shown_table, standing
from citeback.page.state.conversations import KEY, ConversationStore
from citeback.page.state.document_refs import find_document
from citeback.page.state.exchange import (
    QUESTION,
    ConversationState,
    Exchange,
    cited_places,
    exchanges,
    find_place,
    history,
    too_long,
)
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.running_answers import StopSignal
from citeback.page.state.suggested_questions import latest
from citeback.page.state.surroundings import located
from citeback.page.views import answers as answers_views
from citeback.page.views import conversations, forms, source_panel, welcome
from citeback.page.views.document_table import NOTHING_YET
from citeback.page.views.documents import join_messages
from citeback.page.views.known_texts import translated
from citeback.page.views.sources import sources
from citeback.page.views.speech import tr
from citeback.rag.answer import Citation, Computation
from citeback.rag.confidence import AnswerSettings
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import AskableCorpus
from citeback.rag.tables.recomputed import Standing

UNEXPECTED_ERROR = CitebackError(
    "Citeback failed because of an internal error.", "see the terminal that runs the page"
)
NOT_SAVED = message("This answer was not saved, so it will not appear among the conversations.")
ADDRESS = re.compile(rf"(?:#c/|\?c=)({KEY.pattern})(?:[/&#]|$)")  # of a conversation, and as it was before
CHANGED = message("The table has changed since this was computed.")
NO_RESULT = message("It gives no result any more. Ask the question again.")
MOST_SAID = 5  # values of a result that are named
RECENT = 3  # documents to open where no question is suggested
log = logging.getLogger("citeback")


def no_suggestions(_: AskableCorpus) -> Sequence[str]:
    """Return no questions."""
    return ()


class ChatHandlers:
    """Handles the tabs' events; `corpus` returns the newest corpus or raises.

    `conversations` stores the conversations and `feedback` the feedback; `owner` is a user name. Each answer
    is made and saved within `answering`, so that shutdown can wait for it. `suggested` returns questions to
    begin with, and `first` the card that adds the first documents.
    """

    def __init__(
        self,
        corpus: Callable[[], AskableCorpus],
        kept: ConversationStore,
        feedback: FeedbackFile,
        answering: Callable[[], AbstractContextManager[None]] = nullcontext,
        suggested: Callable[[AskableCorpus], Sequence[str]] = no_suggestions,
        first: Callable[[], str] = str,
    ) -> None:
        self.corpus = corpus
        self.conversations = kept
        self.feedback = feedback
        self.answering = answering
        self.suggested = suggested
        self.first = first

    def open(self) -> tuple[str, str]:
        """Return the chat and the panel in their initial state."""
        return self.chat(ConversationState()), sources(())

    def reopen(self, address: str, owner: str = "") -> tuple[str, str, ConversationState]:
        """Return what `open` does, or the conversation that the fragment of an address names."""
        if named := ADDRESS.match(address):
            chat, panel, talk = self.resume(named[1], owner)
            if talk.exchanges:
                return chat, panel, talk
        return *self.open(), ConversationState()

    def chat(self, talk: ConversationState) -> str:
        """Return the conversation, or before the first question what it is for."""
        if talk.exchanges:
            last = talk.exchanges[-1]
            further = follow_up_questions(last) if last.answer else ()
            return answers_views.conversation(talk.exchanges, after=further, key=talk.id)
        try:
            documents = len(self.corpus().documents)
        except NoGeneration:
            documents = 0
        except CitebackError as error:
            return answers_views.conversation((), answers_views.error_message(error))
        return answers_views.conversation((), welcome.welcome(documents) if documents else self.first())

    @property
    def any_documents(self) -> bool:
        """Return whether there is anything to ask."""
        try:
            return bool(self.corpus().documents)
        except CitebackError:
            return False

    def starters(self) -> Iterator[str]:
        """Yield the latest documents at once, and suggested questions with them as soon as they are found."""
        try:
            corpus = self.corpus()
            recent = latest(corpus.documents, RECENT)
            yield welcome.starters((), recent)
            if questions := self.suggested(corpus):
                yield welcome.starters(questions, recent)
        except CitebackError:
            yield welcome.starters((), ())

    def ask(
        self,
        question: str,
        talk: ConversationState,
        owner: str = "",
        care: AnswerSettings | None = None,
        signal: StopSignal | None = None,
        within: Filter = NO_FILTER,
    ) -> Iterator[tuple[str, str, ConversationState]]:
        """Yield the chat, the panel and the talk after each event of the answer; save it at the end.

        `signal` stops the answer; what was checked by then stays. Only documents that pass
        `within` are asked.
        """
        asked = forms.encodable_text(question).strip()
        with self.answering():
            for exchange in self._until_stopped(asked, talk, care, signal or StopSignal(), within):
                longer = replace(talk, exchanges=(*talk.exchanges, exchange))
                if exchange.answer and not exchange.answer.reply:
                    longer = self._save(owner, longer)
                yield self.chat(longer), sources(longer.exchanges), longer

    def _until_stopped(
        self,
        question: str,
        talk: ConversationState,
        care: AnswerSettings | None,
        signal: StopSignal,
        within: Filter,
    ) -> Iterator[Exchange]:
        """Yield the exchange as it grows; the last one is complete, or stopped."""
        exchange = None
        work = partial(self.answers, question, talk, care, within)
        for exchange in signal.steps(lambda: map(self._in_context, work())):
            yield exchange
        if exchange is not None and not exchange.done:
            yield replace(exchange, stopped=True, draft="")

    def _save(self, owner: str, talk: ConversationState) -> ConversationState:
        """Save the last exchange; return the talk, with a remark if that failed."""
        last, aside = len(talk.exchanges) - 1, self.conversations.file.aside
        try:
            talk = replace(talk, id=self.conversations.save(owner, talk.id, talk.exchanges[last]))
        except HistoryError as error:
            log.warning("An answer was not kept in %s: %s", self.conversations.path.parent, error)
            return talk.with_exchange(
                last, replace(talk.exchanges[last], remark=f"{tr(NOT_SAVED)} {translated(error.message)}")
            )
        damaged = [path for path in self.conversations.file.aside if path not in aside]
        return talk.with_exchange(
            last, replace(talk.exchanges[last], remark=" ".join(map(damaged_file_notice, damaged)))
        )

    def answers(
        self,
        question: str,
        talk: ConversationState,
        care: AnswerSettings | None = None,
        within: Filter = NO_FILTER,
    ) -> Iterator[Exchange]:
        """Yield the exchange as it grows; nothing for a blank question.

        Every error ends it with a message.
        """
        if not question:
            return
        if error := too_long(question):
            yield Exchange(f"{question[:QUESTION]} …", error=error)
            return
        exchange = Exchange(question)
        yield exchange
        try:
            corpus = self.corpus()
            if not corpus.documents:
                raise NoGeneration(NOTHING_YET)
            events = corpus.stream(question, history(talk.exchanges), within, settings=care)
            yield from exchanges(question, events)
        except CitebackError as error:
            yield replace(exchange, error=error, draft="")
        except Exception:
            log.exception("answering %r", question)
            yield replace(exchange, error=UNEXPECTED_ERROR, draft="")

    def follow(self, ref: str, talk: ConversationState) -> str:
        """Return the panel for a clicked link: the document at the citation, or the sources."""
        try:
            target = find_place(talk.exchanges, ref) or find_document(self.corpus().documents, ref)
        except CitebackError:
            target = None
        if target is None:
            return sources(talk.exchanges)
        try:
            cited = cited_places(talk.exchanges, target.document)
            return source_panel.document_panel(self.corpus().source(target.document), target, cited)
        except UnknownDocument:
            return source_panel.missing_document_panel(target)
        except CitebackError as error:
            return answers_views.side_panel(tr("Sources"), answers_views.error_message(error), ref=target.ref)

    def give_feedback(
        self, talk: ConversationState, number: str, right: bool, comment: str = "", owner: str = ""
    ) -> tuple[str, ConversationState]:
        """Save the user's feedback on an answer; return the updated chat and talk."""
        i = forms.parse_number(number)
        if not 0 <= i < len(talk.exchanges) or not _accepts_feedback(talk.exchanges[i], comment):
            return self.chat(talk), talk
        try:
            self.feedback.add(owner, talk.exchanges[i], right, comment)
        except HistoryError as error:
            talk = talk.with_exchange(i, replace(talk.exchanges[i], remark=error.message))
            return self.chat(talk), talk
        judged = "right" if right else "wrong"
        talk = talk.with_exchange(i, replace(talk.exchanges[i], feedback="noted" if comment else judged))
        return self.chat(talk), talk

    def resume(self, key: str, owner: str = "") -> tuple[str, str, ConversationState]:
        """Return the chat, the panel and the talk of a saved conversation, with stale citations marked."""
        try:
            exchanges = self.conversations.open(owner, key) or ()
        except HistoryError as error:
            return (
                answers_views.conversation((), answers_views.error_message(error)),
                sources(()),
                ConversationState(),
            )
        talk = ConversationState(
            key if exchanges else "", tuple(map(self._in_context, map(self._mark_stale, exchanges)))
        )
        return self.chat(talk), sources(talk.exchanges), talk

    def _mark_stale(self, exchange: Exchange) -> Exchange:
        """Return an exchange with the numbers of its stale citations."""
        stale = frozenset(c.n for c in exchange.citations if not self._is_current(c))
        return replace(exchange, stale=stale, remark=self._computed_now(exchange))

    def _computed_now(self, exchange: Exchange) -> str:
        """Return what a computed answer would be now, if that is something else."""
        computed = exchange.answer.computed if exchange.answer else None
        if computed is None:
            return ""
        try:
            now = standing(self._sources(computed), computed, Analyzer())
        except CitebackError:
            return ""
        if now.standing is Standing.COMPUTED:
            return ""
        result = ", ".join(map(str, now.result[:MOST_SAID]))
        follows = tr("The result is now {result}.", result=result) if result else tr(NO_RESULT)
        return f"{tr(CHANGED)} {follows}"

    def _in_context(self, exchange: Exchange) -> Exchange:
        """Return an exchange with what stands around its citations, as far as their documents are there.

        Of a refusal, that is what stands around the nearest passages.
        """
        context = {}
        quoted = [(each.n, each.document, each.span, each.quote) for each in exchange.citations]
        if exchange.answer and exchange.answer.abstained:
            quoted = [(each.n, each.document, each.span, each.text) for each in exchange.answer.passages]
        try:
            for number, document, span, words in quoted:
                source = self.corpus().source(document)
                if span.of(source.text) == words:
                    context[number] = located(source, span)
        except CitebackError:
            return exchange
        exchange = replace(exchange, context=context) if context else exchange
        return self._with_table(exchange)

    def _with_table(self, exchange: Exchange) -> Exchange:
        """Return an exchange with the table that it was computed from, as far as that is still there."""
        computed = exchange.answer.computed if exchange.answer else None
        if computed is None or computed.recipe is None:
            return exchange
        try:
            return replace(exchange, table=shown_table(self._sources(computed), computed))
        except CitebackError:
            return exchange

    def _sources(self, computed: Computation) -> dict[str, Source]:
        """Return the documents that hold the table. Raises CitebackError if one is not there."""
        corpus = self.corpus()
        return {name: corpus.source(name) for name in computed.documents}

    def _is_current(self, cited: Citation) -> bool:
        try:
            text = cited.span.of(self.corpus().source(cited.document).text)
            return text == cited.quote
        except CitebackError:
            return False

    def talks(self, owner: str = "", wanted: str = "") -> str:
        """Return the list of saved conversations, and notices about damaged files."""
        aside = [
            answers_views.notice_message(damaged_file_notice(path)) for path in self.conversations.file.aside
        ]
        message = join_messages(*aside) if aside else ""
        try:
            return message + conversations.listing(
                self.conversations.listing(owner, wanted.strip()), wanted.strip()
            )
        except HistoryError as error:
            return message + conversations.trouble(error)

    def rename(self, key: str, name: str, owner: str = "", wanted: str = "") -> str:
        """Rename a conversation and return the list."""
        return self._changed(lambda: self.conversations.rename(owner, key, name), owner, wanted)

    def delete(self, key: str, owner: str = "", wanted: str = "") -> str:
        """Delete a conversation and return the list."""
        return self._changed(lambda: self.conversations.delete(owner, key), owner, wanted)

    def _changed(self, change: Callable[[], None], owner: str, wanted: str) -> str:
        try:
            change()
        except HistoryError as error:
            return conversations.trouble(error) + self.talks(owner, wanted)
        return self.talks(owner, wanted)


def damaged_file_notice(path: Path) -> str:
    """Return the notice about a damaged file of conversations."""
    return tr(
        "The conversation file was damaged. It was renamed to {name}, and a new one was started.",
        name=path.name,
    )


def _accepts_feedback(one: Exchange, comment: str) -> bool:
    """Return whether feedback on an answer is new: the judgement, and then a comment, once each."""
    return one.answer is not None and one.feedback in (("right", "wrong") if comment else ("",))
