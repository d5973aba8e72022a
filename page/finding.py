"""Handlers of the Look up tab, which turn every error into a message."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from index.errors import CitebackError, UnknownDocument
from index.records import Document, Source
from index.within import Filter
from page import found, markup, reader
from page.exchange import QUESTION, Place, too_long
from page.listing import messages
from page.tags import tag
from rag.answer import Passage, Turn

MOST = 30  # passages
BACK = "Back to the passages"
HINT = "Open a passage to see it here, in its document."

Found = tuple[Passage, ...]


class Searched(Protocol):
    """What the tab needs of a corpus (`rag.Corpus`)."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = ...
    ) -> tuple[Passage, ...]:
        """Return passages, best first."""

    def source(self, document: str) -> Source:
        """Return a document's text. Raises UnknownDocument."""


class Finder:
    """Handles the tab's events; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], Searched]) -> None:
        self.corpus = corpus

    def open(self) -> tuple[str, str, str]:
        """Return the form, the list and the panel in their initial state."""
        try:
            kinds = sorted({document.kind for document in self.corpus().documents})
        except CitebackError as error:
            return messages(markup.problem(error)), "", self.blank()
        return found.search(kinds, QUESTION), found.before(), self.blank()

    def blank(self) -> str:
        """Return the panel without a document."""
        return markup.panel("Document", tag("p", HINT, class_="hint"))

    def look_up(self, asked: Mapping[str, str]) -> tuple[str, Found]:
        """Search with the values of a form; return the passages as HTML, and as values."""
        question = asked.get("question", "").strip()
        if not question:
            return found.before(), ()
        if error := too_long(question):
            return messages(markup.problem(error)), ()
        try:
            corpus = self.corpus()
            days = {document.name: document.day for document in corpus.documents}
            passages = corpus.search(question, MOST, within=within(asked))
            ordered = tuple(in_order(asked.get("sort", ""), passages, days))
        except CitebackError as error:
            return messages(markup.problem(error)), ()
        return found.results(ordered, [days.get(each.document, "") for each in ordered]), ordered

    def follow(self, ref: str, passages: Found) -> str:
        """Return the panel for a clicked link: the document at a passage, or the empty panel."""
        target = place(ref, passages)
        if target is None:
            return self.blank()
        try:
            others = [each for each in places(passages) if each.document == target.document]
            others.sort(key=lambda each: (each.span, each.quote))
            return reader.document(
                self.corpus().source(target.document),
                target,
                others,
                back="Back to the passages",
                what="found",
            )
        except UnknownDocument:
            return reader.gone(target)
        except CitebackError as error:
            return markup.panel("Document", markup.problem(error), ref=target.ref)


def within(asked: Mapping[str, str]) -> Filter:
    """Return the document filter of a form. Raises SettingsError for an invalid date or pattern."""

    def given(name: str) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in asked.get(name, "").split(","))))

    return Filter(
        paths=given("within"),
        since=asked.get("since", "").strip(),
        until=asked.get("until", "").strip(),
        kinds=given("kind"),
        authors=given("author"),
    )


def in_order(sort: str, passages: Found, days: Mapping[str, str]) -> Sequence[Passage]:
    """Return the passages in an order of `found.SORTS`; undated documents come last."""
    match sort:
        case "document":
            return sorted(passages, key=lambda each: (each.document, each.span))
        case "newest":
            return sorted(passages, key=lambda each: days.get(each.document, ""), reverse=True)
        case "oldest":
            return sorted(passages, key=lambda each: days.get(each.document, "") or "~")
        case _:
            return passages


def places(passages: Found) -> list[Place]:
    """Return the place of each passage, with the link to it."""
    return [Place(f"found-{i}", each.document, each.span, each.text) for i, each in enumerate(passages)]


def place(ref: str, passages: Found) -> Place | None:
    """Return the place that a link points to, or None. `ref` comes from a browser and is untrusted."""
    return next((each for each in places(passages) if each.ref == ref), None)
