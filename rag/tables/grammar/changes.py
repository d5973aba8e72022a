"""Readings of how much a figure changed: "by how much did it fall from 2023 to 2024"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.grammar.bounds import FigureBound
from citeback.rag.tables.grammar.patterns import BY_HOW_MUCH, CHANGED, LOWERED
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
        if BY_HOW_MUCH.search(words.line) is None or not any(map(self._ends, self.question.bounds)):
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
            for ends in self._ends(bound):
                for rows in self.question.conditions(without=bound.positions, limit=3):
                    yield from self._on(ends, rows, falls, used | bound.positions)

    def _ends(self, bound: FigureBound) -> list[tuple[Condition, ...]]:
        """Return the conditions on the first and the last row of a range, by columns that may have it."""
        if bound.ends:
            return [bound.ends]
        return [
            tuple(Condition(each.column, Operator.EQUALS, low=year) for year in (each.low, each.high))
            for each in bound.conditions
            if each.test is Operator.BETWEEN and self.question.mentions.holds_years(each.column)
        ]

    def _on(
        self, ends: tuple[Condition, ...], rows: RowConditions, falls: bool, used: frozenset[int]
    ) -> Iterator[Reading]:
        first, last = (RowSelection((end, *rows.conditions)) for end in ends)
        sides = (first, last) if falls else (last, first)
        for column, positions, features in self.question.figures_besides(ends[0].column):
            if column is None:
                continue
            one, other = (Aggregate(rows=side, measure=Measure.CELLS, column=column) for side in sides)
            target = Target(column=column, how="figures", used=positions)
            plan = Combination(first=one, second=other, operation=Operation.LESS)
            yield self.question.reading(plan, "difference", rows, target, used, **features)
