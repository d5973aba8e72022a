"""Queries over the rows of a table in plain Python, to evaluate many plans.

The chosen plan is also computed by `engine`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain
from statistics import median

from citeback.rag.tables.aggregate_runner import stored
from citeback.rag.tables.cell_values import MISSING
from citeback.rag.tables.plan import Condition, GroupRanking, Measure, Operator, Order
from citeback.rag.tables.table import Table

_TESTS: dict[Operator, Callable[[Decimal, Decimal, Decimal], bool]] = {
    Operator.EQUALS: lambda number, low, _: number == low,
    Operator.OVER: lambda number, low, _: number > low,
    Operator.LEAST: lambda number, low, _: number >= low,
    Operator.UNDER: lambda number, low, _: number < low,
    Operator.MOST: lambda number, low, _: number <= low,
    Operator.BETWEEN: lambda number, low, high: low <= number <= high,
    Operator.MONTH: lambda number, low, _: number // 100 % 100 == low,
}
_MEASURES: dict[Measure, Callable[[Sequence[Decimal]], Decimal]] = {
    Measure.COUNT: lambda numbers: Decimal(len(numbers)),
    Measure.SUM: lambda numbers: sum(numbers, Decimal(0)),
    Measure.AVERAGE: lambda numbers: sum(numbers, Decimal(0)),  # divided afterwards
    Measure.MEDIAN: lambda numbers: median(numbers),
    Measure.LEAST: min,
    Measure.MOST: max,
    Measure.SPAN: lambda numbers: max(numbers) - min(numbers),
}


@dataclass(frozen=True)
class ListQueries:
    """The rows of one table, with the terms of each cell by row and column."""

    table: Table
    terms: Sequence[Sequence[Sequence[str]]]
    _passing: dict[Condition, frozenset[int]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def counted_rows(self) -> tuple[int, ...]:
        """Return the rows that are not totals of others."""
        return tuple(n for n in range(len(self.table.rows)) if n not in self.table.totals)

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """Return the words of each cell, by row and column."""
        return tuple(tuple(" ".join(cell) for cell in row) for row in self.terms)

    @cached_property
    def numbers(self) -> tuple[tuple[Decimal | None, ...], ...]:
        """Return the figures, by column and row."""
        return tuple(tuple(stored(v.number) for v in column.values) for column in self.table.columns)

    def rows(self, conditions: Sequence[Condition], order: Order | None) -> list[tuple[int, Decimal]]:
        """Return the rows that pass, in order, each with what it is ordered by."""
        sets = [self.passing(each) for each in conditions]
        rows = [r for r in self.counted_rows if all(r in one for one in sets)]
        if order is None or order.column is None:
            found = [(r, Decimal(r)) for r in rows]
            return found[::-1] if order is not None and order.descending else found
        numbers = self.numbers[order.column]
        by = [(r, number) for r in rows if (number := numbers[r]) is not None]
        return sorted(by, key=lambda each: -each[1] if order.descending else each[1])

    def rows_along(self, column: int | None) -> list[int]:
        """Return all rows as they stand, or along a column."""
        return [r for r, _ in self.rows((), Order(column))]

    def distinct(self, column: int, rows: Sequence[int]) -> int:
        """Return how many different values some rows have in a column."""
        return len({self.words[r][column] for r in rows if not self.missing(r, column)})

    def measured(self, measure: Measure, column: int, rows: Sequence[int]) -> tuple[Decimal | None, int]:
        """Return a measure of some rows, and how many of them have a number."""
        numbers = [number for r in rows if (number := self.numbers[column][r]) is not None]
        return (_MEASURES[measure](numbers) if numbers else None), len(numbers)

    def groups(self, plan: GroupRanking, rows: Sequence[int]) -> list[tuple[list[int], Decimal]]:
        """Return the groups of some rows, the first first: the rows of each, and its measure."""
        found: dict[str, list[int]] = {}
        for r in sorted(rows):
            if not self.missing(r, plan.by):
                found.setdefault(self.words[r][plan.by], []).append(r)
        measured = [(group, self._figure(plan, group)) for group in found.values()]
        known = [(group, figure) for group, figure in measured if figure is not None]
        return sorted(known, key=lambda each: -each[1] if plan.descending else each[1])

    def passing(self, condition: Condition) -> frozenset[int]:
        """Return the rows that pass a condition."""
        if condition not in self._passing:
            passes, rows = self._test(condition), self.counted_rows
            self._passing[condition] = frozenset(r for r in rows if passes(r) != condition.negated)
        return self._passing[condition]

    def missing(self, row: int, column: int) -> bool:
        """Return whether a cell holds no value."""
        return self.table.texts[row][column].casefold() in MISSING

    def _figure(self, plan: GroupRanking, group: Sequence[int]) -> Decimal | None:
        if plan.column is None:
            return Decimal(len(group))
        return self.measured(plan.measure, plan.column, group)[0]

    def _test(self, each: Condition) -> Callable[[int], bool]:
        column, wanted = each.column, list(chain((each.words,), each.others))
        if each.test is Operator.FILLED:
            return lambda r: not self.missing(r, column)
        if each.test is Operator.IS:
            return lambda r: self.words[r][column] in wanted
        if each.test is Operator.HAS:
            return lambda r: any(f" {one} " in f" {self.words[r][column]} " for one in wanted)
        numbers, test = self.numbers[column], _TESTS[each.test]
        low, high = each.low or Decimal(0), each.high or Decimal(0)
        return lambda r: (number := numbers[r]) is not None and test(number, low, high)
