"""Selects evidence for a question: which of it fits, in which order, and how much of each is cited.

A sentence about another identifier, or without the quantity asked for, does not fit. Of versions that differ,
the newest comes first. A lead-in is cited with what it announces, a list as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.permitted import Searchable
from index.terms import Analyzer
from rag.evidence import Evidence, Unit
from rag.identifiers import identifiers, is_about_another
from rag.measures import demanded
from rag.recency import newest_first, versions
from rag.units import Extent, completed, extent

UNITS = 6  # evidence expanded to what can be read alone; at least as many as a writer may quote
DIFFER = "The documents differ."


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects from the evidence of one generation."""

    generation: Searchable
    analyzer: Analyzer

    def fitting(self, question: str, ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Return the evidence with the quantity and the identifiers that a question asks for."""
        pattern, named = demanded(question), identifiers(question)
        return tuple(
            e
            for e in ranked
            if (pattern is None or pattern.search(e.text) or _is_row(e.text))
            and not (named and is_about_another(named, f"{e.document} {e.above} {e.text}"))
        )

    def unknown(self, question: str) -> tuple[str, ...]:
        """Return the identifiers of a question that occur in no document."""
        named = {each: self.analyzer.query(each) for each in identifiers(question)}
        found = self.generation.words.document_frequency([t for terms in named.values() for t in terms])
        return tuple(each for each, terms in named.items() if not all(found[term] for term in terms))

    def arranged(
        self, question: str, ranked: Sequence[Evidence]
    ) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """Return the evidence to write from, expanded to what can be read alone, and notices about it."""
        dated = newest_first(question, ranked, self._day)
        differing = versions(dated[0], dated) if dated else ()
        ordered = tuple(dict.fromkeys([*dated[:1], *sorted(differing, key=self._newest), *dated]))
        wanted = extent(question)
        units = (self._completed(e, wanted) if n < UNITS else e for n, e in enumerate(ordered))
        return tuple(units), (DIFFER,) if differing else ()

    def _newest(self, evidence: Evidence) -> tuple[int, ...]:
        return tuple(-int(part) for part in self._day(evidence.document).split("-"))

    def _completed(self, evidence: Evidence, wanted: Extent) -> Evidence:
        source = self.generation.source(evidence.document)
        span = completed(source, evidence.span, wanted)
        return evidence if span == evidence.span else replace(evidence, unit=Unit(span, span.of(source.text)))

    def _day(self, document: str) -> str:
        return self.generation.document(document).day


def _is_row(text: str) -> bool:
    """Return whether a text is a table row, whose units stand in the header."""
    return ("|" in text or "\t" in text) and any(map(str.isdigit, text))
