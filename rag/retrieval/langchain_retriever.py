"""The passages of a corpus as a LangChain `BaseRetriever`."""

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from citeback.rag.answer import Passage


class HybridRetriever(BaseRetriever):
    """Returns documents whose `page_content` is a passage's text, best first.

    Their metadata are `document`, `start`, `end`, `page`, `place`, `title` and `score`.
    """

    search: Callable[[str, int], tuple[Passage, ...]]
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        return [as_document(passage) for passage in self.search(query, self.k)]


def as_document(passage: Passage) -> Document:
    """Return a passage as a LangChain document."""
    place = {"document": passage.document, "start": passage.span.start, "end": passage.span.end}
    where = {"page": passage.page, "place": passage.place}
    return Document(
        page_content=passage.text,
        metadata=place | where | {"title": passage.title, "score": passage.score},
    )
