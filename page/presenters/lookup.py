"""Handlers of the Look up tab, which turn every error into a message."""

from collections.abc import Callable, Mapping, Sequence

from citeback.index.errors import CitebackError, UnknownDocument
from citeback.index.search.filters import Filter
from citeback.page.state.exchange import QUESTION, CitedPlace, too_long
from citeback.page.state.surroundings import is_fragment
from citeback.page.views import answers, lookup, source_panel
from citeback.page.views.documents import join_messages
from citeback.page.views.html import tag
from citeback.page.views.speech import tr
from citeback.rag.answer import Passage
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import AskableCorpus

MOST = 30  # passages
LEAST = 0.3  # of the best score; passages below it only fill the list
BACK = message("Back to the passages")
HINT = message("Open a passage to see it here, in its document.")

SearchResults = tuple[Passage, ...]


class SearchHandlers:
    """Handles the tab's events; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], AskableCorpus]) -> None:
        self.corpus = corpus

    def open(self) -> tuple[str, str, str]:
        """Return the form, the list and the panel in their initial state."""
        try:
            kinds = sorted({document.kind for document in self.corpus().documents})
        except CitebackError as error:
            return join_messages(answers.error_message(error)), "", self.blank()
        return lookup.search(kinds, QUESTION), lookup.empty_results(), self.blank()

    def blank(self) -> str:
        """Return the panel without a document."""
        return answers.side_panel(tr("Document"), tag("p", tr(HINT), class_="hint"))

    def look_up(self, asked: Mapping[str, str]) -> tuple[str, SearchResults]:
        """Search with the values of a form; return the passages as HTML, and as values."""
        question = asked.get("question", "").strip()
        if not question:
            return lookup.empty_results(), ()
        if error := too_long(question):
            return join_messages(answers.error_message(error)), ()
        try:
            corpus = self.corpus()
            days = {document.name: document.day for document in corpus.documents}
            passages = corpus.search(question, MOST, within=parse_filter(asked))
            ordered = tuple(sort_passages(asked.get("sort", ""), relevant(passages), days))
            stated = {document.name: document.date for document in corpus.documents}
        except CitebackError as error:
            return join_messages(answers.error_message(error)), ()
        dates = [stated.get(each.document, "") for each in ordered]
        return lookup.results_list(ordered, dates, question), ordered

    def follow(self, ref: str, passages: SearchResults) -> str:
        """Return the panel for a clicked link: the document at a passage, or the empty panel."""
        target = place(ref, passages)
        if target is None:
            return self.blank()
        try:
            others = [each for each in places(passages) if each.document == target.document]
            others.sort(key=lambda each: (each.span, each.quote))
            return source_panel.document_panel(
                self.corpus().source(target.document),
                target,
                others,
                back=BACK,
                what="found",
            )
        except UnknownDocument:
            return source_panel.missing_document_panel(target)
        except CitebackError as error:
            return answers.side_panel(tr("Document"), answers.error_message(error), ref=target.ref)


def relevant(passages: SearchResults) -> SearchResults:
    """Return the passages without headings and other scraps, and without those far below the best."""
    best = max((each.score for each in passages), default=0.0)
    kept = tuple(each for each in passages if each.score >= best * LEAST)
    return tuple(each for each in kept if not is_fragment(each.text)) or kept


def parse_filter(asked: Mapping[str, str]) -> Filter:
    """Return the document filter of a form. Raises SettingsError for an invalid date or pattern."""

    def values(name: str) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in asked.get(name, "").split(","))))

    return Filter(
        paths=values("within"),
        since=asked.get("since", "").strip(),
        until=asked.get("until", "").strip(),
        kinds=values("kind"),
        authors=values("author"),
    )


def sort_passages(sort: str, passages: SearchResults, days: Mapping[str, str]) -> Sequence[Passage]:
    """Return the passages in an order of `found.SORT_ORDERS`; undated documents come last."""
    match sort:
        case "document":
            return sorted(passages, key=lambda each: (each.document, each.span))
        case "newest":
            return sorted(passages, key=lambda each: days.get(each.document, ""), reverse=True)
        case "oldest":
            return sorted(passages, key=lambda each: days.get(each.document, "") or "~")
        case _:
            return passages


def places(passages: SearchResults) -> list[CitedPlace]:
    """Return the place of each passage, with the link to it."""
    return [
        CitedPlace(ref=f"found-{i}", document=each.document, span=each.span, quote=each.text)
        for i, each in enumerate(passages)
    ]


def place(ref: str, passages: SearchResults) -> CitedPlace | None:
    """Return the place that a link points to, or None. `ref` comes from a browser and is untrusted."""
    return next((each for each in places(passages) if each.ref == ref), None)
