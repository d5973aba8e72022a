"""A question over one table -> its readings with their results. Must never know documents or faces."""

from collections.abc import Iterator
from dataclasses import dataclass

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.engine import Engine, NotComputed, Result, UnitsDiffer
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.readings import readings as all_readings
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Plan
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.reading_confidence import ReadingWeights, features, unaccounted
from citeback.rag.tables.table import Table


@dataclass(frozen=True, slots=True)
class EvaluatedReading:
    """A reading that has a result, and how likely it is right (0 to 1)."""

    reading: Reading
    result: Result
    probability: float

    @property
    def plan(self) -> Plan:
        """Return what it computes."""
        return self.reading.plan


@dataclass(frozen=True, slots=True)
class TableReadings:
    """What was made of a question over a table: the likeliest readings first, of one result each.

    `confidence` is high if the first is likely and the next, with another result, is not; it is 0 if the
    first does not account for every word. `mixed_units` says why nothing is computed where a reading that
    accounts for as many words would mix units.
    """

    words: QuestionWords
    table: Table
    evaluated: tuple[EvaluatedReading, ...]
    mixed_units: str = ""

    @property
    def confidence(self) -> float:
        """Return the confidence in the first reading, 0 to 1."""
        if not self.evaluated or self.mixed_units or unaccounted(self.evaluated[0].reading, self.words):
            return 0.0
        next_one = self.evaluated[1].probability if len(self.evaluated) > 1 else 0.0
        return self.evaluated[0].probability - next_one / 2


def compute(question: str, table: Table, analyzer: Analyzer, weights: ReadingWeights) -> TableReadings:
    """Return the readings of a question over a table, run and weighed."""
    words = QuestionWords(question, analyzer)
    best: dict[tuple[object, ...], EvaluatedReading] = {}
    mixed: tuple[int, str] = 0, ""
    for reading, result in results(words, table, analyzer):
        if isinstance(result, NotComputed):
            if isinstance(result, UnitsDiffer) and len(reading.used) > mixed[0]:
                mixed = len(reading.used), str(result)
            continue
        evaluated = EvaluatedReading(reading, result, weights.probability(features(reading, result, words)))
        known = best.get(result.values)
        if known is None or evaluated.probability > known.probability:
            best[result.values] = evaluated
    ranked = tuple(sorted(best.values(), key=lambda each: -each.probability))
    over = bool(ranked) and len(ranked[0].reading.used) > mixed[0]
    return TableReadings(words, table, ranked, "" if over else mixed[1])


def results(
    words: QuestionWords, table: Table, analyzer: Analyzer
) -> Iterator[tuple[Reading, Result | NotComputed]]:
    """Yield the readings of a question, each with its result or why it has none."""
    readings = all_readings(Mentions(words, table, analyzer))
    if not readings:
        return
    with Engine(table, analyzer) as engine:
        for reading in readings:
            try:
                yield reading, engine.run(reading.plan)
            except NotComputed as error:
                yield reading, error
