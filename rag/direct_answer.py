"""Answers that nobody writes: a count, a list of items, a document as a whole, the result of a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.rag.answer import Computation, Sentence
from citeback.rag.computed_answer import ComputedAnswer
from citeback.rag.counting import count_sentence, counted_phrase, mentions, no_mention_message
from citeback.rag.evidence_search import QuestionEvidence
from citeback.rag.listed_answer import (
    MAX_DOCUMENTS,
    coverage_notices,
    item_sentences,
    listed_kind,
    too_many_message,
)
from citeback.rag.lists.listing import list_items
from citeback.rag.overview import SURE, named_document, overview, requested
from citeback.rag.retrieval.hybrid import Candidate
from citeback.rag.stage_clock import StageClock
from citeback.rag.table_answer import NOT_CERTAIN, TableAnswers, TableOutcome
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.reading_confidence import ReadingWeights


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """Sentences that come before anything is written: a count, a whole document, the result of a table."""

    sentences: tuple[Sentence, ...]
    confidence: float
    computation: Computation | None = None


@dataclass(frozen=True, slots=True)
class DirectAnswers:
    """Answers over the documents that pass `within`, without a writer.

    `weights` rank what may be computed over tables; `large` keeps the long table that was asked last.
    """

    generation: Searchable
    analyzer: Analyzer
    within: Filter
    threshold: float
    weights: ReadingWeights | None
    large: LargeTables | None

    def answer(
        self,
        evidence: QuestionEvidence,
        computed: ComputedAnswer | None,
        sure: float,
        clock: StageClock,
        notices: list[str],
    ) -> DirectAnswer | None:
        """Return the answer that needs no writer, None if there is none; `computed` is what tables say."""
        if what := counted_phrase(evidence.question):
            with clock("count"):
                return DirectAnswer(tuple(self._count(what, notices)), 1.0)
        if kind := listed_kind(evidence.question):
            with clock("list"):
                return DirectAnswer(tuple(self._listed(kind, notices)), 1.0)
        if whole := self._overview(evidence.question, evidence.candidates):
            return DirectAnswer((whole,), max(sure, SURE))
        if computed:
            sure = max(sure, computed.confidence, self.threshold)
            return DirectAnswer(
                sentences=(computed.sentence,), confidence=sure, computation=computed.computation
            )
        return None

    def computed(self, evidence: QuestionEvidence, notices: list[str]) -> TableOutcome:
        """Return what tables say to a question; add a notice if it is uncertain how to compute an answer."""
        asked = evidence.asked
        if evidence.unknown or counted_phrase(asked.question) or listed_kind(asked.question):
            return TableOutcome()
        answers = TableAnswers(
            generation=self.generation,
            analyzer=self.analyzer,
            weights=self.weights or ReadingWeights.load(),
            large=self.large or LargeTables(),
        )
        question, ranked = asked.question, evidence.ranked
        outcome = answers.answer(question, self.within, evidence.candidates, asked.context)
        question = f"{asked.context} {question}".lstrip()
        if outcome.answer and answers.is_said_elsewhere(
            question, ranked, evidence.confidence, outcome.answer
        ):
            return TableOutcome()
        if answers.quotes_another(question, ranked, outcome):
            return outcome
        if not outcome.answer and answers.needs_computation(question, ranked, outcome):
            notices += [NOT_CERTAIN, *outcome.reasons]
        return replace(outcome, another=frozenset())

    def _overview(self, question: str, candidates: Sequence[Candidate]) -> Sentence | None:
        """Return the document that a question asks about as a whole, or its chapters; None otherwise."""
        wanted = requested(question)
        if wanted is None:
            return None
        documents = [candidate.row.document for candidate in candidates]
        name = named_document(self.generation, self.analyzer, wanted.what, documents)
        return overview(self.generation, name, wanted) if name else None

    def _listed(self, kind: str, notices: list[str]) -> list[Sentence]:
        """Return a sentence for each item of a kind in all documents; notices say how many were read."""
        documents = sum(map(self.within.allows, self.generation.documents))
        if documents > MAX_DOCUMENTS:
            notices.append(too_many_message(kind, documents))
            return []
        listing = list_items(self.generation, kind, self.within)
        notices[:] = coverage_notices(listing)  # spelling and unknown words do not matter to a list
        return list(item_sentences(self.generation, listing.items))

    def _count(self, what: str, notices: list[str]) -> list[Sentence]:
        """Return the count over all searched documents; if it is zero, add a notice instead."""
        searched = sum(map(self.within.allows, self.generation.documents))
        results = mentions(self.generation, self.analyzer, what, self.within)
        if not results:
            notices.append(no_mention_message(what, searched))
            return []
        return [count_sentence(self.generation, what, results, searched)]
