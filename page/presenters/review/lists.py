"""Handlers of the lists."""

from collections.abc import Callable, Mapping

from citeback.index.errors import CitebackError
from citeback.index.search.filters import Filter
from citeback.page.presenters.lookup import parse_filter
from citeback.page.state.review.shown_list import PAGE, ShownList
from citeback.page.state.surroundings import NOWHERE, Surroundings, surroundings
from citeback.page.views import answers
from citeback.page.views.documents import join_messages
from citeback.page.views.review import lists as view
from citeback.rag.lists.listing import ItemPlace
from citeback.rag.protocols import AskableCorpus


class ListHandlers:
    """Handles the events of the lists; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], AskableCorpus]) -> None:
        self.corpus = corpus

    def working(self) -> str:
        """Return what is shown while the documents are read."""
        return view.working()

    def failed(self, error: CitebackError) -> str:
        """Return an error message."""
        return join_messages(answers.error_message(error))

    def list_items(self, asked: Mapping[str, str]) -> tuple[str, ShownList]:
        """Read every document for the items of a kind; return them as HTML, and as values."""
        try:
            within: Filter = parse_filter(asked)
            now = ShownList(self.corpus().list_items(asked.get("what", ""), within))
        except CitebackError as error:
            return self.failed(error), ShownList()
        return self.show(now), now

    def show(self, now: ShownList) -> str:
        """Return one page of the list."""
        rows = now.matching()
        page = min(now.page, max(0, len(rows) - 1) // PAGE)
        shown = rows[page * PAGE : (page + 1) * PAGE]
        context = {
            place: self._around(place) for _, item in shown for place in item.places[: view.PLACES_SHOWN]
        }
        return view.listing(now, rows, page, context)

    def _around(self, place: ItemPlace) -> Surroundings:
        try:
            source = self.corpus().source(place.document)
        except CitebackError:
            return NOWHERE
        return surroundings(source, place.span) if place.span.of(source.text) == place.quote else NOWHERE
