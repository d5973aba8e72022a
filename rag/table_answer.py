"""Questions that a table answers: computed, with the cells as citations, or refused if uncertain."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.rag.answer import Citation, Computation, Sentence, Verdict
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.retrieval.hybrid import Candidate
from citeback.rag.tables.explanation import described, sentence
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.result import Result, ResultValue
from citeback.rag.tables.table import Cell, Table, tables

GRAMMAR_LANGUAGE = "en"
FIRST_CANDIDATES = 3  # candidates whose tables are asked
MAX_TABLES = 3  # tables of one document that are asked
MAX_CHARS = 400_000  # of a document whose tables are read for a question; a longer one takes too long
MAX_CELLS = 10_000  # of a table that is computed with for a question
MAX_CITED = 10  # cells that a sentence cites
LOOKED_UP = 0.4  # confidence from which on a row is quoted that is only looked up
MOST_WAYS = 2  # ways to compute an answer that are named where it is not certain
NOT_CERTAIN = "This would have to be computed, and I am not sure how."
_HOW_MANY = re.compile(r"\bhow many (?P<unit>[^\W\d_]+)", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\d.,])\d[\d.,]* ?([^\W\d_]+)")
_COMPUTED = re.compile(
    r"\b(?:altogether|combined|how (?:many|much) (?:more|fewer|less)|how many different"
    r"|(?P<word>sum|total|average|mean|median|difference|highest|lowest|largest|smallest|biggest|fewest"
    r"|longest|shortest))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ComputedAnswer:
    """A sentence that says a result and how it was computed; the same for programs; and the confidence.

    What is only looked up, and less certain, has no `computation`: the row is quoted that seems to be meant.
    """

    sentence: Sentence
    computation: Computation | None
    confidence: float


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What tables say to a question: an answer, or why there is none, and whether it has to be computed."""

    answer: ComputedAnswer | None = None
    reasons: tuple[str, ...] = ()
    to_compute: bool = False


@dataclass(frozen=True, slots=True)
class TableAnswers:
    """Answers questions from the tables of one generation."""

    generation: Searchable
    analyzer: Analyzer

    def answer(self, question: str, within: Filter, candidates: Sequence[Candidate]) -> TableOutcome:
        """Return the answer of the table that gives the most certain one; and otherwise why there is none.

        Asked are the tables of the one document that passes `within`, or else those of the first candidates.
        Without an answer the last of the reasons says how the question may be meant, if that can be said.
        """
        if self.analyzer.language != GRAMMAR_LANGUAGE:
            return TableOutcome()
        weights = ReadingWeights.load()
        likeliest: tuple[str, Source, TableReadings] | None = None
        reasons = list[str]()
        for name, source, table in self._tables(within, candidates):
            readings = compute(question, table, self.analyzer, weights)
            reasons += [readings.mixed_units] if readings.mixed_units else []
            if readings.evaluated and (likeliest is None or readings.confidence > likeliest[2].confidence):
                likeliest = name, source, readings
        if likeliest is not None:
            name, source, readings = likeliest
            if readings.confidence >= weights.threshold:
                readings = readings.checked(self.analyzer)
            if readings.confidence >= weights.threshold:
                return TableOutcome(self._answer(name, source, readings))
            if readings.looks_up and readings.confidence >= LOOKED_UP:
                return TableOutcome(replace(self._answer(name, source, readings), computation=None))
            if not reasons:
                reasons += [_may_mean(readings)]
        to_compute = likeliest is not None and not likeliest[2].looks_up
        return TableOutcome(None, tuple(dict.fromkeys(reasons)), to_compute)

    def needs_computation(self, question: str, ranked: Sequence[Evidence], to_compute: bool) -> bool:
        """Return whether a question asks for a computation over the rows that are the best evidence.

        So it is if the likeliest reading of it computes, or if the question says so. A figure that stands
        there under the question's own word ("Total", "average price") is none, nor is "how many crowns" where
        the row says "45 crowns".
        """
        match = _COMPUTED.search(question)
        if not ranked or not _is_row(ranked[0].text):
            return False
        if match is None:
            return to_compute and not self._states_how_many(question, ranked[0].text)
        word = match["word"] or ""
        stands = self.analyzer.terms(f"{ranked[0].text} {ranked[0].context}")
        return not word or not set(self.analyzer.terms(word)) & set(stands)

    def _states_how_many(self, question: str, row: str) -> bool:
        """Return whether a row has a figure with the unit that a question asks for with "how many"."""
        asked = _HOW_MANY.search(question)
        units = self.analyzer.terms(asked["unit"]) if asked else ()
        return bool(units) and any(self.analyzer.terms(unit) == units for unit in _UNIT.findall(row))

    def _tables(self, within: Filter, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Source, Table]]:
        only = self._only_document(within)
        if only:
            source = self.generation.source(only)
            largest = sorted(self._readable(source), key=lambda each: -len(each.rows))
            yield from ((only, source, table) for table in largest[:MAX_TABLES])
            return
        seen = set[tuple[str, int]]()
        for candidate in candidates[:FIRST_CANDIDATES]:
            name, span = candidate.row.document, candidate.row.chunk.span
            source = self.generation.source(name)
            for table in self._readable(source):
                key = name, table.span.start
                if key not in seen and table.span.start < span.end and span.start < table.span.end:
                    seen.add(key)
                    yield name, source, table

    def _only_document(self, within: Filter) -> str:
        """Return the only document that passes the filter, or ""."""
        allowed = (d.name for d in self.generation.documents if within.allows(d))
        first = list(islice(allowed, 2)) if not within.empty or len(self.generation.documents) == 1 else []
        return first[0] if len(first) == 1 else ""

    def _readable(self, source: Source) -> tuple[Table, ...]:
        """Return the tables of a source that are small enough to be computed with."""
        if len(source.text) > MAX_CHARS:
            return ()
        return tuple(t for t in tables(source) if len(t.rows) * len(t.head) <= MAX_CELLS)

    @staticmethod
    def _quoted(table: Table, result: Result) -> list[tuple[Span, tuple[Span, ...]]]:
        """Return the spans to cite, each with what is marked in it.

        That is the rows that are looked up, or the only row; otherwise the cells that were computed with.
        """
        cells = [(r, table.rows[r][c].span) for r, c in dict.fromkeys(result.cells)]
        cells = [(r, span) for r, span in cells if len(span)]
        if len(set(result.rows)) > 1 and not isinstance(result.values[0], str):
            return [(span, ()) for _, span in cells]
        rows = dict.fromkeys(r for r, _ in cells)
        return [(_row_span(table.rows[r]), tuple(span for n, span in cells if n == r)) for r in rows]

    def _answer(self, name: str, source: Source, readings: TableReadings) -> ComputedAnswer:
        table, first = readings.table, readings.evaluated[0]
        plan, result = first.plan, first.result
        cells = list(dict.fromkeys(result.cells))
        spans = [span for row, column in cells if len(span := table.rows[row][column].span)]
        quoted = self._quoted(table, result)
        citations = tuple(
            Citation(
                n=n,
                document=name,
                span=span,
                quote=span.of(source.text),
                support=1.0,
                page=source.page_at(span.start),
                place=source.location_at(span.start),
                also=self.generation.duplicates_of(name),
                marks=marks,
                date=source.date,
            )
            for n, (span, marks) in enumerate(quoted[:MAX_CITED], start=1)
        )
        more = f" Cited: the first {MAX_CITED} of {len(quoted):,}." if len(quoted) > MAX_CITED else ""
        computation = Computation(
            document=name,
            plan=described(table, plan),
            result=tuple(map(_plain, result.values)),
            unit=result.unit,
            rows=_row_numbers(result),
            cells=tuple(spans),
        )
        text = f"{sentence(table, plan, result)}{more}"
        return ComputedAnswer(Sentence(text, Verdict.SUPPORTED, citations), computation, readings.confidence)


def _may_mean(readings: TableReadings) -> str:
    """Return in words the two likeliest ways to compute an answer."""
    ways = [described(readings.table, each.plan) for each in readings.evaluated]
    named = " or ".join(f"“{way}”" for way in list(dict.fromkeys(ways))[:MOST_WAYS])
    return f"It may mean {named}. Ask with the words of the table for one of them." if named else ""


def _row_span(row: Sequence[Cell]) -> Span:
    return Span(row[0].span.start, max(cell.span.end for cell in row))


def _row_numbers(result: Result) -> tuple[int, ...]:
    return tuple(row + 1 for row in dict.fromkeys(result.rows))


def _plain(value: ResultValue) -> int | float | str:
    """Return a value as JSON has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _is_row(text: str) -> bool:
    return "|" in text or "\t" in text
