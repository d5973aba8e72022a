"""Opens the places that sections of the Review tab link to, in their documents."""

from collections.abc import Callable, Sequence

from citeback.index.errors import CitebackError, UnknownDocument
from citeback.page.state.document_refs import find_document
from citeback.page.state.exchange import CitedPlace
from citeback.page.state.review.answer_grid import AnswerGrid
from citeback.page.state.review.checked_draft import CheckedDraft
from citeback.page.state.review.places import LinkedPlaces
from citeback.page.views import answers, source_panel
from citeback.page.views.review.drafts import claim_card
from citeback.page.views.review.tables import cell_card
from citeback.page.views.speech import tr
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import BrowsableCorpus

BACK = message("Close")


class ReviewReader:
    """Handles links of all sections; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], BrowsableCorpus]) -> None:
        self.corpus = corpus

    def follow(self, ref: str, shown: Sequence[LinkedPlaces]) -> str:
        """Return the panel with the document at the place that a link points to, or "" for any other link.

        A claim or a cell about which nothing was found has a panel without a document.
        """
        section = next((each for each in shown if each.place(ref)), None)
        lead = "".join(_card(each, ref) for each in shown)
        try:
            corpus = self.corpus()
            place = section.place(ref) if section else find_document(corpus.documents, ref)
            if place is None:
                return (
                    answers.side_panel(tr("Nothing in the documents"), lead, ref=ref, back=BACK)
                    if lead
                    else ""
                )
            others = section.places_in(place.document) if section else ()
            return _panel(corpus, place, others, lead)
        except CitebackError as error:
            return answers.side_panel(tr("Document"), answers.error_message(error), ref="none", back=BACK)


def _card(shown: LinkedPlaces, ref: str) -> str:
    """Return what a section says about one of its links, above the document."""
    match shown:
        case CheckedDraft():
            return claim_card(shown, ref)
        case AnswerGrid():
            return cell_card(shown, ref)
        case _:
            return ""


def _panel(corpus: BrowsableCorpus, place: CitedPlace, others: Sequence[CitedPlace], lead: str) -> str:
    try:
        source = corpus.source(place.document)
    except UnknownDocument:
        return source_panel.missing_document_panel(place, BACK, lead)
    return source_panel.document_panel(source, place, others, back=BACK, what="found", lead=lead)
