"""Handlers of the sections of conflicts, dates and summaries."""

from collections.abc import Callable, Iterator, Mapping

from citeback.index.errors import CitebackError
from citeback.page.presenters.lookup import parse_filter
from citeback.page.state.review.shown_folder import ShownFolder
from citeback.page.views import answers
from citeback.page.views.documents import join_messages
from citeback.page.views.forms import parse_number
from citeback.page.views.review import folder as view
from citeback.page.views.review import lists
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import AskableCorpus
from citeback.rag.summary.summary import DEFAULT

READING_ALL = lists.READING
READING = {
    "conflicts": message("Reading and comparing every sentence …"),
    "timeline": READING_ALL,
    "summary": READING_ALL,
}


class FolderWorkHandlers:
    """Handles the events of one section; `corpus` returns the newest corpus or raises."""

    def __init__(self, corpus: Callable[[], AskableCorpus], section: str) -> None:
        self.corpus = corpus
        self.section = section

    def working(self) -> str:
        """Return what is shown before anything is found."""
        return view.working(READING[self.section])

    def failed(self, error: CitebackError) -> str:
        """Return an error message."""
        return join_messages(answers.error_message(error))

    def steps(self, asked: Mapping[str, str]) -> Iterator[ShownFolder]:
        """Yield what is found so far, and at last all of it. Raises CitebackError."""
        within, about = parse_filter(asked), asked.get("about", "").strip()
        if self.section == "conflicts":
            listings = self.corpus().conflicts_so_far(within)
            for listing in listings:
                yield ShownFolder(listing, running=not listing.complete)
        elif self.section == "timeline":
            yield ShownFolder(self.corpus().timeline(within, about))
        else:
            most = parse_number(asked.get("sentences", "")) or DEFAULT
            yield ShownFolder(self.corpus().summary(within, about, most=most))

    def show(self, now: ShownFolder) -> str:
        """Return the result as HTML."""
        return view.result(now)
