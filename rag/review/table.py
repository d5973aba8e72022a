"""Asks each document the same questions: a table whose cells are answered one by one.

Each question is prepared once. Within a document it is answered like any question: its passages are ranked,
read by the small model, and cited; below the threshold the cell says that the document does not say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.embedding.similarity_scale import SimilarityScale
from citeback.index.errors import SettingsError
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.confidence import THRESHOLD, confidence
from citeback.rag.drafts.named_documents import only
from citeback.rag.evidence.ranking import rank_evidence
from citeback.rag.evidence.selection import Selection
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.reader.model import PassageReader
from citeback.rag.retrieval.hybrid import retrieve
from citeback.rag.review.cell import CellSource, CellStore, TableCell
from citeback.rag.review.own_facts import Reading, lacks_period, lacks_price, own_fact_reader
from citeback.rag.review.saved_cells import cell_key
from citeback.rag.review.shortest_answer import shortest_answer

READ_PASSAGES = 4  # passages of a document that are read for one cell
BY_RULES = 0.9  # confidence of what a document states of itself beside a label
MAX_QUESTIONS, MAX_QUESTION_CHARS = 100, 2_000
VERSION = 3  # raised if cells would be answered otherwise by the same settings


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Asks questions of each document of a generation that passes `within`.

    `fingerprint` names the embedding model: with another one, saved cells are asked again.
    """

    generation: Searchable
    encoder: QueryEmbedder
    analyzer: Analyzer
    reader: PassageReader | None
    scale: SimilarityScale
    fingerprint: str
    threshold: float = THRESHOLD
    within: Filter = NO_FILTER

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the table's rows, by name."""
        return tuple(filter(self.within.allows, self.generation.documents))

    def cells(self, questions: Sequence[str], saved: CellStore | None = None) -> Iterator[TableCell]:
        """Yield the cells row by row; those that are `saved` are not asked again.

        Raises SettingsError if there are no questions, too many, or one that is blank, too long or repeated.
        """
        check_questions(questions)
        return self._cells(questions, saved)

    def _cells(self, questions: Sequence[str], saved: CellStore | None) -> Iterator[TableCell]:
        queries: dict[str, Query] = {}
        readers = {question: own_fact_reader(question) for question in questions}
        for document in self.documents:
            for question in questions:
                key = cell_key(document.sha256, question, self._settings)
                cell = saved.cell(key, document.name, question) if saved else None
                if cell is None:
                    read = readers[question]
                    cell = self._of_itself(document, question, read) if read else None
                    if cell is None or (cell.source is None and lacks_period(question, "")):
                        queries[question] = queries.get(question) or self._query(question)
                        cell = self._answered(document.name, question, queries[question])
                    if saved:
                        saved.save(key, cell)
                yield cell

    @property
    def _settings(self) -> str:
        reader = self.reader.identity.sha256 if self.reader else None
        return f"{VERSION} {self.fingerprint} {self.threshold} {reader}"

    def _query(self, question: str) -> Query:
        asked = StandaloneQuestion(question, "")
        return build_query(asked, self.encoder, self.analyzer, self.generation.lexical)

    def _answered(self, name: str, question: str, query: Query) -> TableCell:
        candidates = retrieve(self.generation, query, READ_PASSAGES, only([name]))
        evidence = rank_evidence(self.generation, query, candidates, self.encoder, self.reader, self.scale)
        ranked = Selection(self.generation, self.analyzer).filter_evidence(question, evidence)
        sure = confidence(query, ranked, self.analyzer, every=evidence)
        if not ranked or sure < self.threshold:
            return TableCell(document=name, question=question, answer="", source=None, confidence=sure)
        best = Selection(self.generation, self.analyzer).arrange(question, ranked[:1])[0][0]
        source, span = self.generation.source(name), best.cited
        quote = span.of(source.text)
        if lacks_period(question, quote) or lacks_price(question, quote):
            return TableCell(document=name, question=question, answer="", source=None, confidence=sure)
        place = CellSource(
            span=span, quote=quote, page=source.page_at(span.start), place=source.location_at(span.start)
        )
        cell = TableCell(document=name, question=question, answer="", source=place, confidence=sure)
        return replace(cell, answer=shortest_answer(question, quote, self.analyzer))

    def _of_itself(self, document: Document, question: str, read: Reading) -> TableCell:
        """Return what a document states of itself, by rules; it does not say what they do not find."""
        source = self.generation.source(document.name)
        fact = read(source, document.date)
        place = None
        if fact:
            place = CellSource(
                span=fact.span,
                quote=fact.span.of(source.text),
                page=source.page_at(fact.span.start),
                place=source.location_at(fact.span.start),
            )
        return TableCell(
            document=document.name,
            question=question,
            answer=fact.answer if fact else "",
            source=place,
            confidence=BY_RULES if fact else 0.0,
        )


def check_questions(questions: Sequence[str]) -> None:
    """Raise SettingsError unless these are questions that a table can be made of."""
    if not questions:
        raise SettingsError("There is no question.", "write one question on each line")
    if len(questions) > MAX_QUESTIONS:
        raise SettingsError(
            f"{len(questions):,} questions at once; at most {MAX_QUESTIONS} are asked.", "split the table"
        )
    for n, question in enumerate(questions, start=1):
        if not question.strip():
            raise SettingsError(f"Question {n} is blank.", "write a question, or leave the line out")
        if len(question) > MAX_QUESTION_CHARS:
            raise SettingsError(
                f"Question {n} has {len(question):,} characters; at most {MAX_QUESTION_CHARS:,} are allowed.",
                "shorten it",
            )
        if question in questions[: n - 1]:
            raise SettingsError(f"Question {n} is asked twice.", "leave one of them out")
