"""The plans of questions for a figure: a count, a sum, an average, or one for each group."""

from collections.abc import Sequence

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.literal.literal_item import ItemKind
from citeback.rag.tables.literal.literal_question import OPERATIONS, LiteralQuestion
from citeback.rag.tables.literal.vocabulary import MONEY, QUANTITIES
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Operator,
    Plan,
    RowSelection,
)

_OF = frozenset({"of", "the", "our", "all"})


class FiguresAsked(LiteralQuestion):
    """A question for a figure."""

    def plan(self) -> Plan | None:
        """Return the computation of the figure."""
        if ItemKind.EACH in self.kinds:
            return self._each(self.kinds.index(ItemKind.EACH))
        if ItemKind.MANY in self.kinds and ItemKind.AVERAGE not in self.kinds:
            return self._many(self.kinds.index(ItemKind.MANY))
        return self._figure()

    def _many(self, at: int) -> Plan | None:
        """Return the count of rows or of different values, or the sum of the figures that are counted."""
        noun = self._counted_noun(at)
        if noun is None:
            return self._quantity(at)
        where, column = self.where(self.operations | {noun}), self.column(noun)
        if where is None:
            return None
        if self.names_row(noun):
            one = any(c.test is Operator.IS and not c.negated and self.is_unique(c.column) for c in where)
            return None if one else Aggregate(rows=RowSelection(where), measure=Measure.COUNT)
        if column is not None and self.adds_up(column):
            return None if self.items[noun].loose else _sum(column, where)
        return self._distinct(column, where)

    def _distinct(self, column: int | None, where: tuple[Condition, ...]) -> Plan | None:
        """Return the number of different values; if that is not said, it has to be that of rows as well."""
        if column is None or any(c.column == column for c in where) or column in self.question.table.bases:
            return None
        cells = self.question.mentions.cells[column]
        if self.question.columns[column].kind is not Kind.TEXT or any(map(_has_figure, cells)):
            return None
        rows = [r for r, _ in self.queries.rows(where, None)]
        if ItemKind.DIFFERENT not in self.kinds and self.queries.distinct(column, rows) != len(rows):
            return None
        return Aggregate(rows=RowSelection(where), measure=Measure.DISTINCT, column=column)

    def _counted_noun(self, at: int) -> int | None:
        """Return the part that says what is counted: right after "how many", or after what it has to be."""
        last = max(self.items[at].positions)
        for n in range(at + 1, len(self.items)):
            between = range(last + 1, min(self.items[n].positions))
            if not {self.question.words.texts[m] for m in between} <= _OF:
                return None
            last, kind = max(self.items[n].positions), self.items[n].kind
            if kind in (ItemKind.HEAD, ItemKind.ROWS):
                return n
            if kind not in (ItemKind.CELL, ItemKind.NOT, *OPERATIONS):
                return None
        return None

    def _quantity(self, at: int) -> Plan | None:
        """Return how many there are of the things right after "how many", by the only column of amounts."""
        columns = self.figured(QUANTITIES, but=MONEY)
        if len(columns) != 1 or self.kinds[at + 1 : at + 2] != [ItemKind.CELL]:
            return None
        heads = {n for n, each in enumerate(self.items) if each.columns == (columns[0],)}
        where = self.where(self.operations | heads)
        return _sum(columns[0], where) if where else None

    def _figure(self) -> Plan | None:
        """Return the sum or the average of a column of figures."""
        measured = self.measured(self.operations)
        both = {ItemKind.TOTAL, ItemKind.AVERAGE} <= set(self.kinds)
        if measured is None or both or ItemKind.DIFFERENT in self.kinds:
            return None
        at, column = measured
        if self._measure is Measure.AVERAGE and any(map(self._names_one, range(len(self.items)))):
            return None
        where = self.where(self.operations | at)
        if where is None or any(c.column == column for c in where):
            return None
        return Aggregate(rows=RowSelection(where), measure=self._measure, column=column)

    def _names_one(self, n: int) -> bool:
        """Return whether a part names what a row is in the singular: "that an opponent has" is of each."""
        return self.names_row(n) and not self.items[n].word.endswith("s")

    @property
    def _measure(self) -> Measure:
        return Measure.AVERAGE if ItemKind.AVERAGE in self.kinds else Measure.SUM

    def _each(self, at: int) -> Plan | None:
        """Return a figure of every group, "total hours per customer", or the average per row."""
        after = self.first(at, ItemKind.HEAD, ItemKind.ROWS)
        by = self.column(at + 1) if after == at + 1 else None
        if by is None or ItemKind.DIFFERENT in self.kinds:
            return None
        besides = self.operations | {at, at + 1}
        measured = self.measured(besides)
        if measured is None and (ItemKind.MANY not in self.kinds or not self._counts_rows(besides)):
            return None
        places, column = measured or (set[int](), None)
        where = self.where(besides | places)
        if where is None or any(c.column in (by, column) for c in where):
            return None
        rows = RowSelection(where)
        if self.is_unique(by):
            one = column is not None and self._measure is Measure.AVERAGE
            return Aggregate(rows=rows, measure=Measure.AVERAGE, column=column) if one else None
        measure = Measure.COUNT if column is None else self._measure
        return GroupRanking(rows=rows, by=by, measure=measure, column=column, every=True)

    def _counts_rows(self, besides: set[int]) -> bool:
        """Return whether it is rows that are counted."""
        return any(self.names_row(n) for n in range(len(self.items)) if n not in besides)


def _sum(column: int, where: tuple[Condition, ...]) -> Plan | None:
    if any(c.column == column for c in where):
        return None
    return Aggregate(rows=RowSelection(where), measure=Measure.SUM, column=column)


def _has_figure(terms: Sequence[str]) -> bool:
    return any(term.isdecimal() for term in terms)
