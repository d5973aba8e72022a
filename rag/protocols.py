"""The interface of a corpus for the rest of the program: its documents, and answers about them.

`citeback.rag.corpus.Corpus` holds a whole index, `citeback.rag.filtered_corpus.RestrictedCorpus` the part
of it that a user may see.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from citeback.index.records import Document, Failure, Source
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Answer, AnswerEvent, Passage, Turn
from citeback.rag.confidence import AnswerSettings
from citeback.rag.conflicts.conflict import ConflictListing
from citeback.rag.drafts.checked_claim import CheckedClaim
from citeback.rag.lists.listing import Listing
from citeback.rag.review.cell import CellStore, TableCell
from citeback.rag.summary.summary import DEFAULT, Summary
from citeback.rag.timeline.timeline import Timeline


class BrowsableCorpus(Protocol):
    """Indexed documents to list and read."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document, by name."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that is not in the index, with the reason."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the absolute paths of the folders that the documents came from."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Return warnings about the store."""

    def source(self, document: str) -> Source:
        """Return the text that a document's spans refer to. Raises UnknownDocument."""


class AskableCorpus(BrowsableCorpus, Protocol):
    """Indexed documents that also answer questions."""

    @property
    def answering_parts(self) -> Mapping[str, str]:
        """Return a description of what produces the answers."""

    def ask(self, question: str, history: Sequence[Turn] = (), within: Filter = NO_FILTER) -> Answer:
        """Return the answer to a question, or a refusal (`abstained`)."""

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = NO_FILTER,
        settings: AnswerSettings | None = None,
    ) -> Iterator[AnswerEvent]:
        """Yield the events of an answer, the last of which is one AnswerCompleted."""

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = NO_FILTER
    ) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first, without an answer."""

    def check_draft(self, draft: Source, within: Filter = NO_FILTER) -> Iterator[CheckedClaim]:
        """Yield every sentence of a draft with its verdict, in order."""

    def answer_table(
        self, questions: Sequence[str], within: Filter = NO_FILTER, saved: CellStore | None = None
    ) -> Iterator[TableCell]:
        """Yield what each document answers to each question, row by row; `saved` ones are not asked again."""

    def list_items(self, kind: str, within: Filter = NO_FILTER) -> Listing:
        """Return every item of a kind in the documents."""

    def conflicts(self, within: Filter = NO_FILTER) -> ConflictListing:
        """Return the contradicting statements of different documents, most certain first."""

    def conflicts_so_far(self, within: Filter = NO_FILTER) -> Iterator[ConflictListing]:
        """Yield the conflicts found so far, about once a second, and at last all of them."""

    def timeline(self, within: Filter = NO_FILTER, about: str = "") -> Timeline:
        """Return the dated statements in order; with `about`, those that speak of it."""

    def summary(
        self, within: Filter = NO_FILTER, about: str = "", document: str = "", most: int = DEFAULT
    ) -> Summary:
        """Return the statements that say most: of all documents, of one, or about something."""
