"""Runs a plan over a long table: as SQL if many rows pass its filter, else with the usual runner."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from citeback.rag.tables import large_sql as sql
from citeback.rag.tables.aggregate_runner import rounded_figure
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Operator,
    Order,
    Plan,
    aggregates,
)
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.result import NotComputed, Result, RowCounts, UnitsDiffer

FEW = 1_000  # rows that are run as any other table
MOST_LISTED = 1_000  # rows and cells that are listed
_SUMMED = (Measure.SUM, Measure.AVERAGE, Measure.LEAST, Measure.MOST, Measure.SPAN, Measure.MEDIAN)
_LONGEST_NUMBER = 18  # digits
_WORDS = (Operator.IS, Operator.HAS)


@dataclass(frozen=True, slots=True)
class LargeResult:
    """A result over a long table, with its first rows and cells; and how many of both there are."""

    result: Result
    counts: RowCounts
    cells: int


@dataclass(frozen=True, slots=True)
class LargeRunner:
    """Runs plans over one long table."""

    table: LargeTable

    def run(self, plan: Plan) -> LargeResult:
        """Return the result of a plan. Raises NotComputed where there is none."""
        plan = self._with_numbers(plan)
        for each in _conditions(plan):
            if each.test in _WORDS and each.column not in self.table.wordy:
                raise NotComputed(f"{self._name(each.column)} has too many different words")
        if any(column >= len(self.table.head) for column in _named(plan)):
            raise NotComputed(
                "columns that are derived from others are not computed in a table of this length"
            )
        if isinstance(plan, GroupRanking):
            return self._group(plan)
        if not isinstance(plan, Aggregate) or plan.rows.step:
            raise NotComputed("this is not computed in a table of this length")
        return self._take(plan)

    def _with_numbers(self, plan: Plan) -> Plan:
        """Return a plan in which cells of figures are tested by their number: order 100500."""
        if not isinstance(plan, Aggregate | GroupRanking):
            return plan
        where = tuple(self._with_number(each) for each in plan.rows.where)
        return replace(plan, rows=replace(plan.rows, where=where))

    def _with_number(self, each: Condition) -> Condition:
        if each.test not in _WORDS or each.column in self.table.wordy or each.others:
            return each
        if not each.words.replace(".", "", 1).isdecimal() or len(each.words) > _LONGEST_NUMBER:
            return each
        return Condition(each.column, Operator.EQUALS, low=Decimal(each.words), negated=each.negated)

    def _take(self, plan: Aggregate) -> LargeResult:
        where = (*plan.rows.where, *self._place(plan.rows.where, plan.rows.order))
        ((passing,),) = self.table.fetch(*sql.counted(where))
        if passing <= FEW:
            return self._few(plan, where)
        if plan.rows.order is not None:
            raise NotComputed("too many rows come first")
        summed = plan.column if plan.measure in _SUMMED else None
        rows = [r for (r,) in self.table.fetch(*sql.first(where, MOST_LISTED, summed))]
        if plan.measure is Measure.COUNT:
            column = where[0].column if where else 0
            found = Result(
                values=(Decimal(passing),), rows=tuple(rows), cells=tuple((r, column) for r in rows)
            )
            return self._counted(found, passing, passing)
        if plan.column is None or plan.measure not in (*_SUMMED, Measure.DISTINCT):
            raise NotComputed(f"{passing:,} rows pass")
        return self._measured(plan.measure, plan.column, where, rows)

    def _measured(
        self, measure: Measure, column: int, where: tuple[Condition, ...], rows: list[int]
    ) -> LargeResult:
        if measure in _SUMMED:
            self._one_unit(column)
        ((figure, counted, passing),) = self.table.fetch(*sql.measured(where, measure, column))
        if figure is None or (not counted and measure in _SUMMED):
            raise NotComputed(f"no row has a figure for {self._name(column)}")
        exact = Decimal(figure) / counted if measure is Measure.AVERAGE else Decimal(figure)
        unit = self.table.of_rows(rows[:1]).columns[column].unit if measure in _SUMMED else ""
        found = Result(
            values=(rounded_figure(exact),),
            rows=tuple(rows),
            cells=tuple((r, column) for r in rows),
            without_value=(),
            unit=unit,
        )
        cells = counted if measure in _SUMMED else passing
        return self._counted(found, passing, cells, passing - cells)

    def _few(self, plan: Aggregate, where: tuple[Condition, ...]) -> LargeResult:
        """Return the result over a table of only the rows that pass."""
        rows = [r for (r,) in self.table.fetch(*sql.first(where, FEW))]
        if not rows and plan.measure is Measure.COUNT:
            return self._counted(Result(values=(Decimal(0),), rows=(), cells=()), 0, 0)
        small = self.table.of_rows(rows)
        terms = [[self.table.analyzer.terms(cell.text) for cell in row] for row in small.rows]
        order = plan.rows.order and replace(plan.rows.order, skip=0)  # only the rows at that place are here
        own = replace(plan, rows=replace(plan.rows, order=order))
        found = PlanRunner(small, ListQueries(small, terms)).run(own)
        placed = replace(
            found,
            rows=tuple(rows[r] for r in found.rows),
            cells=tuple((rows[r], c) for r, c in found.cells),
            without_value=tuple(rows[r] for r in found.without_value),
        )
        return self._counted(placed, len(set(found.rows)), len(found.cells), len(found.without_value))

    def _place(self, where: tuple[Condition, ...], order: Order | None) -> tuple[Condition, ...]:
        """Return the additional condition on the rows at a rank of an order: their figure."""
        if order is None:
            return ()
        if order.column is None or (order.take or 0) != 1:
            raise NotComputed("places of rows are not counted in a table of this length")
        self._one_unit(order.column)
        found = self.table.fetch(*sql.placed(where, order.column, order.descending, order.skip))
        if not found:
            raise NotComputed(f"no row has a figure for {self._name(order.column)}")
        return (Condition(order.column, Operator.EQUALS, low=found[0][0]),)

    def _group(self, plan: GroupRanking) -> LargeResult:
        if plan.over is not None or plan.every or plan.rows.order is not None or plan.rows.step:
            raise NotComputed("this is not computed in a table of this length")
        if plan.column is not None:
            self._one_unit(plan.column)
        found = self.table.fetch(*sql.groups(plan))
        if not found:
            raise NotComputed("no row of the table is meant")
        best = [(text, r) for text, figure, r in found if figure == found[0][1]]
        ((passing,),) = self.table.fetch(*sql.counted(plan.rows.where))
        rows = tuple(r for _, r in best)
        result = Result(
            values=tuple(text for text, _ in best), rows=rows, cells=tuple((r, plan.by) for r in rows)
        )
        return self._counted(result, passing, len(best))

    def _counted(self, result: Result, used: int, cells: int, without_value: int = 0) -> LargeResult:
        return LargeResult(
            result=result,
            counts=RowCounts(total=len(self.table.starts), used=used, without_value=without_value),
            cells=cells,
        )

    def _one_unit(self, column: int) -> None:
        if column in self.table.mixed:
            raise UnitsDiffer(f"{self._name(column)} is in several units.")

    def _name(self, column: int) -> str:
        return self.table.head[column].text or f"column {column + 1}"


def _conditions(plan: Plan) -> Iterator[Condition]:
    for each in aggregates(plan):
        yield from each.rows.where


def _named(plan: Plan) -> Iterator[int]:
    if isinstance(plan, GroupRanking):
        yield plan.by
    for each in aggregates(plan):
        yield from (c.column for c in each.rows.where)
        ordered = each.rows.order.column if each.rows.order else None
        yield from (c for c in (each.column, ordered) if c is not None)
