"""What the page shows after each event, as HTML. Every error becomes words here.

Must never know Gradio; `ui.py` calls these from its events.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.errors import CitebackError, UnknownDocument
from index.records import Document, Failure, Source
from page import listing, markup, reader
from page.exchange import Conversation, Exchange, follow, history, place, places
from page.folder import Tend
from page.suggest import questions
from rag.answer import Event, Turn

QUESTION = 2000  # characters of a question that are read
UNEXPECTED = CitebackError("Something inside Citeback failed.", "read the terminal that runs the page")
log = logging.getLogger("citeback")


class Reading(Protocol):
    """What the page needs of a corpus (`rag.Corpus`)."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that is not in the index."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders that the documents came from."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what must be told about the store."""

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """Yield the events of an answer."""

    def source(self, document: str) -> Source:
        """Return a document's text. Raises UnknownDocument."""


class Page:
    """Answers the page's events with HTML. `corpus` returns the store's newest generation or raises."""

    def __init__(self, corpus: Callable[[], Reading], tend: Tend) -> None:
        self.corpus = corpus
        self.tend = tend

    def open(self) -> tuple[str, str, str]:
        """Return the chat, the panel and the list of documents as they are before a question."""
        return self.chat(()), markup.sources(()), self.documents()

    def chat(self, conversation: Conversation) -> str:
        """Return the conversation; before its first question, what can be asked."""
        if conversation:
            return markup.conversation(conversation)
        try:
            corpus = self.corpus()
            return markup.conversation((), markup.welcome(len(corpus.documents), questions(corpus)))
        except CitebackError as error:
            return markup.conversation((), markup.empty(error))

    def ask(self, question: str, conversation: Conversation) -> Iterator[tuple[str, str, Conversation]]:
        """Yield the chat, the panel and the conversation after each event of the answer."""
        for exchange in self.answers(question.strip()[:QUESTION], conversation):
            longer = (*conversation, exchange)
            yield markup.conversation(longer), markup.sources(longer), longer

    def answers(self, question: str, conversation: Conversation) -> Iterator[Exchange]:
        """Yield the exchange as it grows; nothing for a blank question. Every error ends it in words."""
        if not question:
            return
        exchange = Exchange(question)
        yield exchange
        try:
            for exchange in follow(question, self.corpus().stream(question, history(conversation))):
                yield exchange
        except CitebackError as error:
            yield replace(exchange, error=error)
        except Exception:
            log.exception("answering %r", question)
            yield replace(exchange, error=UNEXPECTED)

    def follow(self, ref: str, conversation: Conversation) -> str:
        """Return the panel for a link that was clicked: a document at its words, or the sources."""
        target = place(conversation, ref)
        if target is None:
            return markup.sources(conversation)
        try:
            cited = places(conversation, target.document)
            return reader.document(self.corpus().source(target.document), target, cited)
        except UnknownDocument:
            return reader.gone(target)
        except CitebackError as error:
            return markup.panel("Sources", markup.problem(error), ref=target.ref)

    def documents(self) -> str:
        """Return the list of documents, or what to do when there is none."""
        try:
            corpus = self.corpus()
        except CitebackError as error:
            return listing.messages(markup.problem(error))
        notices = listing.messages(*map(markup.notice, corpus.notices))
        return notices + listing.documents(corpus.documents, corpus.failures, map(familiar, corpus.folders))

    def upload(self, files: Sequence[str]) -> str:
        """Put the files into the folder and return what became of each."""
        return listing.messages(*(self.added(Path(file)) for file in files))

    def added(self, file: Path) -> str:
        """Put one file into the folder and return what became of it."""
        try:
            name = self.tend.add(file)
        except CitebackError as error:
            return markup.problem(error)
        return markup.notice(f"{name} was added. Rebuild the index to ask about it.")

    def rebuild(self) -> Iterator[str]:
        """Yield how a rebuild of the index goes."""
        try:
            yield from map(listing.step, self.tend.rebuild())
        except CitebackError as error:
            yield listing.messages(markup.problem(error))


def familiar(folder: str) -> str:
    """Return a folder as a person would name it: from the current directory, or from their home."""
    for base, name in ((Path.cwd(), ""), (Path.home(), "~")):
        if Path(folder).is_relative_to(base):
            return str(Path(name, Path(folder).relative_to(base)))
    return folder
