"""A question over one table -> its readings with their results."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.asked_thing import lists_properties, looks_up
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.engine import Engine
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.readings import readings as all_readings
from citeback.rag.tables.grammar.requirements import Requirements
from citeback.rag.tables.linked_tables import LinkedTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.literal.literal_reading import LiteralReading
from citeback.rag.tables.literal.property_reading import PropertyReading
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Aggregate, Measure, Plan, aggregates
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.reading_confidence import (
    ASKS_FOR_ANOTHER,
    ReadingWeights,
    ScoredReading,
    confidence_features,
    ranked_results,
)
from citeback.rag.tables.reading_features import ReadingFeatures, unaccounted
from citeback.rag.tables.result import NotComputed, Result, UnitsDiffer
from citeback.rag.tables.table import Table

MOST_EVALUATED = 4  # results of a question that are kept


@dataclass(frozen=True, slots=True)
class EvaluatedReading:
    """A reading with a result, and the probability (0 to 1) of that among all results.

    `suggestible` if it accounts for every figure and for most words of the question; `takes_noun` unless the
    thing that is asked for is named nowhere in the table.
    """

    reading: Reading
    result: Result
    probability: float
    suggestible: bool = True
    takes_noun: bool = True

    @property
    def plan(self) -> Plan:
        """Return its plan."""
        return self.reading.plan


@dataclass(frozen=True, slots=True)
class TableReadings:
    """What was made of a question over a table: the likeliest readings first, of one result each.

    `confidence` is how likely the first is right; `mixed_units` says why nothing is computed where a reading
    that accounts for as many words would mix units, `lacking` what the table has not that the question names.
    `asks_for_another` if the first only finds rows, and not what is asked for. `literal` if every word of the
    question is accounted for by the first.
    """

    table: Table
    evaluated: tuple[EvaluatedReading, ...]
    confidence: float
    mixed_units: str = ""
    lacking: str = ""
    asks_for_another: bool = False
    literal: bool = False

    @property
    def looks_up(self) -> bool:
        """Return whether the likeliest reading only takes cells of the rows that the question names."""
        return bool(self.evaluated) and looks_up(self.evaluated[0].plan)

    @property
    def takes_noun(self) -> bool:
        """Return whether the likeliest reading takes the thing that is asked for, by the table's words."""
        return bool(self.evaluated) and self.evaluated[0].takes_noun

    def checked(self, analyzer: Analyzer) -> "TableReadings":
        """Return the reading, computed by the database as well; without confidence if the results differ."""
        first = self.evaluated[0]
        try:
            with Engine(self.table, analyzer) as engine:
                computed = engine.run(first.plan)
        except NotComputed:
            return replace(self, confidence=0.0)
        alike = (computed.values, computed.cells) == (first.result.values, first.result.cells)
        return self if alike else replace(self, confidence=0.0)


def compute(
    question: str, table: Table, analyzer: Analyzer, weights: ReadingWeights, *, whole: bool = True
) -> TableReadings:
    """Return the readings of a question over a table, run and weighed.

    Over some rows, not the `whole` of a table, none is literal: what is unique in it is not known.
    """
    extended = with_derived(table)
    asked = QuestionOnTable(Mentions(QuestionWords(question, analyzer), extended, analyzer))
    queries = ListQueries(extended, asked.mentions.row_terms)
    if whole and (literal := _literal(asked, queries)):
        return TableReadings(table=extended, evaluated=(literal,), confidence=1.0, literal=True)
    mixed: tuple[int, str] = 0, ""
    computed: list[tuple[Reading, Result]] = []
    for reading, result in results(asked, queries):
        if not isinstance(result, NotComputed):
            computed.append((reading, result))
        elif isinstance(result, UnitsDiffer) and not reading.composed and len(reading.used) > mixed[0]:
            mixed = len(reading.used), str(result)
    features = ReadingFeatures(asked, queries)
    scored = [
        ScoredReading(
            result=result.values, features=(found := features.of(reading, result)), score=weights.score(found)
        )
        for reading, result in computed
    ]
    ranked = ranked_results(scored)
    if not ranked:
        return TableReadings(
            table=extended,
            evaluated=(),
            confidence=0.0,
            mixed_units=mixed[1],
            lacking=Requirements(asked).lacking,
        )
    evaluated = tuple(
        _ranked(asked, *computed[one.best], probability=one.share) for one in ranked[:MOST_EVALUATED]
    )
    over = len(evaluated[0].reading.used) > mixed[0]
    found = confidence_features(scored, ranked)
    confidence = weights.probability(found)
    said = "" if over else mixed[1]
    return TableReadings(
        table=extended,
        evaluated=evaluated,
        confidence=0.0 if said else confidence,
        mixed_units=said,
        asks_for_another=bool(found.get(ASKS_FOR_ANOTHER)),
    )


def _ranked(asked: QuestionOnTable, reading: Reading, result: Result, probability: float) -> EvaluatedReading:
    """Return a reading with its result, and how well it fits the question."""
    return EvaluatedReading(
        reading=reading,
        result=result,
        probability=probability,
        suggestible=_suggestible(reading, asked.words),
        takes_noun=_takes_noun(reading, asked),
    )


def linked_reading(question: str, linked: LinkedTable, analyzer: Analyzer) -> TableReadings | None:
    """Return the literal reading of a question over two linked tables; None unless it is about both."""
    asked = QuestionOnTable(Mentions(QuestionWords(question, analyzer), linked.table, analyzer))
    queries = ListQueries(linked.table, asked.mentions.row_terms)
    reading = LiteralReading(question=asked, queries=queries, link=linked.key).reading()
    first = None if reading is None or not _takes_both(reading.plan, linked) else _evaluated(reading, queries)
    return (
        TableReadings(table=linked.table, evaluated=(first,), confidence=1.0, literal=True) if first else None
    )


def _takes_both(plan: Plan, linked: LinkedTable) -> bool:
    """Return whether a plan takes something of both tables: their columns, or the rows of the first."""
    if not isinstance(plan, Aggregate) or plan.measure is Measure.DISTINCT:
        return False
    columns = {c.column for c in plan.rows.where} | ({plan.column} if plan.column is not None else set())
    sides = {linked.is_second(column) for column in columns}
    return sides == {True, False} or (sides == {True} and plan.measure is Measure.COUNT)


def _literal(asked: QuestionOnTable, queries: ListQueries) -> EvaluatedReading | None:
    """Return the reading of a question that has one literally, with its result."""
    reading = PropertyReading(asked).reading() or LiteralReading(asked, queries).reading()
    if reading is None or (lists_properties(asked.table) and not looks_up(reading.plan)):
        return None
    return _evaluated(reading, queries)


def _evaluated(reading: Reading, queries: ListQueries) -> EvaluatedReading | None:
    """Return a literal reading with its result; None if it has none."""
    try:
        result = PlanRunner(queries.table, queries).run(reading.plan)
    except NotComputed:
        return None
    return EvaluatedReading(reading=reading, result=result, probability=1.0)


def _suggestible(reading: Reading, words: QuestionWords) -> bool:
    left = unaccounted(reading, words)
    content = sum(not words.is_filler(n) for n in range(len(words)))
    return 2 * len(left) <= content and not any(words.texts[n][0].isdigit() for n in left)


def _takes_noun(reading: Reading, asked: QuestionOnTable) -> bool:
    """Return whether the column that a reading takes is named by the thing that is asked for.

    The column that says what a row is about may have another head: "Which towns" of a column Name.
    """
    by_default = reading.features.get("target key", 0.0) or reading.features.get("target any", 0.0)
    if not by_default or not asked.noun:
        return True
    held = {c.column for each in aggregates(reading.plan) for c in each.rows.where}
    known = set(asked.mentions.terms(asked.table.title)).union(*asked.mentions.heads)
    named = bool(known & set(asked.words.words[asked.noun[-1]].terms))
    taken = {each.column for each in aggregates(reading.plan)}
    return named or not taken & held


def results(
    question: QuestionOnTable, queries: ListQueries
) -> Iterator[tuple[Reading, Result | NotComputed]]:
    """Yield the readings of a question, each with its result or why it has none.

    Properties of one thing are only looked up: they are no column of figures.
    """
    runner, properties = PlanRunner(question.table, queries), lists_properties(question.table)
    for reading in all_readings(question, queries):
        if properties and not looks_up(reading.plan):
            continue
        try:
            yield reading, runner.run(reading.plan)
        except NotComputed as error:
            yield reading, error
