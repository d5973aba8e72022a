"""Handlers of the Ask and History tabs, which turn every error into a message.

The event listeners in `tabs/` call them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.errors import CitebackError, HistoryError, UnknownDocument
from index.records import Document, Source
from index.within import Filter
from page import forms, markup, reader, talks
from page.exchange import QUESTION, Exchange, Talk, follow, history, place, places, too_long
from page.feedback import Feedback
from page.history import History
from page.listing import messages
from page.suggest import follow_ups, questions
from rag.answer import Citation, Event, Turn
from rag.confidence import Care

UNEXPECTED = CitebackError(
    "Citeback failed because of an internal error.", "see the terminal that runs the page"
)
NOT_KEPT = "This answer was not saved, so it will not appear in History."
log = logging.getLogger("citeback")


class Reading(Protocol):
    """What asking needs of a corpus (`rag.Corpus`)."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = ...,
        care: Care | None = None,
    ) -> Iterator[Event]:
        """Yield the events of an answer."""

    def source(self, document: str) -> Source:
        """Return a document's text. Raises UnknownDocument."""


class Page:
    """Handles the tabs' events; `corpus` returns the newest corpus or raises.

    `kept` stores the conversations and `feedback` the feedback; `owner` is a user name. Each answer is made
    and saved within `answering`, so that shutdown can wait for it.
    """

    def __init__(
        self,
        corpus: Callable[[], Reading],
        kept: History,
        feedback: Feedback,
        answering: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.corpus = corpus
        self.kept = kept
        self.feedback = feedback
        self.answering = answering

    def open(self) -> tuple[str, str]:
        """Return the chat and the panel in their initial state."""
        return self.chat(Talk()), markup.sources(())

    def chat(self, talk: Talk) -> str:
        """Return the conversation, or suggested questions before the first one."""
        if talk.exchanges:
            last = talk.exchanges[-1]
            return markup.conversation(talk.exchanges, after=follow_ups(last) if last.answer else ())
        try:
            corpus = self.corpus()
            return markup.conversation((), markup.welcome(len(corpus.documents), questions(corpus)))
        except CitebackError as error:
            return markup.conversation((), markup.empty(error))

    def ask(
        self, question: str, talk: Talk, owner: str = "", care: Care | None = None
    ) -> Iterator[tuple[str, str, Talk]]:
        """Yield the chat, the panel and the talk after each event of the answer; save it at the end."""
        with self.answering():
            for exchange in self.answers(forms.characters(question).strip(), talk, care):
                longer = replace(talk, exchanges=(*talk.exchanges, exchange))
                if exchange.answer and not exchange.answer.reply:
                    longer = self._keep(owner, longer)
                yield self.chat(longer), markup.sources(longer.exchanges), longer

    def _keep(self, owner: str, talk: Talk) -> Talk:
        """Save the last exchange; return the talk, with a remark if that failed."""
        last, aside = len(talk.exchanges) - 1, self.kept.file.aside
        try:
            talk = replace(talk, id=self.kept.keep(owner, talk.id, talk.exchanges[last]))
        except HistoryError as error:
            log.warning("An answer was not kept in %s: %s", self.kept.path.parent, error)
            return talk.but(last, replace(talk.exchanges[last], remark=f"{NOT_KEPT} {error.message}"))
        damaged = [path for path in self.kept.file.aside if path not in aside]
        return talk.but(last, replace(talk.exchanges[last], remark=" ".join(map(set_aside, damaged))))

    def answers(self, question: str, talk: Talk, care: Care | None = None) -> Iterator[Exchange]:
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
            for exchange in follow(
                question, self.corpus().stream(question, history(talk.exchanges), care=care)
            ):
                yield exchange
        except CitebackError as error:
            yield replace(exchange, error=error)
        except Exception:
            log.exception("answering %r", question)
            yield replace(exchange, error=UNEXPECTED)

    def stop(self, talk: Talk) -> tuple[str, Talk]:
        """Return the chat and the talk after the user has stopped the answer."""
        last = len(talk.exchanges) - 1
        if last >= 0 and not talk.exchanges[last].done:
            talk = talk.but(last, replace(talk.exchanges[last], stopped=True, draft=""))
        return self.chat(talk), talk

    def follow(self, ref: str, talk: Talk) -> str:
        """Return the panel for a clicked link: the document at the citation, or the sources."""
        target = place(talk.exchanges, ref)
        if target is None:
            return markup.sources(talk.exchanges)
        try:
            cited = places(talk.exchanges, target.document)
            return reader.document(self.corpus().source(target.document), target, cited)
        except UnknownDocument:
            return reader.gone(target)
        except CitebackError as error:
            return markup.panel("Sources", markup.problem(error), ref=target.ref)

    def judge(
        self, talk: Talk, number: str, right: bool, comment: str = "", owner: str = ""
    ) -> tuple[str, Talk]:
        """Save the user's feedback on an answer; return the updated chat and talk."""
        i = forms.number(number)
        if not 0 <= i < len(talk.exchanges) or not _judges(talk.exchanges[i], comment):
            return self.chat(talk), talk
        try:
            self.feedback.add(owner, talk.exchanges[i], right, comment)
        except HistoryError as error:
            talk = talk.but(i, replace(talk.exchanges[i], remark=error.message))
            return self.chat(talk), talk
        judged = "right" if right else "wrong"
        talk = talk.but(i, replace(talk.exchanges[i], judged="noted" if comment else judged))
        return self.chat(talk), talk

    def resume(self, key: str, owner: str = "") -> tuple[str, str, Talk]:
        """Return the chat, the panel and the talk of a saved conversation, with stale citations marked."""
        try:
            exchanges = self.kept.open(owner, key) or ()
        except HistoryError as error:
            return markup.conversation((), markup.problem(error)), markup.sources(()), Talk()
        talk = Talk(key if exchanges else "", tuple(map(self._aged, exchanges)))
        return self.chat(talk), markup.sources(talk.exchanges), talk

    def _aged(self, exchange: Exchange) -> Exchange:
        """Return an exchange with the numbers of its stale citations."""
        return replace(exchange, stale=frozenset(c.n for c in exchange.citations if not self._says(c)))

    def _says(self, cited: Citation) -> bool:
        try:
            said = cited.span.of(self.corpus().source(cited.document).text)
            return said == cited.quote
        except CitebackError:
            return False

    def talks(self, owner: str = "", wanted: str = "") -> str:
        """Return the list of saved conversations, and notices about damaged files."""
        aside = [markup.notice(set_aside(path)) for path in self.kept.file.aside]
        told = messages(*aside) if aside else ""
        try:
            return told + talks.listing(self.kept.all(owner, wanted.strip()), wanted.strip())
        except HistoryError as error:
            return told + talks.trouble(error)

    def rename(self, key: str, name: str, owner: str = "", wanted: str = "") -> str:
        """Rename a conversation and return the list."""
        return self._changed(lambda: self.kept.rename(owner, key, name), owner, wanted)

    def delete(self, key: str, owner: str = "", wanted: str = "") -> str:
        """Delete a conversation and return the list."""
        return self._changed(lambda: self.kept.delete(owner, key), owner, wanted)

    def _changed(self, change: Callable[[], None], owner: str, wanted: str) -> str:
        try:
            change()
        except HistoryError as error:
            return talks.trouble(error) + self.talks(owner, wanted)
        return self.talks(owner, wanted)


def set_aside(path: Path) -> str:
    """Return the notice about a damaged file of conversations."""
    return f"The conversation file was damaged. It was renamed to {path.name}, and a new one was started."


def _judges(one: Exchange, comment: str) -> bool:
    """Return whether feedback on an answer is new: the judgement, and then a comment, once each."""
    return one.answer is not None and one.judged in (("right", "wrong") if comment else ("",))
