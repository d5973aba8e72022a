"""Runs a plan over a table; the result has the cells that it was computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from citeback.rag.tables.aggregate_runner import AggregateRunner, rounded_figure
from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.formatted_figure import formatted
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    GroupRanking,
    HeadRanking,
    Measure,
    Operation,
    Plan,
)
from citeback.rag.tables.result import NotComputed, Result, ResultValue, UnitsDiffer

_ARITHMETIC = (Operation.DIFFERENCE, Operation.LESS, Operation.SUM, Operation.SHARE)


@dataclass(frozen=True, slots=True)
class PlanRunner(AggregateRunner):
    """Runs plans over one table."""

    def run(self, plan: Plan) -> Result:
        """Return the result of a plan. Raises NotComputed where there is none."""
        if isinstance(plan, Aggregate):
            return self.take(plan)
        if isinstance(plan, HeadRanking):
            return self._heads(plan)
        return self._group(plan) if isinstance(plan, GroupRanking) else self._pair(plan)

    def _group(self, plan: GroupRanking) -> Result:
        rows = self.selected(plan.rows)
        if plan.column is not None:
            self.unit(plan.column, rows)
        if plan.over == 0:
            return self._without_rows(plan, rows)
        found = self.queries.groups(plan, rows)
        if not found:
            raise NotComputed("no row of the table is meant")
        if plan.over is not None:
            many = [group for group, f in found if f == plan.over or (f > plan.over and not plan.exactly)]
            cells = tuple((r, plan.by) for group in many for r in group)
            if plan.listed:
                if not many:
                    raise NotComputed("no group is as large")
                return Result(
                    values=tuple(self.cell_text(group[0], plan.by) for group in many),
                    rows=tuple(rows),
                    cells=cells,
                )
            return Result(values=(Decimal(len(many)),), rows=tuple(rows), cells=cells)
        if plan.every:
            return self._every_group(plan, rows, found)
        best = [group for group, f in found if f == found[0][1]]
        values = tuple(self.cell_text(group[0], plan.by) for group in best)
        return Result(
            values=values, rows=tuple(rows), cells=tuple((r, plan.by) for group in best for r in group)
        )

    def _without_rows(self, plan: GroupRanking, rows: Sequence[int]) -> Result:
        """Return the values of a column that none of some rows has."""
        every = [r for r, _ in self.queries.rows((), None)]
        having = {r for group, _ in self.queries.groups(plan, rows) for r in group}
        groups = sorted(group for group, _ in self.queries.groups(plan, every) if not having & set(group))
        if not groups:
            raise NotComputed(f"every {self.table.columns[plan.by].name} has such a row")
        values = tuple(self.cell_text(group[0], plan.by) for group in groups)
        cells = tuple((r, plan.by) for group in groups for r in group)
        return Result(values=values, rows=tuple(r for group in groups for r in group), cells=cells)

    def _every_group(
        self, plan: GroupRanking, rows: list[int], found: Sequence[tuple[list[int], Decimal]]
    ) -> Result:
        """Return each group with its measure, in the table's order: "Nordlys: 25.5"."""
        values, cells, lacking = list[str](), list[tuple[int, int]](), list[int]()
        unit = "" if plan.column is None else self.unit(plan.column, rows)
        for group, _ in sorted(found, key=lambda each: min(each[0])):
            figure = Aggregate(rows=plan.rows, measure=plan.measure, column=plan.column)
            own = self.of_rows(figure, group)
            values.append(f"{self.cell_text(group[0], plan.by)}: {formatted(own.values[0], unit)}")
            cells += own.cells
            lacking += own.without_value
        return Result(
            values=tuple(values), rows=tuple(rows), cells=tuple(cells), without_value=tuple(lacking)
        )

    def _heads(self, plan: HeadRanking) -> Result:
        rows = self.selected(plan.rows)
        if len(rows) != 1:
            raise NotComputed(f"{len(rows)} rows are meant where one is")
        if len(units := {self.unit(column, rows) for column in plan.columns}) > 1:
            names = ", ".join(sorted(u or "none" for u in units))
            raise UnitsDiffer(f"The columns are in several units: {names}.")
        measured = {c: self.queries.measured(Measure.SUM, c, rows)[0] for c in plan.columns}
        figures = {c: figure for c, figure in measured.items() if figure is not None}
        if len(figures) < 2:
            raise NotComputed("there are no figures to compare")
        best = max(figures.values()) if plan.descending else min(figures.values())
        found = [c for c, figure in figures.items() if figure == best]
        values = tuple(dict.fromkeys(self.table.head[c].text for c in found))
        return Result(values=values, rows=tuple(rows), cells=tuple((rows[0], c) for c in found))

    def _pair(self, plan: Combination) -> Result:
        first, second = self._one(plan, plan.first), self._one(plan, plan.second)
        a, b = first.values[0], second.values[0]
        rows, cells = (*first.rows, *second.rows), (*first.cells, *second.cells)
        if plan.operation is Operation.SAME:
            return Result(values=(a == b,), rows=rows, cells=cells)
        if not isinstance(a, Decimal) or not isinstance(b, Decimal) or isinstance(a, bool):
            raise NotComputed("these are no figures")
        if first.unit.casefold() != second.unit.casefold():
            raise UnitsDiffer(
                f"One is in {first.unit or 'no unit'}, the other in {second.unit or 'no unit'}."
            )
        value, unit = _paired(plan, a, b), first.unit
        if plan.operation is Operation.SHARE:
            unit = "%"
        elif plan.operation not in (Operation.DIFFERENCE, Operation.LESS, Operation.SUM):
            unit = ""
        return Result(
            values=(value,),
            rows=rows,
            cells=cells,
            without_value=(*first.without_value, *second.without_value),
            unit=unit,
        )

    def _one(self, plan: Combination, take: Aggregate) -> Result:
        """Return the one figure of one side of a comparison."""
        if take.measure is not Measure.CELLS or take.column is None:
            return self.take(take)
        rows = self.selected(take.rows)
        if len(rows) != 1:
            raise NotComputed(f"{len(rows)} rows are meant where one is")
        found = self.table.columns[take.column].values[rows[0]]
        if found.number is None:
            raise NotComputed(f"there is no figure for {self.table.columns[take.column].name}")
        number, unit = found.number, found.unit
        if found.kind is Kind.DURATION:
            unit = self.unit(take.column, rows)
        if found.kind is Kind.DATE and plan.operation in _ARITHMETIC:
            if plan.operation is not Operation.DIFFERENCE or number % 10_000:
                raise NotComputed("dates are not computed with")
            number, unit = number / 10_000, "years"
        return Result(
            values=(number,), rows=tuple(rows), cells=((rows[0], take.column),), without_value=(), unit=unit
        )


def _paired(plan: Combination, a: Decimal, b: Decimal) -> ResultValue:
    match plan.operation:
        case Operation.DIFFERENCE:
            return rounded_figure(abs(a - b))
        case Operation.LESS:
            return rounded_figure(a - b)
        case Operation.SUM:
            return rounded_figure(a + b)
        case Operation.SHARE:
            if not b:
                raise NotComputed("there is nothing to divide by: the second figure is 0")
            return rounded_figure(100 * a / b)
        case Operation.IS_MORE:
            return a > b
        case Operation.IS_LESS:
            return a < b
    if a == b:
        raise NotComputed("both are the same")
    if plan.operation is Operation.HOW:
        return plan.names[a < b]
    return plan.names[(a < b) == (plan.operation is Operation.MORE)]
