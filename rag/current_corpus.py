"""The newest generation of a store, opened on first use and kept up to date."""

from collections.abc import Callable
from threading import Lock

from citeback.index.embedding.protocols import QueryEncoder
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.errors import CitebackError
from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.rag.corpus import Corpus
from citeback.rag.retrieval.rerank import Relevance
from citeback.rag.writing.extractive import Writer


class CurrentCorpus:
    """Provides the corpus of a store, refreshed to the newest generation."""

    def __init__(
        self,
        store: Store,
        load: Callable[[Settings], QueryEncoder] = load_query_encoder,
        writer: Writer | None = None,
        relevance: Relevance | None = None,
    ) -> None:
        self._store = store
        self._load = load
        self._writer = writer
        self._relevance = relevance
        self._lock = Lock()
        self._corpus: Corpus | None = None

    def __call__(self) -> Corpus:
        """Return the corpus. Raises NoGeneration."""
        with self._lock:
            if self._corpus is None:
                self._corpus = Corpus(self._store, self._load, self._writer, relevance=self._relevance)
            else:
                self._corpus.refresh()
            return self._corpus

    def warm(self) -> None:
        """Load the models ahead of the first question; an error is left for that question to report."""
        try:
            self().warm()
        except CitebackError:
            return
