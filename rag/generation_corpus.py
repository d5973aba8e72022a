"""What a whole corpus and the part of it that a user sees have in common."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document, Failure, Source
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Answer, AnswerCompleted, Turn
from citeback.rag.drafts.check import DraftChecker
from citeback.rag.drafts.checked_claim import CheckedClaim
from citeback.rag.lists.listing import Listing, list_items
from citeback.rag.pipeline import Pipeline
from citeback.rag.protocols import AskableCorpus
from citeback.rag.review.cell import CellStore, TableCell
from citeback.rag.review.table import AnswerTable


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
        answering = self._pipeline(within)
        return DraftChecker(answering.generation, answering.encoder, answering.checker, within).check(draft)

    def answer_table(
        self, questions: Sequence[str], within: Filter = NO_FILTER, saved: CellStore | None = None
    ) -> Iterator[TableCell]:
        """Yield what each document answers to each question, row by row; `saved` ones are not asked again.

        Raises SettingsError if the questions cannot be asked.
        """
        answering = self._pipeline(within)
        return AnswerTable(
            generation=answering.generation,
            encoder=answering.encoder,
            analyzer=answering.analyzer,
            reader=answering.reader,
            fingerprint=self.answering_parts["Embedding model"],
            threshold=answering.threshold,
            within=within,
        ).cells(questions, saved)

    def list_items(self, kind: str, within: Filter = NO_FILTER) -> Listing:
        """Return every item of a kind in the documents. Raises SettingsError for an unknown kind."""
        return list_items(self._searched, kind, within)

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
