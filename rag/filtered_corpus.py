"""A corpus as one user may see it, with no trace of other documents.

The page, the API and MCP get a new view for each request, so that none of them can forget whose it is.
"""

from collections.abc import Iterator, Mapping, Sequence

from citeback.index.generations.protocols import Searchable
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.search.name_filter import NameFilter
from citeback.rag.answer import AnswerEvent, Passage, Turn
from citeback.rag.confidence import AnswerSettings
from citeback.rag.corpus import Corpus
from citeback.rag.generation_corpus import GenerationCorpus
from citeback.rag.pipeline import Pipeline


class RestrictedCorpus(GenerationCorpus):
    """The documents of a corpus that pass `may`; it follows the corpus to newer generations."""

    def __init__(self, corpus: Corpus, visible: NameFilter) -> None:
        self._corpus = corpus
        self._may = visible

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = NO_FILTER,
        settings: AnswerSettings | None = None,
    ) -> Iterator[AnswerEvent]:
        """Yield the events of an answer, as `Corpus.stream` does."""
        return self._corpus.stream(question, history, within, settings, self._may)

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = NO_FILTER
    ) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        return self._corpus.search(question, k, history, within, self._may)

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
    def answering_parts(self) -> Mapping[str, str]:
        """Return a description of what produces the answers: writer, embedding model, language, index."""
        return self._corpus.answering_parts

    @property
    def _searched(self) -> Searchable:
        return self._corpus.visible_generation(self._may)

    def _pipeline(self, within: Filter) -> Pipeline:
        return self._corpus.pipeline(within, self._may)
