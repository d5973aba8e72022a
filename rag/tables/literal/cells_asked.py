"""The plans of questions for cells: "Which tickets are waiting?", "When was G-05 awarded?"."""

from decimal import Decimal

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.literal.literal_item import ItemKind
from citeback.rag.tables.literal.literal_question import LiteralQuestion
from citeback.rag.tables.plan import Aggregate, GroupRanking, Measure, Plan, RowSelection

_DOING = ("did", "do", "does")  # "What did Ada order?" asks for no order
_COSTS = ("cost", "costs")
_OF_ANOTHER_KIND = ("where", "whose")


class CellsAsked(LiteralQuestion):
    """A question for the cells of some rows."""

    def plan(self) -> Plan | None:
        """Return the lookup of the column that is asked for first."""
        if self.items[0].word == "when":
            return self._dates()
        at = self.first(0, ItemKind.HEAD, ItemKind.ROWS)
        if priced := self._priced():
            return priced
        if at is None or self.items[0].word in _OF_ANOTHER_KIND or self._is_about_doing:
            return None
        column = self.column(at)
        if absent := self._without(at, column):
            return absent
        where = self.where({0, at})
        if where is None or any(c.column == column for c in where):
            return None  # "Which loans end in March?" asks for no end
        if where and column is not None and self.items[at].word.startswith("total ") and self.adds_up(column):
            return Aggregate(rows=RowSelection(where), measure=Measure.SUM, column=column)
        if not where or column is None or (at > 1 and self.items[0].kind is ItemKind.WHO):
            return None
        return Aggregate(rows=RowSelection(where), measure=Measure.CELLS, column=column)

    @property
    def _is_about_doing(self) -> bool:
        """Return whether "did" or "does" is the second word."""
        return self.question.words.texts[1:2] in [(word,) for word in _DOING]

    def _priced(self) -> Plan | None:
        """Return the lookup of a figure in the only column that is named: "What does a spay cost at Elm?"."""
        costs = [n for n, each in enumerate(self.items) if each.word in _COSTS and each.kind is ItemKind.VERB]
        if self.question.words.texts[:1] != ("what",) or not (self._is_about_doing and costs):
            return None
        measured = self.measured({0, *costs})
        where = self.where({0, *costs, *measured[0]}) if measured and measured[0] else None
        if not where or measured is None:
            return None
        return Aggregate(rows=RowSelection(where), measure=Measure.CELLS, column=measured[1])

    def _without(self, at: int, column: int | None) -> Plan | None:
        """Return the values without such a row: "Which customers have no open tickets?"."""
        kinds, last = self.kinds, len(self.items) - 1
        if kinds.count(ItemKind.NO) != 1 or column is None or self.is_unique(column) or at > 1:
            return None
        no = kinds.index(ItemKind.NO)
        if no != at + 1 or not self.names_row(last) or set(kinds[no + 1 : last]) - {ItemKind.CELL}:
            return None
        where = self.where({0, at, no, last})
        if where is None or any(c.column == column for c in where):
            return None
        return GroupRanking(rows=RowSelection(where), by=column, over=Decimal(0), listed=True, exactly=True)

    def _dates(self) -> Plan | None:
        """Return the lookup of the date that is named, or of the only one."""
        dates = [n for n in self.own_columns if self.question.columns[n].kind is Kind.DATE]
        heads = (n for n, kind in enumerate(self.kinds) if kind is ItemKind.HEAD)
        named = [n for n in heads if self.items[n].columns[0] in dates]
        columns = [self.items[n].columns[0] for n in named] or dates
        where = self.where({0, *named}) if len(set(columns)) == 1 else None
        if not where:
            return None
        return Aggregate(rows=RowSelection(where), measure=Measure.CELLS, column=columns[0])
