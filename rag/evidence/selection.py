"""Selects evidence for a question: which of it may be cited, in which order, and how much of each.

A sentence about another identifier, or without the quantity asked for, does not fit. Of versions that differ,
the newest comes first. A lead-in is cited with what it announces, a list as a whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.evidence.answer_units import AnswerExtent, complete_span, requested_extent
from citeback.rag.evidence.antecedents import span_with_antecedents, span_with_next
from citeback.rag.evidence.identifiers import identifiers, names_another
from citeback.rag.evidence.quantities import required_content
from citeback.rag.evidence.ranking import CitedUnit, Evidence
from citeback.rag.evidence.recency import edition_year, newest_first, other_versions
from citeback.rag.evidence.subjects import begins_with_another, states_another_month
from citeback.rag.messages.catalogue import Notice
from citeback.rag.question import StandaloneQuestion, turns_to_another

UNIT_LIMIT = 6  # evidence expanded to what can be read alone; at least as many as a writer may quote
_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)\b",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(
    r"\b(?:ask(?:s|ed|ing)?|wonder(?:s|ed)?|enquire[sd]?|inquire[sd]?|discuss(?:es|ed)|want(?:s|ed)? to know"
    r"|unclear|unsure|question)\b[^.?!]{0,60}\b(?:whether|if)\b",
    re.IGNORECASE,
)
VERSIONS_DIFFER = Notice.saying("The documents differ.")


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects from the evidence of one generation."""

    generation: Searchable
    analyzer: Analyzer

    def filter_evidence(
        self, question: str, ranked: Sequence[Evidence], *, demanding: bool = True
    ) -> tuple[Evidence, ...]:
        """Return the evidence with the identifiers and, if `demanding`, the quantity that is asked for."""
        if ranked and begins_with_another(question, f"{ranked[0].context} {ranked[0].text}", ranked[0].text):
            return ()  # what is most like the question is about somebody else
        required = required_content(question) if demanding else None
        named = identifiers(question)
        fitting = tuple(
            e
            for e in ranked
            if (required is None or required.fits(e.text, e.context))
            and not states_another_month(question, f"{e.document} {e.context} {e.text}")
            and not (named and names_another(named, f"{e.document} {e.context} {e.text}"))
        )
        if not _YES_OR_NO.match(question):
            return fitting
        return tuple(e for e in fitting if not _ASKS_WHETHER.search(e.text)) or fitting

    def naming_new(self, asked: StandaloneQuestion, ranked: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """Return the evidence that names what a follow-up turns to ("And the cranes?"), if any does."""
        if not turns_to_another(asked):
            return ranked
        carried = set(self.analyzer.query_terms(asked.context))
        new = set(self.analyzer.query_terms(asked.question)) - carried
        return tuple(e for e in ranked if not new.isdisjoint(self.analyzer.query_terms(e.text))) or ranked

    def unknown_identifiers(self, question: str) -> tuple[str, ...]:
        """Return the identifiers of a question that occur in no document."""
        named = {each: self.analyzer.query_terms(each) for each in identifiers(question)}
        result = self.generation.lexical.document_frequency([t for terms in named.values() for t in terms])
        return tuple(each for each, terms in named.items() if not all(result[term] for term in terms))

    def arrange(
        self, question: str, ranked: Sequence[Evidence]
    ) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """Return the evidence to write from, expanded to what can be read alone, and notices about it."""
        as_specific = partial(self._is_as_specific, question)
        dated = newest_first(question, ranked, self._document_date, as_specific)
        versions = other_versions(dated[0], dated) if dated else ()
        found = [e for e in versions if as_specific(dated[0], e)]
        differing = [replace(e, differs=True) for e in sorted(found, key=self._prefer_newest)]
        ordered = (*dated[:1], *differing, *(e for e in dated[1:] if e not in found))
        wanted = requested_extent(question)
        units = (
            self._complete(e, wanted, question if n == 0 else "") if n < UNIT_LIMIT else e
            for n, e in enumerate(ordered)
        )
        return tuple(units), (VERSIONS_DIFFER,) if differing else ()

    def _is_as_specific(self, question: str, first: Evidence, other: Evidence) -> bool:
        """Return whether evidence has the words of the question that the top evidence has, such as a name."""
        asked = set(self.analyzer.query_terms(question))
        return asked & self._terms(first) <= self._terms(other)

    def _terms(self, evidence: Evidence) -> set[str]:
        return set(self.analyzer.terms(f"{evidence.context} {evidence.text}"))

    def _prefer_newest(self, evidence: Evidence) -> tuple[int, ...]:
        return tuple(-int(part) for part in self._document_date(evidence.document).split("-"))

    def _complete(self, evidence: Evidence, wanted: AnswerExtent, question: str) -> Evidence:
        source = self.generation.source(evidence.document)
        span = span_with_antecedents(self.generation, evidence)
        if wanted is AnswerExtent.SENTENCE and question:
            span = span_with_next(self.generation, evidence, span, question, self.analyzer)
        span = complete_span(source, span, wanted, question)
        return (
            evidence
            if span == evidence.span
            else replace(evidence, unit=CitedUnit(span, span.of(source.text)))
        )

    def _document_date(self, document: str) -> str:
        """Return the date a document states, else the year in its name or title, else its file's date."""
        known = self.generation.document(document)
        return known.date or edition_year(known.name, known.title) or known.day
