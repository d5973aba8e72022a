"""The common part of a whole corpus and a filtered one."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document, Failure, Source
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.about import Topic
from citeback.rag.answer import Answer, AnswerCompleted, Turn
from citeback.rag.conflicts.conflict import ConflictListing
from citeback.rag.conflicts.finder import ConflictSearch
from citeback.rag.drafts.check import DraftChecker
from citeback.rag.drafts.checked_claim import CheckedClaim
from citeback.rag.lists.listing import Listing, list_items
from citeback.rag.pipeline import Pipeline
from citeback.rag.protocols import AskableCorpus
from citeback.rag.review.cell import CellStore, TableCell
from citeback.rag.review.table import AnswerTable
from citeback.rag.summary.summary import DEFAULT, Summary, SummaryReader, one_document
from citeback.rag.timeline.timeline import Timeline, TimelineReader
from citeback.rag.verified_writing import VerifiedWriting
from citeback.rag.written_summary import in_own_words

PACE = 1.0  # seconds between two listings of a search that is not done
SAMPLE = 2_000  # characters by which the language of a draft is recognised


class GenerationCorpus(AskableCorpus):
    """A corpus whose documents are those of one generation at a time."""

    @property
    @abstractmethod
    def _searched(self) -> Searchable:
        """Return the generation that questions are answered from now."""

    @abstractmethod
    def _pipeline(self, within: Filter) -> Pipeline:
        """Return the pipeline over the documents that pass `within`."""

    def check_draft(self, draft: Source, within: Filter = NO_FILTER) -> Iterator[CheckedClaim]:
        """Yield every sentence of a draft with its verdict, in order, as they are checked.

        Raises SettingsError if the draft is empty or too long.
        """
        answering = self._pipeline(within).in_language_of(draft.text[:SAMPLE])
        return DraftChecker(
            generation=answering.generation,
            encoder=answering.encoder,
            checker=replace(answering.checker, claims=None),
            open_reader=answering.checker.claims,
            within=within,
        ).check(draft)

    def answer_table(
        self, questions: Sequence[str], within: Filter = NO_FILTER, saved: CellStore | None = None
    ) -> Iterator[TableCell]:
        """Yield what each document answers to each question, row by row; `saved` ones are not asked again.

        Raises SettingsError if the questions cannot be asked.
        """
        answering = self._pipeline(within)
        language = answering.analyzer.language
        return AnswerTable(
            generation=answering.generation,
            encoder=answering.encoder,
            analyzer=answering.in_language_of(" ".join(questions)).analyzer,
            reader=answering.readers.of(language, language) if answering.readers else None,
            scale=answering.scale,
            fingerprint=self.answering_parts["Embedding model"],
            threshold=answering.threshold,
            within=within,
        ).cells(questions, saved)

    def list_items(self, kind: str, within: Filter = NO_FILTER) -> Listing:
        """Return every item of a kind in the documents. Raises SettingsError for an unknown kind."""
        return list_items(self._searched, kind, within)

    def conflicts(self, within: Filter = NO_FILTER) -> ConflictListing:
        """Return the contradicting statements of different documents, most certain first."""
        return [*self.conflicts_so_far(within)][-1]

    def conflicts_so_far(self, within: Filter = NO_FILTER) -> Iterator[ConflictListing]:
        """Yield the conflicts found so far, about once a second, and at last all of them."""
        answering = self._pipeline(within)
        search = ConflictSearch(
            generation=self._searched,
            analyzer=answering.analyzer,
            within=within,
            open_reader=answering.checker.claims,
        )
        yielded = monotonic()
        for _ in search.run():
            if monotonic() > yielded + PACE:
                yield search.listing()
                yielded = monotonic()
        yield search.listing()

    def timeline(self, within: Filter = NO_FILTER, about: str = "") -> Timeline:
        """Return the dated statements in order; with `about`, those that speak of it.

        Raises SettingsError if `about` is blank or too long.
        """
        if not about:
            return TimelineReader(self._searched, within).read()
        answering = self._pipeline(within)
        topic = _topic(about, answering)
        return TimelineReader(generation=answering.generation, within=within, topic=topic).read()

    def summary(
        self, within: Filter = NO_FILTER, about: str = "", document: str = "", most: int = DEFAULT
    ) -> Summary:
        """Return the most important statements: of all documents, of one, or about a subject.

        With a chat model, they are also written anew, and each written sentence is checked. Raises
        UnknownDocument, or SettingsError if `about` is blank or too long, or `most` is out of bounds.
        """
        if document:
            within = one_document(self._searched.document(document), within)
        answering = self._pipeline(within)
        topic = _topic(about, answering) if about else None
        reader = SummaryReader(
            generation=answering.generation, within=within, topic=topic, scale=answering.scale
        )
        summary = reader.read(most)
        writing = VerifiedWriting(
            generation=answering.generation,
            analyzer=answering.analyzer,
            writer=answering.writer,
            checker=answering.checker,
        )
        return in_own_words(summary, writing)

    def ask(self, question: str, history: Sequence[Turn] = (), within: Filter = NO_FILTER) -> Answer:
        """Return the answer to a question, or a refusal (`abstained`).

        `history` holds the turns before it, oldest first; only documents that pass `within` are searched.
        Raises ModelError if the embedding model is not the one that the store was built with.
        """
        for event in self.stream(question, history, within):
            if isinstance(event, AnswerCompleted):
                return event.answer
        raise AssertionError("every question ends with AnswerCompleted")

    def source(self, document: str) -> Source:
        """Return the text that a document's spans refer to. Raises UnknownDocument."""
        return self._searched.source(document)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every document that may be seen, by name."""
        return self._searched.documents

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that may be seen and is not in the index, with the reason."""
        return self._searched.failures


def _topic(about: str, answering: Pipeline) -> Topic:
    return Topic.of(about, answering.generation, answering.encoder, answering.analyzer, scale=answering.scale)
