"""An opened store that answers questions: the API shared by the page, the command line and programs.

The embedding model is loaded for the first question.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index import history
from index.encoder import QueryEncoder
from index.errors import Damaged, ModelError, StoreError
from index.generation import Generation
from index.history import Kept
from index.light import load_for_questions
from index.names import ALL, Names
from index.permitted import Permitted, Searchable
from index.records import Document, Failure, Source
from index.settings import Settings
from index.store import Store
from index.terms import Analyzer
from index.within import EVERYTHING, Filter
from rag.answer import Answer, Answered, Event, Passage, Turn
from rag.confidence import THRESHOLD, Care
from rag.named import FittedReader, entailment, relevance_of, writer_of
from rag.pipeline import Line
from rag.reader import PassageReader, open_reader
from rag.rerank import Relevance
from rag.verify import Checker, Entails
from rag.write import Verbatim, Writer

if TYPE_CHECKING:
    from index.embed import SentenceEncoder
    from rag.retriever import HybridRetriever

WRITERS = 8  # number of chat models kept open
DEFAULT_STORE = Path(".citeback")


def load_encoder(settings: Settings) -> "SentenceEncoder":
    """Load the embedding model for documents.

    Its import takes seconds, and questions do not need it.
    """
    from index.embed import load

    return load(settings)


class Corpus:
    """Indexed documents to ask and search; safe to share between threads.

    A question is answered from the generation it started with, even if another is published meanwhile;
    `refresh` moves later questions to the newest one.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[Settings], QueryEncoder] = load_for_questions,
        writer: Writer | None = None,
        threshold: float = THRESHOLD,
        entails: Entails | None = None,
        relevance: Relevance | None = None,
        writers: Callable[[str | None], Writer] = writer_of,
        open_passages: Callable[[QueryEncoder], PassageReader] = open_reader,
    ) -> None:
        self.store = store
        self._load = load
        self._writer = writer or Verbatim()
        self._writers = lru_cache(WRITERS)(writers)
        self._threshold = threshold
        self._entails = entails
        self._relevance = relevance
        self._reader = FittedReader(load_encoder)
        self._lock = Lock()
        self._encoder: QueryEncoder | None = None
        self._open_passages = open_passages
        self._passages: PassageReader | None = None
        self._generation = store.current()
        self._looked_at: int | None = None
        self._refused: tuple[str, ...] = ()
        self._permitted: dict[Names, Permitted] = {}

    def ask(self, question: str, history: Sequence[Turn] = (), within: Filter = EVERYTHING) -> Answer:
        """Return the answer to a question, or a refusal (`abstained`).

        `history` holds the turns before it, oldest first; only documents that pass `within` are searched.
        Raises ModelError if the embedding model is not the one that the store was built with.
        """
        for event in self.stream(question, history, within):
            if isinstance(event, Answered):
                return event.answer
        raise AssertionError("every question ends with Answered")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = EVERYTHING,
        care: Care | None = None,
        may: Names = ALL,
    ) -> Iterator[Event]:
        """Yield Found, then Checked for each sentence, then one Answered with the whole answer.

        Drafted events come between them while a chat model writes. `care` overrides the threshold, the number
        of passages and the writer. Documents that do not pass `may` are treated as absent. Raises ChatError
        if `care` names a chat model that cannot exist.
        """
        taken = care or Care(self._threshold)
        writer = self._writer if taken.model is None else self._writers(taken.model or None)

        def line() -> Line:
            made = self._line(within, may)
            return replace(made, threshold=taken.threshold, shown=taken.passages, writer=writer)

        try:
            yield from line().ask(question, history)
        except Damaged:
            self._fall_back()
            yield from line().ask(question, history)

    def search(
        self,
        question: str,
        k: int = 10,
        history: Sequence[Turn] = (),
        within: Filter = EVERYTHING,
        may: Names = ALL,
    ) -> tuple[Passage, ...]:
        """Return at most `k` passages from documents that pass `within`, best first, without an answer.

        Documents that do not pass `may` are treated as absent.

        >>> corpus.search("ships", k=5, within=Filter(paths=("reports/**",), since="2024"))  # doctest: +SKIP
        """
        try:
            return self._line(within, may).search(question, k, history)
        except Damaged:
            self._fall_back()
            return self._line(within, may).search(question, k, history)

    def seen(self, may: Names) -> Searchable:
        """Return the generation as seen by someone who may see only the documents that pass `may`."""
        return self._part(self._generation, may)

    def _part(self, whole: Generation, may: Names) -> Searchable:
        if may.empty:
            return whole
        part = self._permitted.get(may)
        if part is None or not part.of(whole):
            self._permitted = {m: p for m, p in self._permitted.items() if p.of(whole)}
            part = self._permitted[may] = Permitted(whole, may)
        return part

    def source(self, document: str) -> Source:
        """Return the text that a document's spans refer to. Raises UnknownDocument."""
        return self._generation.source(document)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document, by name."""
        return self._generation.documents

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that is not in the index, with the reason."""
        return self._generation.failures

    @property
    def answering(self) -> Mapping[str, str]:
        """Return a description of what produces the answers: writer, embedding model, language, index."""
        return {
            "Written by": self._writer.model or "no chat model: sentences are quoted word for word",
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

    def retriever(self, k: int = 10, within: Filter = EVERYTHING) -> "HybridRetriever":
        """Return the search as a LangChain retriever of `k` documents."""
        # Imported here: LangChain takes over a second to import, and no question needs it.
        from rag.retriever import HybridRetriever

        return HybridRetriever(search=partial(self.search, within=within), k=k)

    def refresh(self) -> bool:
        """Move to the newest published generation, and return whether there was a newer one.

        If every newer generation is damaged, questions continue to be answered from the open one, which was
        verified when it was opened, and `notices` says so.
        """
        newest = next(iter(self.store.numbers()), None)
        if newest in (None, self._generation.number, self._looked_at):
            return False
        before, self._looked_at = self._generation.number, newest
        try:
            self._generation = self.store.current()
        except StoreError as error:
            self._refused = (error.message,)
            return False
        self._refused = ()
        return self._generation.number != before

    def history(self) -> tuple[Kept, ...]:
        """Return every kept generation, newest first, after verifying their checksums."""
        return history.history(self.store)

    def rollback(self, number: int | None = None) -> int:
        """Roll back to a kept generation and return its new number.

        The default is the newest intact one before the current. It is published again under the next number.
        The files in the folders do not change. Raises StoreError if there is none to roll back to.
        """
        restored = history.rollback(self.store, number).number
        self.refresh()
        return restored

    def warm(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self._passage_reader(self._query_encoder(self._generation))

    def close(self) -> None:
        """Close the generation; the corpus cannot be used afterwards."""
        self._generation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fall_back(self) -> None:
        """Move to the newest fully intact generation. Raises Damaged if there is none.

        This covers parts that are verified only on access, such as the sentence vectors of a large index.
        """
        self._generation = self.store.current(thorough=True)

    def _line(self, within: Filter, may: Names) -> Line:
        generation = self._generation
        analyzer = Analyzer(generation.settings.language)
        encoder = self._query_encoder(generation)
        passages = self._passage_reader(encoder) if analyzer.language == "en" else None
        checker = Checker(self._reader, analyzer, self._entails)
        return Line(
            self._part(generation, may),
            encoder,
            analyzer,
            self._writer,
            checker,
            self._threshold,
            within,
            relevance=self._relevance,
            reader=passages,
        )

    def _passage_reader(self, encoder: QueryEncoder) -> PassageReader:
        with self._lock:
            if self._passages is None:
                self._passages = self._open_passages(encoder)
            return self._passages

    def _query_encoder(self, generation: Generation) -> QueryEncoder:
        with self._lock:
            if self._encoder is None or self._encoder.settings.cutting != generation.settings.cutting:
                self._encoder = self._load(generation.settings)
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
) -> Corpus:
    """Open the store at `path`, or the `.citeback` in the folder at `path`.

    `model` names a chat model that writes the answers, `nli` a CrossEncoder that helps to verify them, and
    `rerank` one that reranks candidates. `window` overrides the chat model's context window, in tokens.

    >>> from rag import open_corpus
    >>> open_corpus("reports").ask("How many ships passed?").text     # doctest: +SKIP
    'In all, 412 ships passed the canal in 2022. [1]'

    Raises:
        NoGeneration: nothing has been indexed there; the message says what to type.
        ChatError: no chat model can be reached by that name.
        ModelError: a CrossEncoder of that name cannot be loaded.
    """
    inside = Path(path) / DEFAULT_STORE
    store = Store(inside if inside.is_dir() else Path(path))
    return Corpus(
        store,
        writer=writer_of(model, window),
        entails=entailment(nli),
        relevance=relevance_of(rerank),
    )
