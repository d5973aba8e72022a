"""Answers questions from tables: computed, with cells as citations, or refused if uncertain."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.rag.computed_answer import (
    AskedTable,
    ComputedAnswer,
    computed_answer,
    counted_result,
    listed_result,
)
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.file_layouts import FileLayouts, TooLarge
from citeback.rag.linked_question import LinkedQuestion
from citeback.rag.retrieval.hybrid import Candidate
from citeback.rag.tables.chosen_way import MAY_MEAN, with_way, without_way
from citeback.rag.tables.continued_question import ContinuedQuestion
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.likeliest_ways import likeliest_ways, read_as
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.result import NotComputed
from citeback.rag.tables.table import MOST_CELLS, MOST_CHARS, Table, tables
from citeback.rag.tables.table_heads import Cell

GRAMMAR_LANGUAGE = "en"
FIRST_CANDIDATES = 3  # candidates whose tables are asked
LONG_KINDS = ("csv", "sheet")  # of documents that may be one long table
MAX_TABLES = 3  # tables of one document that are asked
LOOKED_UP = 0.4  # confidence from which on a row is quoted that is only looked up
SURELY, LIKELY = 0.9, 1.0
"""Confidence and reader's logit from which on a sentence answers rather than a table."""
CHOOSE = "To choose, end the question with one of them in [brackets]."
NOT_CERTAIN = "This would have to be computed, and I am not sure how."
_HOW_MANY = re.compile(r"\bhow many (?P<unit>[^\W\d_]+)", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\d.,])\d[\d.,]* ?([^\W\d_]+)")
_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)\b", re.IGNORECASE
)
MOST_HEAD_WORDS = 3  # of a head that ends as a sentence does
_COMPUTED = re.compile(
    r"\b(?:altogether|combined|how (?:many|much) (?:more|fewer|less)|how many different"
    r"|(?P<word>sum|total|average|mean|median|difference|highest|lowest|largest|smallest|biggest|fewest"
    r"|longest|shortest))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """The outcome for a question: an answer, or the reason for none, and whether it needs a computation.

    `ways` are the questions that say which of the likeliest readings is meant; `of_files` says that several
    files were asked as one table. `another` are the documents whose rows are about what the question
    names, but do not say what is asked.
    """

    answer: ComputedAnswer | None = None
    reasons: tuple[str, ...] = ()
    to_compute: bool = False
    ways: tuple[str, ...] = ()
    of_files: bool = False
    another: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableAnswers:
    """Answers questions from the tables of one generation."""

    generation: Searchable
    analyzer: Analyzer
    weights: ReadingWeights
    large: LargeTables

    def answer(
        self, question: str, within: Filter, candidates: Sequence[Candidate], earlier: str = ""
    ) -> TableOutcome:
        """Return the most certain answer of any table, or else the reason why there is none.

        Asked are the tables of the one document that passes `within`, or else those of the first candidates.
        Without an answer the last of the reasons says how the question may be meant, if that can be said. A
        question that ends with one of these ways in square brackets is read that way. One that goes on from
        an `earlier` one is read as that one with what is new instead.
        """
        if self.analyzer.language != GRAMMAR_LANGUAGE:
            return TableOutcome()
        asked, way = without_way(question)
        likeliest: tuple[AskedTable, TableReadings] | None = None
        reasons, lacking, another = list[str](), list[str](), set[str]()
        continued = ContinuedQuestion(question=asked, earlier=earlier, analyzer=self.analyzer)
        for each in self._tables(f"{asked} {earlier}".rstrip(), within, candidates, reasons):
            whole = continued.over(each.table) if earlier else asked
            if not whole:
                continue
            readings = compute(whole, each.table, self.analyzer, self.weights, whole=each.large is None)
            readings = read_as(readings, way) if way else readings
            reasons += [readings.mixed_units] if readings.mixed_units else []
            lacking += [f"{each.document} {readings.lacking}."] if readings.lacking else []
            another |= {each.document} if readings.asks_for_another else set()
            if readings.evaluated and (likeliest is None or readings.confidence > likeliest[1].confidence):
                likeliest = each, readings
        if not earlier and not way and (likeliest is None or not likeliest[1].literal):
            both = LinkedQuestion(generation=self.generation, analyzer=self.analyzer, candidates=candidates)
            likeliest = both.likeliest(asked) or likeliest
        if likeliest is None:
            return TableOutcome(reasons=tuple(dict.fromkeys([*reasons, *lacking])), to_compute=bool(lacking))
        outcome = self._outcome("" if earlier or lacking else asked, *likeliest, [*reasons, *lacking])
        return replace(outcome, another=frozenset(another))

    def _outcome(
        self, question: str, asked: AskedTable, readings: TableReadings, reasons: list[str]
    ) -> TableOutcome:
        """Return the answer of the likeliest readings, if they are certain enough.

        Ways to read it are named for a `question` that stands alone.
        """
        looks_up = readings.looks_up and readings.confidence >= LOOKED_UP and readings.takes_noun
        if readings.confidence >= self.weights.threshold or looks_up:
            try:
                return self._certain_answer(asked, readings, looks_up)
            except NotComputed as error:
                reasons += [f"{error}."] if str(error) else []
        ways = likeliest_ways(readings) if question and not reasons else []
        named = " or ".join(f"“{way}”" for way in ways)
        reasons += [f"{MAY_MEAN} {named}. {CHOOSE}"] if named else []
        questions = tuple(with_way(question, way) for way in ways)
        return TableOutcome(
            answer=None,
            reasons=tuple(dict.fromkeys(reasons)),
            to_compute=not readings.looks_up,
            ways=questions,
            of_files=asked.joined is not None,
        )

    def _certain_answer(self, asked: AskedTable, readings: TableReadings, looks_up: bool) -> TableOutcome:
        """Return the answer of certain readings. Raises NotComputed if the database finds none."""
        certain = readings.confidence >= self.weights.threshold
        if certain and asked.large is None:
            certain = readings.checked(self.analyzer).confidence > 0
        if not certain and not looks_up:
            raise NotComputed("")
        said = counted_result(readings, asked.large) if asked.large else listed_result(readings)
        return TableOutcome(computed_answer(self.generation, asked, readings, said, certain))

    def is_said_elsewhere(
        self, question: str, ranked: Sequence[Evidence], confidence: float, answer: ComputedAnswer
    ) -> bool:
        """Return whether the documents answer a question better in words than a table does with `answer`.

        They do if a sentence of another document surely (`confidence`) answers a question that names no
        computation. And if a question that wants a yes or a no gets values, the table does not answer it.
        """
        if _YES_OR_NO.match(question) and not answer.sentence.text.casefold().startswith(("yes", "no")):
            return True
        if not ranked or _COMPUTED.search(question) or _is_row(ranked[0].text):
            return False
        surely = confidence >= SURELY and ranked[0].features.answer_logit >= LIKELY
        return surely and all(c.document != ranked[0].document for c in answer.sentence.citations)

    def quotes_another(self, question: str, ranked: Sequence[Evidence], outcome: TableOutcome) -> bool:
        """Return whether the best evidence is a row of a table that does not say what is asked.

        For a yes or a no, a row may say it in other words.
        """
        if outcome.answer or not ranked or _YES_OR_NO.match(question):
            return False
        first = ranked[0]
        stated = set(self.analyzer.terms(f"{first.context} {first.text}"))
        says_it = set(self.analyzer.query_terms(question)) <= stated  # "The gate was cast in 1871."
        return first.document in outcome.another and _is_row(first.text) and not says_it

    def needs_computation(self, question: str, ranked: Sequence[Evidence], outcome: TableOutcome) -> bool:
        """Return whether a question asks for a computation over the rows that are the best evidence.

        So it is if the likeliest reading of it computes, or if the question says so. A figure that stands
        there under the question's own word ("Total", "average price") is none, nor is "how many crowns" where
        the row says "45 crowns". The total that one of several files states is not that of all.
        """
        match = _COMPUTED.search(question)
        if not ranked or not _is_row(ranked[0].text):
            return False
        if match is None:
            return outcome.to_compute and not self._states_how_many(question, ranked[0].text)
        word = match["word"] or ""
        stands = self.analyzer.terms(f"{ranked[0].text} {ranked[0].context}")
        return outcome.of_files or not word or not set(self.analyzer.terms(word)) & set(stands)

    def _states_how_many(self, question: str, row: str) -> bool:
        """Return whether a row has a figure with the unit that a question asks for with "how many"."""
        asked = _HOW_MANY.search(question)
        units = self.analyzer.terms(asked["unit"]) if asked else ()
        return bool(units) and any(self.analyzer.terms(unit) == units for unit in _UNIT.findall(row))

    def _tables(
        self, question: str, within: Filter, candidates: Sequence[Candidate], reasons: list[str]
    ) -> Iterator[AskedTable]:
        """Yield the tables to ask; those of one layout as one. `reasons` get why some are not asked."""
        joined, seen = FileLayouts(generation=self.generation, within=within), set[tuple[str, int]]()
        for each in self._own_tables(question, within, candidates, reasons):
            if (each.document, each.place) in seen:
                continue
            try:
                if not each.large and joined.is_outdated(question, each.document, each.heads):
                    continue
                found = None if each.large else joined.joined(question, each.document, each.heads)
            except TooLarge as error:
                reasons.append(str(error))
                continue
            if found is None:
                yield each
                continue
            seen |= {(file.document, file.place) for file in found.files}
            yield replace(each, table=found.table, joined=found)

    def _own_tables(
        self, question: str, within: Filter, candidates: Sequence[Candidate], reasons: list[str]
    ) -> Iterator[AskedTable]:
        """Yield the tables of the one document that passes the filter, or else of the first candidates."""
        only = self._only_document(within)
        if only and (large := self._large(question, only, reasons)):
            yield large
            return
        if only:
            source = self.generation.source(only)
            largest = sorted(self._readable(source), key=lambda each: -len(each[1].rows))
            yield from (
                AskedTable(document=only, source=source, place=place, table=table)
                for place, table in largest[:MAX_TABLES]
            )
            return
        seen = set[tuple[str, int]]()
        for candidate in candidates[:FIRST_CANDIDATES]:
            name, span = candidate.row.document, candidate.row.chunk.span
            if large := None if (name, 0) in seen else self._large(question, name, reasons):
                seen.add((name, 0))
                yield large
                continue
            source = self.generation.source(name)
            for place, table in self._readable(source):
                key = name, table.span.start
                if key not in seen and table.span.start < span.end and span.start < table.span.end:
                    seen.add(key)
                    yield AskedTable(document=name, source=source, place=place, table=table)

    def _large(self, question: str, name: str, reasons: list[str]) -> AskedTable | None:
        """Return the long table that a document is, with the rows that a question may mean.

        None if it is none; `reasons` get why a long document cannot be asked.
        """
        document = self.generation.document(name)
        if document.chars <= MOST_CHARS or document.kind not in LONG_KINDS:
            return None
        try:
            opened = self.large.opened(document.sha256, lambda: self.generation.source(name), self.analyzer)
        except NotComputed as error:
            reasons.append(f"{name} has {document.chars:,} characters: {error}.")
            return None
        sample = opened.sample(question)
        return AskedTable(document=name, source=opened.source, place=0, table=sample, large=opened)

    def _only_document(self, within: Filter) -> str:
        """Return the only document that passes the filter, or ""."""
        allowed = (d.name for d in self.generation.documents if within.allows(d))
        first = list(islice(allowed, 2)) if not within.empty or len(self.generation.documents) == 1 else []
        return first[0] if len(first) == 1 else ""

    def _readable(self, source: Source) -> tuple[tuple[int, Table], ...]:
        """Return the tables of a source that are small enough to be computed with, each with its place."""
        if len(source.text) > MOST_CHARS:
            return ()
        found = enumerate(tables(source))
        small = ((place, t) for place, t in found if len(t.rows) * len(t.head) <= MOST_CELLS)
        # A column that is called a question or a sentence holds no values of one kind.
        return tuple((place, t) for place, t in small if not any(map(_states, t.head)))


def _is_row(text: str) -> bool:
    return "|" in text or "\t" in text


def _states(head: Cell) -> bool:
    return head.text.rstrip().endswith((".", "?", "!")) and len(head.text.split()) > MOST_HEAD_WORDS
