"""Runs the figures of plans over a table: the rows that are meant, and what is computed from them.

What rows pass, and what their figures add up to, is asked of a `TableQueries`: DuckDB, or plain lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from citeback.rag.tables.cell_values import MISSING, Kind
from citeback.rag.tables.clock_columns import Clock
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Order,
    RowSelection,
)
from citeback.rag.tables.result import NotComputed, Result, UnitsDiffer
from citeback.rag.tables.table import Table
from citeback.rag.tables.table_words import MEASURES

COUNTABLE = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.DURATION})
SCALE = 12  # digits after the point that are computed with
_LARGEST = Decimal(10) ** 24
_OF_ONE = (Measure.SUM, Measure.AVERAGE, Measure.LEAST, Measure.MOST)  # of one row this is its cell


class TableQueries(Protocol):
    """Queries over the rows of one table."""

    def rows(self, conditions: Sequence[Condition], order: Order | None) -> list[tuple[int, Decimal]]:
        """Return the rows that pass, in order, each with what it is ordered by."""

    def rows_along(self, column: int | None) -> list[int]:
        """Return all rows as they stand, or along a column."""

    def distinct(self, column: int, rows: Sequence[int]) -> int:
        """Return how many different values some rows have in a column."""

    def measured(self, measure: Measure, column: int, rows: Sequence[int]) -> tuple[Decimal | None, int]:
        """Return a measure of some rows, and how many of them have a number."""

    def groups(self, plan: GroupRanking, rows: Sequence[int]) -> list[tuple[list[int], Decimal]]:
        """Return the groups of some rows, the first first: the rows of each, and its measure."""


@dataclass(frozen=True, slots=True)
class AggregateRunner:
    """Runs the figures of plans over one table."""

    table: Table
    queries: TableQueries

    def selected(self, rows: RowSelection) -> list[int]:
        """Return the selected rows, in order."""
        found = self.queries.rows(rows.where, rows.order)
        order = rows.order
        if order is not None and order.column is not None:
            self._comparable(order.column, [r for r, _ in found])
        kept = [r for r, _ in found] if order is None else _in_place(found, order.skip, order.take)
        if not rows.step:
            return kept
        everything = self.queries.rows_along(rows.along)
        positions = {r: n for n, r in enumerate(everything)}
        moved = [positions[r] + rows.step for r in kept if r in positions]
        beside = [everything[n] for n in moved if 0 <= n < len(everything)]
        others = [r for r in beside if r not in set(kept)]
        return others or beside

    def take(self, take: Aggregate) -> Result:
        """Return the figure, or the cells, of the rows that are meant."""
        return self.of_rows(take, self.selected(take.rows))

    def of_rows(self, take: Aggregate, rows: list[int]) -> Result:
        """Return the result of a figure over some rows."""
        column = take.column
        if take.measure is Measure.RUN:
            return self._longest_run(take, rows)
        if take.measure is Measure.COUNT:
            columns = dict.fromkeys(c.column for c in take.rows.where) or {0: None}
            return Result(
                values=(Decimal(len(rows)),),
                rows=tuple(rows),
                cells=tuple((r, c) for r in rows for c in columns),
            )
        if column is None or not rows:
            raise NotComputed("no row of the table is meant")
        if take.measure is Measure.CELLS:
            texts = {r: self.table.texts[r][column] for r in rows}
            filled = [r for r in rows if texts[r].casefold() not in MISSING]
            if not filled:
                raise NotComputed(f"there is nothing under {self.table.columns[column].name}")
            values = dict.fromkeys(self.cell_text(r, column) for r in filled)
            return Result(values=tuple(values), rows=tuple(rows), cells=tuple((r, column) for r in filled))
        if take.measure is Measure.DISTINCT:
            found = self.queries.distinct(column, rows)
            return Result(values=(Decimal(found),), rows=tuple(rows), cells=tuple((r, column) for r in rows))
        return self._measured(take.measure, column, rows)

    def _longest_run(self, take: Aggregate, rows: Sequence[int]) -> Result:
        """Return the length of the longest run of adjacent rows; the first such run is cited."""
        passing, longest, run = set(rows), list[int](), list[int]()
        for row in self.queries.rows_along(None):
            run = [*run, row] if row in passing else []
            longest = run if len(run) > len(longest) else longest
        columns = dict.fromkeys(c.column for c in take.rows.where) or {0: None}
        cells = tuple((r, c) for r in longest for c in columns)
        return Result(values=(Decimal(len(longest)),), rows=tuple(longest), cells=cells)

    def _measured(self, measure: Measure, column: int, rows: list[int]) -> Result:
        name, values = self.table.columns[column].name, self.table.columns[column].values
        if self.table.columns[column].kind not in COUNTABLE:
            raise NotComputed(f"{name} holds no figures to compute with")
        unit = self.unit(column, rows)
        figure, counted = self.queries.measured(measure, column, rows)
        if not counted or figure is None:
            raise NotComputed(f"no row has a figure for {name}")
        if counted == 1 and measure in _OF_ONE:
            row = next(r for r in rows if stored(values[r].number) is not None)
            if values[row].unit or values[row].rest:
                return Result(values=(self.cell_text(row, column),), rows=(row,), cells=((row, column),))
        exact = Decimal(figure)
        if measure is Measure.AVERAGE:
            exact = exact / counted
        having = [r for r in rows if stored(values[r].number) is not None]
        without_value = tuple(r for r in rows if stored(values[r].number) is None)
        return Result(
            values=(rounded_figure(exact),),
            rows=tuple(rows),
            cells=tuple((r, column) for r in having),
            without_value=without_value,
            unit=unit,
        )

    def _comparable(self, column: int, rows: Sequence[int]) -> None:
        """Raise UnitsDiffer where figures are in several currencies or measures."""
        values = self.table.columns[column].values
        units = {values[r].unit.casefold() for r in rows} & MEASURES
        if len(units) > 1:
            names = ", ".join(sorted(units))
            raise UnitsDiffer(f"{self.table.columns[column].name} is in several units: {names}.")

    def unit(self, column: int, rows: Sequence[int]) -> str:
        """Return the one unit of some cells. Raises NotComputed where they are in several, or uncertain."""
        found = self.table.columns[column]
        if found.clock is Clock.UNCERTAIN:
            raise UnitsDiffer(f"{found.name} may be in hours and minutes, or in minutes and seconds.")
        units = {found.values[r].unit.casefold() for r in rows if found.values[r].number is not None}
        if len(units) > 1:
            names = ", ".join(sorted(u or "none" for u in units))
            raise UnitsDiffer(f"{found.name} is in several units: {names}.")
        return "seconds" if found.kind is Kind.DURATION else found.unit

    def cell_text(self, row: int, column: int) -> str:
        """Return the text of a cell, without notes if there is other text."""
        return self.table.texts[row][column] or self.table.rows[row][column].text


def stored(number: Decimal | None) -> Decimal | None:
    """Return a figure as used in computations, or None if it is too large."""
    return round(number, SCALE) if number is not None and abs(number) < _LARGEST else None


def rounded_figure(number: Decimal) -> Decimal:
    """Return a figure as shown to users: without trailing zeros, with at most six decimals.

    >>> rounded_figure(Decimal("420.500")), rounded_figure(Decimal(2) / 3), rounded_figure(Decimal("1E+2"))
    (Decimal('420.5'), Decimal('0.666667'), Decimal('100'))
    """
    rounded = round(number, 6).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _in_place(found: Sequence[tuple[int, Decimal]], skip: int, take: int | None) -> list[int]:
    """Return the rows at a rank; if one row is meant, those that tie with it as well."""
    if take is None:
        return [r for r, _ in found[skip:]]
    if take > 1 or not found[skip:]:
        return [r for r, _ in found[skip : skip + take]]
    values = list(dict.fromkeys(f for _, f in found)) if skip else [found[0][1]]
    wanted = values[skip] if skip < len(values) else None
    return [r for r, f in found if f == wanted]
