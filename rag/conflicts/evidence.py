"""Detects contradictions in the evidence for a question, and puts the newest statement first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.conflicts.comparison import ComparedStatement, StatementComparer
from citeback.rag.conflicts.judge import LISTED, READ_FROM, likelihood
from citeback.rag.conflicts.profile import StatementProfile
from citeback.rag.conflicts.reading import read_pair
from citeback.rag.conflicts.series import relation, series_member
from citeback.rag.evidence.ranking import SCORE_MARGIN, Evidence
from citeback.rag.reader.model import ClaimReader

COMPARED = 6  # sentences that the first one is compared with
COSINE = 0.7  # that of two sentences which answer one question, since it is not known


@dataclass(frozen=True, slots=True)
class DifferingEvidence:
    """Compares the evidence of one generation."""

    generation: Searchable
    analyzer: Analyzer
    open_reader: Callable[[], ClaimReader | None] | None = None

    def newest_first(self, ranked: Sequence[Evidence]) -> tuple[tuple[Evidence, ...], bool]:
        """Return the evidence, and whether some of it contradicts the first sentence.

        If so, that sentence and those that contradict it come first, by the dates of their documents.
        """
        if not ranked or self.analyzer.language != "en":
            return tuple(ranked), False
        first = ranked[0]
        near = [
            e for e in ranked[1:] if e.score >= first.score - SCORE_MARGIN and e.document != first.document
        ]
        against = [each for each in near[:COMPARED] if self._conflicts(first, each)]
        if not against:
            return tuple(ranked), False
        sides = sorted([first, *against], key=self._day, reverse=True)
        marked = [replace(each, differs=True) for each in sides]
        return (*marked, *(e for e in ranked if e not in sides)), True

    def _conflicts(self, one: Evidence, other: Evidence) -> bool:
        members = [series_member(self.generation.document(each.document)) for each in (one, other)]
        statements = self._statement(one), self._statement(other)
        difference = StatementComparer({}).compare(*statements, COSINE, relation(*members))
        if difference is None or likelihood(difference) < READ_FROM:
            return False
        reader = self.open_reader() if self.open_reader else None
        first, second = (each.profile.text.strip() for each in statements)
        reading = read_pair(first, second, difference, reader) if reader else None
        return likelihood(difference, reading) >= LISTED

    def _statement(self, evidence: Evidence) -> ComparedStatement:
        text = " ".join(evidence.text.split())
        title = self.generation.document(evidence.document).title
        above = self.analyzer.terms(f"{title} {evidence.context}")
        return ComparedStatement(StatementProfile(text, self.analyzer), frozenset(above))

    def _day(self, evidence: Evidence) -> str:
        return self.generation.document(evidence.document).day
