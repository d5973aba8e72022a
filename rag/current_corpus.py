"""The newest generation of a store, opened on first use and kept up to date."""

from threading import Lock

from citeback.index.errors import CitebackError
from citeback.index.generations.protocols import GenerationStore
from citeback.rag.corpus import DEFAULT_OPTIONS, Corpus, CorpusOptions


class CurrentCorpus:
    """Provides the corpus of a store, refreshed to the newest generation."""

    def __init__(self, store: GenerationStore, options: CorpusOptions = DEFAULT_OPTIONS) -> None:
        self._store = store
        self._options = options
        self._lock = Lock()
        self._corpus: Corpus | None = None

    def __call__(self) -> Corpus:
        """Return the corpus. Raises NoGeneration."""
        with self._lock:
            if self._corpus is None:
                self._corpus = Corpus.open(self._store, self._options)
            else:
                self._corpus.refresh()
            return self._corpus

    def warm(self) -> None:
        """Load the models ahead of the first question; an error is left for that question to report."""
        try:
            self().warm()
        except CitebackError:
            return
