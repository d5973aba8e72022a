"""An opened store that answers questions: the API shared by the page, the command line and programs.

The embedding model is loaded for the first question.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

from citeback.index import any_store
from citeback.index.addresses import is_address
from citeback.index.closeable import Closeable
from citeback.index.embedding.protocols import QueryEncoder
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.embedding.similarity_scale import similarity_scale
from citeback.index.errors import DamagedGeneration, ModelError, StoreError
from citeback.index.generations.filtered_generation import RestrictedGeneration
from citeback.index.generations.protocols import (
    GenerationStore,
    KeptGeneration,
    Searchable,
    WholeGeneration,
)
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.index.settings import Settings
from citeback.rag.answer import AnswerEvent, Passage, Turn
from citeback.rag.checking.claims.alignment import TokenEncoder
from citeback.rag.checking.verify import ClaimVerifier, EntailmentModel
from citeback.rag.confidence import THRESHOLD, AnswerSettings
from citeback.rag.generation_corpus import GenerationCorpus
from citeback.rag.model_factory import VerificationEncoder, load_entailment, load_relevance, load_writer
from citeback.rag.pipeline import Pipeline
from citeback.rag.reader.loading import load_readers
from citeback.rag.reader.readers import Readers
from citeback.rag.retrieval.rerank import Relevance
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.writing.extractive import ExtractiveWriter, Writer

if TYPE_CHECKING:
    from citeback.index.embedding.sentence_encoder import SentenceEncoder
    from citeback.rag.retrieval.langchain_retriever import HybridRetriever

CACHED_WRITERS = 8  # number of chat models kept open
DEFAULT_STORE = Path(".citeback")


def load_encoder(settings: Settings) -> "SentenceEncoder":
    """Load the embedding model for documents.

    Its import takes seconds, and questions do not need it.
    """
    from citeback.index.embedding.sentence_encoder import load_encoder

    return load_encoder(settings)


@dataclass(frozen=True, kw_only=True)
class CorpusOptions:
    """How a corpus answers, and how it loads its models.

    `writer` writes the answers; `writers` loads the one that a question names itself. `threshold` is the
    least confidence of an answer, 0 to 1. `entails` helps to verify claims, and `relevance` reranks
    candidates. `load`, `open_readers` and `load_verifier` load the models that read questions, passages
    and claims.
    """

    load: Callable[[Settings], QueryEncoder] = load_query_encoder
    writer: Writer = field(default_factory=ExtractiveWriter)
    threshold: float = THRESHOLD
    entails: EntailmentModel | None = None
    relevance: Relevance | None = None
    writers: Callable[[str | None], Writer] = load_writer
    open_readers: Callable[[QueryEncoder], Readers] = load_readers
    load_verifier: Callable[[Settings], TokenEncoder] = load_encoder


DEFAULT_OPTIONS = CorpusOptions()


class Corpus(GenerationCorpus, Closeable):
    """Indexed documents to ask and search; safe to share between threads.

    A question is answered from the generation it started with, even if another is published meanwhile;
    `refresh` moves later questions to the newest one. `Corpus.open` opens the newest generation of a store.
    """

    def __init__(
        self,
        store: GenerationStore,
        generation: WholeGeneration,
        options: CorpusOptions = DEFAULT_OPTIONS,
    ) -> None:
        self.store = store
        self._generation = generation
        self._options = options
        self._writers = lru_cache(CACHED_WRITERS)(options.writers)
        self._reader = VerificationEncoder(options.load_verifier)
        self._lock = Lock()
        self._encoder: QueryEncoder | None = None
        self._readers: Readers | None = None
        self._large_tables = LargeTables()
        self._looked_at: int | None = None
        self._refused: tuple[str, ...] = ()
        self._permitted: dict[NameFilter, RestrictedGeneration] = {}

    @classmethod
    def open(cls, store: GenerationStore, options: CorpusOptions = DEFAULT_OPTIONS) -> Self:
        """Open the newest intact generation of a store. Raises NoGeneration if nothing is indexed there."""
        return cls(store, store.current(), options)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = NO_FILTER,
        settings: AnswerSettings | None = None,
        visible: NameFilter = ALL_NAMES,
    ) -> Iterator[AnswerEvent]:
        """Yield Retrieved, SentenceVerified for each sentence, and one AnswerCompleted with the answer.

        DraftUpdated events come between them while a chat model writes. `settings` overrides the threshold,
        the number of passages and the writer. Documents that do not pass `visible` are treated as absent.
        Raises ChatError if `settings` names a chat model that cannot exist.
        """
        try:
            yield from self.pipeline(within, visible, settings).ask(question, history)
        except DamagedGeneration:
            self._reopen_intact()
            yield from self.pipeline(within, visible, settings).ask(question, history)

    def search(
        self,
        question: str,
        k: int = 10,
        history: Sequence[Turn] = (),
        within: Filter = NO_FILTER,
        visible: NameFilter = ALL_NAMES,
    ) -> tuple[Passage, ...]:
        """Return at most `k` passages from documents that pass `within`, best first, without an answer.

        Documents that do not pass `visible` are treated as absent.

        Examples:
            >>> corpus.search("ships", k=5, within=Filter(since="2024"))  # doctest: +SKIP
        """
        try:
            return self.pipeline(within, visible).search(question, k, history)
        except DamagedGeneration:
            self._reopen_intact()
            return self.pipeline(within, visible).search(question, k, history)

    def visible_generation(self, visible: NameFilter) -> Searchable:
        """Return the generation as seen by someone who may see only the documents that pass `visible`."""
        return self._restricted(self._generation, visible)

    def _restricted(self, whole: WholeGeneration, visible: NameFilter) -> Searchable:
        if visible.empty:
            return whole
        part = self._permitted.get(visible)
        if part is None or not part.of(whole):
            self._permitted = {m: p for m, p in self._permitted.items() if p.of(whole)}
            part = self._permitted[visible] = RestrictedGeneration(whole, visible)
        return part

    @property
    def _searched(self) -> Searchable:
        return self._generation

    @property
    def answering_parts(self) -> Mapping[str, str]:
        """Return a description of what produces the answers: writer, embedding model, language, index."""
        return {
            "Written by": self._options.writer.model or "no chat model: sentences are quoted word for word",
            "Embedding model": self._generation.settings.model,
            "Language": self._generation.settings.language,
            "Index": f"generation {self.number}",
        }

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the absolute paths of the folders that the documents came from."""
        return self._generation.folders

    @property
    def number(self) -> int:
        """Return the number of the generation that questions are answered from."""
        return self._generation.number

    @property
    def notices(self) -> tuple[str, ...]:
        """Return warnings about the store, such as damaged generations that were skipped."""
        return (*self._generation.notices, *self._refused)

    def retriever(self, k: int = 10, within: Filter = NO_FILTER) -> "HybridRetriever":
        """Return the search as a LangChain retriever of `k` documents."""
        # Imported here: LangChain takes over a second to import, and no question needs it.
        from citeback.rag.retrieval.langchain_retriever import HybridRetriever

        return HybridRetriever(search=partial(self.search, within=within), k=k)

    def refresh(self) -> bool:
        """Move to the newest published generation, and return whether there was a newer one.

        If every newer generation is damaged, questions continue to be answered from the open one, which was
        verified when it was opened, and `notices` says so.
        """
        before = self._generation.number
        try:
            newest = self.store.newest()
            if newest in (None, before, self._looked_at):
                return False
            self._looked_at = newest
            self._generation = self.store.current()
        except StoreError as error:
            self._refused = (error.message,)
            return False
        self._refused = ()
        return self._generation.number != before

    def history(self) -> tuple[KeptGeneration, ...]:
        """Return every kept generation, newest first, after verifying their checksums."""
        return any_store.history(self.store)

    def rollback(self, number: int | None = None) -> int:
        """Roll back to a kept generation and return its new number.

        The default is the newest intact one before the current. It is published again under the next number.
        The files in the folders do not change. Raises StoreError if there is none to roll back to.
        """
        restored = any_store.rollback(self.store, number).number
        self.refresh()
        return restored

    def warm(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self._passage_readers(self._query_encoder(self._generation)).opened()

    def close(self) -> None:
        """Close the generation; the corpus cannot be used afterwards."""
        self._generation.close()

    def _reopen_intact(self) -> None:
        """Move to the newest fully intact generation. Raises DamagedGeneration if there is none.

        This covers parts that are verified only on access, such as the sentence vectors of a large index.
        """
        self._generation = self.store.current(thorough=True)

    def _pipeline(self, within: Filter) -> Pipeline:
        return self.pipeline(within, ALL_NAMES)

    def pipeline(
        self, within: Filter, visible: NameFilter, settings: AnswerSettings | None = None
    ) -> Pipeline:
        """Return the pipeline over the documents that pass `within` and `visible`."""
        taken = settings or AnswerSettings(self._options.threshold)
        generation = self._generation
        analyzer = Analyzer(generation.settings.language)
        encoder = self._query_encoder(generation)
        readers = self._passage_readers(encoder)
        checker = ClaimVerifier(
            encoder=self._reader,
            analyzer=analyzer,
            entailment=self._options.entails,
            claims=lambda: readers.claims,
        )
        return Pipeline(
            generation=self._restricted(generation, visible),
            encoder=encoder,
            analyzer=analyzer,
            writer=self._options.writer if taken.model is None else self._writers(taken.model or None),
            checker=checker,
            threshold=taken.threshold,
            within=within,
            shown_passages=taken.passages,
            reranker=self._options.relevance,
            readers=readers,
            table_weights=self._table_weights,
            large_tables=self._large_tables,
            scale=similarity_scale(generation.settings.model),
        )

    @cached_property
    def _table_weights(self) -> ReadingWeights:
        return ReadingWeights.load()

    def _passage_readers(self, encoder: QueryEncoder) -> Readers:
        with self._lock:
            if self._readers is None:
                self._readers = self._options.open_readers(encoder)
            return self._readers

    def _query_encoder(self, generation: WholeGeneration) -> QueryEncoder:
        with self._lock:
            if self._encoder is None or self._encoder.settings.cutting != generation.settings.cutting:
                self._encoder = self._options.load(generation.settings)
            if generation.fingerprint and self._encoder.fingerprint != generation.fingerprint:
                raise ModelError(
                    f"{self.store.path} was built with the embedding model {generation.fingerprint}, "
                    f"but {self._encoder.fingerprint} is installed.",
                    "citeback index",
                )
            return self._encoder


def open_corpus(
    path: str | Path = DEFAULT_STORE,
    model: str | None = None,
    nli: str | None = None,
    rerank: str | None = None,
    window: int | None = None,
    copy: Path | None = None,
) -> Corpus:
    """Open the store at `path`, or the `.citeback` in the folder at `path`.

    `path` may also be the address of an object store, such as "s3://bucket/citeback"; `copy` is a directory
    that keeps what it reads on a fast disk.

    `model` names a chat model that writes the answers, `nli` a CrossEncoder that helps to verify them, and
    `rerank` one that reranks candidates. `window` overrides the chat model's context window, in tokens.

    Examples:
        >>> from citeback import open_corpus
        >>> open_corpus("reports").ask("How many ships passed?").text     # doctest: +SKIP
        'In all, 412 ships passed the canal in 2022. [1]'

    Raises:
        NoGeneration: nothing has been indexed there; the message says what to type.
        ChatError: no chat model can be reached by that name.
        ModelError: a CrossEncoder of that name cannot be loaded.
    """
    inside = Path(path) / DEFAULT_STORE
    store = any_store.open_store(path if is_address(path) or not inside.is_dir() else inside, copy)
    options = CorpusOptions(
        writer=load_writer(model, window),
        entails=load_entailment(nli),
        relevance=load_relevance(rerank),
    )
    return Corpus.open(store, options)
