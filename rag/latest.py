"""The newest generation of a store, opened on first use and kept up to date."""

from collections.abc import Callable
from threading import Lock

from index.encoder import QueryEncoder
from index.errors import CitebackError
from index.light import load_for_questions
from index.settings import Settings
from index.store import Store
from rag.corpus import Corpus
from rag.rerank import Relevance
from rag.write import Writer


class Latest:
    """Provides the corpus of a store, refreshed to the newest generation."""

    def __init__(
        self,
        store: Store,
        load: Callable[[Settings], QueryEncoder] = load_for_questions,
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
