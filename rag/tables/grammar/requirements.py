"""What a question requires of a reading for certain: the measure, the range of years, the quantity.

A reading that does otherwise is none, however likely its other words make it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.bounds import FigureBound
from citeback.rag.tables.grammar.changes import AskedChange
from citeback.rag.tables.grammar.measured_figures import MeasuringColumns, named_measure
from citeback.rag.tables.grammar.named_years import absent_years
from citeback.rag.tables.grammar.patterns import DIFFERENCE
from citeback.rag.tables.grammar.quantities import asks_quantity, quantity_column
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.measure_words import ADJECTIVES
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    Condition,
    HeadRanking,
    Measure,
    Operation,
    Operator,
    Plan,
    aggregates,
)

FIGURES = (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)
_COUNTS = (Measure.COUNT, Measure.DISTINCT)
_ROWS = re.compile(r" how many (?:rows|lines|records|entries) ")
_AMOUNT = re.compile(r" (?:how much|total|sum|combined|altogether) ")
_NUMBER = re.compile(r" (?:how (?:many|often)|numbers? of|count|times) ")


@dataclass(frozen=True)
class Requirements:
    """What one question requires of its readings."""

    question: QuestionOnTable

    def met(self, plan: Plan) -> bool:
        """Return whether a plan does what is required."""
        if self.absent:
            return False
        conditions = frozenset(_conditions(plan))
        if not all(conditions.intersection(bound.conditions) for bound in self._certain_bounds):
            return False
        if self._changes and not (isinstance(plan, Combination) and plan.operation is Operation.LESS):
            return False
        if self._is_of_rows and not (isinstance(plan, Aggregate) and plan.measure is Measure.COUNT):
            return False
        if self._is_amount and isinstance(plan, Aggregate) and plan.measure in _COUNTS:
            return False
        if self._quantity is not None and not _takes(plan, self._quantity):
            return False
        return all(columns & _compared(plan) for columns in self._measuring)

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Return the years that the question names and that no row of the table is of."""
        return absent_years(self.question)

    @property
    def lacking(self) -> str:
        """Return what a table has not that the question names: "has no row for 2025"; "" if nothing."""
        if self.absent:
            return f"has no row for {' or '.join(self.absent)}"
        if any(bound.measured and not bound.conditions for bound in self.question.bounds):
            return "has no column for what is compared"
        return ""

    @cached_property
    def _changes(self) -> bool:
        return next(AskedChange(self.question).readings(), None) is not None

    @cached_property
    def _certain_bounds(self) -> tuple[FigureBound, ...]:
        """Return the comparisons of which a reading has to have one of the conditions."""
        return tuple(b for b in self.question.bounds if b.measured or self._is_range(b))

    def _is_range(self, bound: FigureBound) -> bool:
        """Return whether a comparison is a range of rows, whose ends are not compared with one another."""
        timely = bool(bound.ends) or any(
            c.test is Operator.BETWEEN and self.question.mentions.holds_years(c.column)
            for c in bound.conditions
        )
        compares = self.question.positions_matching(DIFFERENCE) | self.question.positions_of("or")
        return timely and not compares and not self._changes

    @cached_property
    def _is_of_rows(self) -> bool:
        """Return whether the question asks how many rows there are, by this word."""
        return bool(_ROWS.search(self.question.words.line))

    @cached_property
    def _is_amount(self) -> bool:
        """Return whether the question asks for an amount of a column of figures that it names."""
        line, mentions = self.question.words.line, self.question.mentions
        if not _AMOUNT.search(line) or _NUMBER.search(line):
            return False
        return any(
            self.question.columns[each.column].kind in FIGURES and mentions.adds_up(each.column)
            for each in mentions.column_mentions
            if each.share == 1 and not each.synonym
        )

    @cached_property
    def _quantity(self) -> int | None:
        return quantity_column(self.question) if asks_quantity(self.question) else None

    @cached_property
    def _measuring(self) -> tuple[frozenset[int], ...]:
        """Return for each adjective that compares rows the columns by which it may do so."""
        found = list[frozenset[int]]()
        taken = frozenset().union(*(bound.positions for bound in self.question.bounds))
        for n, text in enumerate(self.question.words.texts):
            if text not in ADJECTIVES or n in taken:
                continue
            at = frozenset({n})
            named = named_measure(self.question.words.texts, at)
            if named is None:
                continue
            stating = MeasuringColumns(
                mentions=self.question.mentions, named=named, apart=self.question.noun_positions
            )
            if columns := stating.headed():
                found.append(columns)
        return tuple(found)


def _conditions(plan: Plan) -> Iterator[Condition]:
    for each in aggregates(plan):
        yield from each.rows.where


def _takes(plan: Plan, column: int) -> bool:
    return isinstance(plan, Aggregate) and plan.column == column and bool(plan.rows.where)


def _compared(plan: Plan) -> frozenset[int]:
    """Return the columns by which a plan chooses, puts in order or compares."""
    if isinstance(plan, HeadRanking):
        return frozenset(plan.columns)
    found = {c.column for c in _conditions(plan)}
    for each in aggregates(plan):
        found |= {each.column} if each.column is not None else set()
        found |= {each.rows.order.column} if each.rows.order and each.rows.order.column is not None else set()
    return frozenset(found)
