"""Readings of how much a figure changed: "by how much did it fall from 2023 to 2024"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.grammar.patterns import BETWEEN, BY_HOW_MUCH, CHANGED, LOWERED
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    Condition,
    Measure,
    Operation,
    Operator,
    RowSelection,
)


@dataclass(frozen=True)
class AskedChange:
    """The change that a question asks for, if it asks for one."""

    question: QuestionOnTable

    @cached_property
    def named(self) -> tuple[bool, frozenset[int]] | None:
        """Return whether it asks for a fall, and the words that say so; None if it asks for no change."""
        words = self.question.words
        if BY_HOW_MUCH.search(words.line) is None or BETWEEN.search(words.line) is None:
            return None
        heads = frozenset().union(
            *(each.positions for each in self.question.mentions.column_mentions if not each.synonym)
        )
        for match, positions in words.find(CHANGED):
            if not positions & heads:
                asking = self.question.positions_matching(BY_HOW_MUCH)
                return bool(LOWERED.match(match["word"])), positions | asking
        return None

    def readings(self) -> Iterator[Reading]:
        """Yield the later figure less the earlier one, or the other way round for a fall."""
        if self.named is None:
            return
        falls, used = self.named
        for bound in self.question.bounds:
            for where in bound.conditions:
                if where.test is not Operator.BETWEEN or not self.question.mentions.holds_years(where.column):
                    continue
                for rows in self.question.conditions(without=bound.positions, limit=3):
                    yield from self._on(where, rows, falls, used | bound.positions)

    def _on(
        self, between: Condition, rows: RowConditions, falls: bool, used: frozenset[int]
    ) -> Iterator[Reading]:
        first, last = (
            RowSelection((Condition(between.column, Operator.EQUALS, low=year), *rows.conditions))
            for year in (between.low, between.high)
        )
        sides = (first, last) if falls else (last, first)
        for column, positions, features in self.question.figures_besides(between.column):
            if column is None:
                continue
            one, other = (Aggregate(rows=side, measure=Measure.CELLS, column=column) for side in sides)
            target = Target(column=column, how="figures", used=positions)
            plan = Combination(first=one, second=other, operation=Operation.LESS)
            yield self.question.reading(plan, "difference", rows, target, used, **features)
