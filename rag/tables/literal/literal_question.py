"""A question over a table in its literal parts, and what these parts name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.derived_columns import lists_things
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.literal.literal_item import ItemKind, LiteralItem
from citeback.rag.tables.literal.question_items import QuestionItems
from citeback.rag.tables.literal.row_conditions import LiteralConditions
from citeback.rag.tables.literal.vocabulary import MONEY
from citeback.rag.tables.plan import Condition

OPERATIONS = frozenset({ItemKind.TOTAL, ItemKind.AVERAGE, ItemKind.DIFFERENT})
_ASKING = frozenset({ItemKind.MUCH, ItemKind.MANY, ItemKind.ASK})
_FIGURES = (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)


@dataclass(frozen=True)
class LiteralQuestion:
    """A question over a table, in parts; the kinds of plans are made by those who inherit from it."""

    question: QuestionOnTable
    queries: ListQueries
    link: int | None = None

    @cached_property
    def items(self) -> tuple[LiteralItem, ...]:
        """Return the parts of the question; none if a word has no certain meaning."""
        return QuestionItems(self.question).items

    @property
    def kinds(self) -> list[ItemKind]:
        """Return what the parts are."""
        return [each.kind for each in self.items]

    @property
    def own_columns(self) -> range:
        """Return the columns that are not derived."""
        return range(self.question.table.own_columns)

    @cached_property
    def key(self) -> int | None:
        """Return the first column that tells every row apart: by words, or a number in front."""
        labels = (n for n in self.own_columns if not n or self.question.columns[n].kind not in _FIGURES)
        return next((n for n in labels if self.is_unique(n)), None)

    def is_unique(self, column: int) -> bool:
        """Return whether a column has another value in every row."""
        cells = self.question.mentions.cells[column]
        return all(cells) and len(set(cells)) == len(cells)

    def adds_up(self, column: int) -> bool:
        """Return whether a column has figures that may be added, and no lists of them."""
        lists = lists_things(self.question.table, column)
        figures = self.question.columns[column].kind in _FIGURES and not lists
        return figures and column != self.key and self.question.mentions.adds_up(column)

    def where(self, taken: set[int]) -> tuple[Condition, ...] | None:
        """Return the conditions of the parts that are not taken; None if one says something else."""
        conditions = LiteralConditions(
            question=self.question, queries=self.queries, key=self.key, link=self.link
        )
        return conditions.of(self.items, frozenset(taken))

    def first(self, after: int, *kinds: ItemKind) -> int | None:
        """Return the first part of some kinds after another one."""
        return next((n for n in range(after + 1, len(self.items)) if self.items[n].kind in kinds), None)

    def column(self, n: int) -> int | None:
        """Return the column that a part names: a head, or what says which row it is."""
        return self.items[n].columns[0] if self.items[n].kind is ItemKind.HEAD else self.key

    def names_row(self, n: int) -> bool:
        """Return whether a part says what a row is."""
        if not 0 <= n < len(self.items):
            return False
        each = self.items[n]
        return each.kind is ItemKind.ROWS or (each.kind is ItemKind.HEAD and each.columns == (self.key,))

    @cached_property
    def operations(self) -> set[int]:
        """Return the parts that say how something is asked or computed."""
        return {n for n, kind in enumerate(self.kinds) if kind in OPERATIONS | _ASKING}

    def measured(self, besides: set[int]) -> tuple[set[int], int] | None:
        """Return the only column of figures that is named, and where; or else the only one of money."""
        heads = [n for n, kind in enumerate(self.kinds) if kind is ItemKind.HEAD and n not in besides]
        named = [(n, c) for n in heads for c in self.items[n].columns if self.adds_up(c)]
        if named:
            return ({n for n, _ in named}, named[0][1]) if len({c for _, c in named}) == 1 else None
        money = self.figured(MONEY)
        return (set(), money[0]) if ItemKind.MUCH in self.kinds and len(money) == 1 else None

    def figured(self, heads: frozenset[str], but: frozenset[str] = frozenset()) -> Sequence[int]:
        """Return the columns of figures under some heads, `but` not under others."""
        named = ((n, set(self.question.mentions.heads[n])) for n in self.own_columns)
        return [n for n, head in named if heads & head and not but & head and self.adds_up(n)]
