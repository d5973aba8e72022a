"""A corpus as one user may see it, with no trace of other documents.

The page, the API and MCP get a new view for each request, so that none of them can forget whose it is.
"""

from collections.abc import Iterator, Mapping, Sequence

from index.names import Names
from index.permitted import Searchable
from index.records import Document, Failure, Source
from index.within import EVERYTHING, Filter
from rag.answer import Answer, Answered, Event, Passage, Turn
from rag.confidence import Care
from rag.corpus import Corpus


class View:
    """The documents of a corpus that pass `may`; it follows the corpus to newer generations."""

    def __init__(self, corpus: Corpus, may: Names) -> None:
        self._corpus = corpus
        self._may = may

    def ask(self, question: str, history: Sequence[Turn] = (), within: Filter = EVERYTHING) -> Answer:
        """Return the answer to a question, or the refusal, as `Corpus.ask` does."""
        events = self.stream(question, history, within)
        return next(event.answer for event in events if isinstance(event, Answered))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = EVERYTHING,
        care: Care | None = None,
    ) -> Iterator[Event]:
        """Yield the events of an answer, as `Corpus.stream` does."""
        return self._corpus.stream(question, history, within, care, self._may)

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = EVERYTHING
    ) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        return self._corpus.search(question, k, history, within, self._may)

    def source(self, document: str) -> Source:
        """Return a document's text. Raises UnknownDocument, also for a document that the user may not see."""
        return self._seen.source(document)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every visible document, by name."""
        return self._seen.documents

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every visible file that is not in the index, with the reason."""
        return self._seen.failures

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders that hold any visible document or failure."""
        holding = {each.folder for each in self.documents} | {each.folder for each in self.failures}
        return tuple(folder for folder in self._corpus.folders if folder in holding)

    @property
    def notices(self) -> tuple[str, ...]:
        """Return warnings about the store."""
        return self._corpus.notices

    @property
    def answering(self) -> Mapping[str, str]:
        """Return a description of what produces the answers: writer, embedding model, language, index."""
        return self._corpus.answering

    @property
    def _seen(self) -> Searchable:
        return self._corpus.seen(self._may)
