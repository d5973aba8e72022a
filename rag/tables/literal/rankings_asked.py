"""The plans of questions with a superlative: the row with the highest figure, the group with most rows."""

from citeback.rag.tables.literal.literal_item import ItemKind
from citeback.rag.tables.literal.literal_question import LiteralQuestion
from citeback.rag.tables.literal.vocabulary import PERSONS, PRICES
from citeback.rag.tables.plan import Aggregate, Condition, GroupRanking, Measure, Order, Plan, RowSelection

SUPERLATIVES = (ItemKind.MOST, ItemKind.SIZED)
_OTHERS = frozenset({ItemKind.AVERAGE, ItemKind.DIFFERENT, ItemKind.MANY, ItemKind.MUCH, ItemKind.EACH})


class RankingsAsked(LiteralQuestion):
    """A question with one superlative."""

    @property
    def _at(self) -> int:
        return next(n for n, kind in enumerate(self.kinds) if kind in SUPERLATIVES)

    def plan(self) -> Plan | None:
        """Return which row has the highest figure, or which group the highest sum or most rows."""
        asks = self.items[0].kind is ItemKind.WHO or self.items[0].word in ("which", "what", "in which")
        target = self._target() if asks and not _OTHERS & set(self.kinds) else None
        if target is None:
            return None
        at, by = target
        besides = {0, self._at, *at, *(n for n, kind in enumerate(self.kinds) if kind is ItemKind.TOTAL)}
        ordering = self._ordering(besides)
        if ordering is None:
            return None
        places, column = ordering
        where = self.where(besides | places)
        if where is None or any(c.column in (by, column) for c in where):
            return None
        return self._ranked(by, column, where)

    def _ranked(self, by: int, column: int | None, where: tuple[Condition, ...]) -> Plan | None:
        """Return the ranking of the values of a column by a figure, or by their number of rows."""
        word, rows = self.items[self._at], RowSelection(where)
        if column is None:
            return None if self.is_unique(by) else GroupRanking(rows, by, descending=word.descending)
        in_rows = word.kind is ItemKind.SIZED and ItemKind.TOTAL not in self.kinds
        if self.is_unique(by) or (in_rows and self.names_row(self._at + 1)):
            order = Order(column=column, descending=word.descending)
            return Aggregate(rows=RowSelection(where, order), measure=Measure.CELLS, column=by)
        if in_rows or not self.adds_up(column):
            return None
        return GroupRanking(rows=rows, by=by, measure=Measure.SUM, column=column, descending=word.descending)

    def _target(self) -> tuple[set[int], int] | None:
        """Return the column whose value is asked for, and where it is named."""
        if self.items[0].kind is ItemKind.WHO:
            heads = self.question.mentions.heads
            persons = [n for n in self.own_columns if PERSONS & set(heads[n])]
            return (set(), persons[0]) if len(persons) == 1 else None
        first = self.first(0, ItemKind.HEAD, ItemKind.ROWS)
        column = None if first is None else self.column(first)
        return None if first is None or column is None or self.adds_up(column) else ({first}, column)

    def _ordering(self, besides: set[int]) -> tuple[set[int], int | None] | None:
        """Return the column of figures that is meant, None for rows; and where it is named."""
        word, at = self.items[self._at], self._at
        if word.priced:
            prices = self.figured(PRICES)
            return (set(), prices[0]) if len(prices) == 1 else None
        named = self.measured(besides)
        if named is not None:
            return named
        heads = (self.items[n] for n, kind in enumerate(self.kinds) if kind is ItemKind.HEAD)
        if any(self.adds_up(each.columns[0]) for each in heads):
            return None
        if word.kind is ItemKind.MOST:
            rows = {n for n in range(at + 1, len(self.items)) if self.names_row(n)}
            return (rows, None) if rows else None
        figured = [n for n in self.own_columns if self.adds_up(n)]
        if len(figured) != 1 or not (self.names_row(at + 1) or self._is_last(at)):
            return None
        return ({at + 1} if self.names_row(at + 1) else set()), figured[0]

    def _is_last(self, at: int) -> bool:
        return self.first(at, ItemKind.HEAD, ItemKind.ROWS) is None
