"""Readings about two things: a choice between them, their difference, or both together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, product

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import (
    DIFFERENCE,
    FEWER,
    HOW,
    LASTING,
    MORE,
    NUMBERED,
    TOTAL,
    YES_NO,
)
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.plan import Aggregate, Combination, Measure, Operation, RowSelection
from citeback.rag.tables.table import Column

_TIME_WORDS = frozenset(
    ["first", "last", "earlier", "earliest", "later", "latest", "before", "after", "older", "newer"]
)
_OF_RANKS = frozenset(["higher", "highest", "better", "best", "lower", "lowest"])


def pairs(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield readings of two cells of one column: which is more, their difference, their sum."""
    groups = question.grouped_mentions
    either = "or" in question.words.texts
    difference, total = question.positions_matching(DIFFERENCE), question.positions_matching(TOTAL)
    than = " than " in question.words.line
    if not (either or difference or total or than or YES_NO.search(question.words.line)):
        return
    for (p, one), (q, other) in islice(combinations(groups, 2), 12):
        for a, b in product(one[:2], other[:2]):
            if a.column != b.column or a.dated or b.dated:
                continue
            yield from _Pair(question=question, cells=(a, b), said=p | q).readings()


def alternatives(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield which of two cells a row has; and in which of two columns its figure is more."""
    ors = question.positions_of("or")
    if not ors:
        return
    at = min(ors)
    for p, quotes in question.grouped_mentions:
        for q, others in question.grouped_mentions:
            if not (max(p) < at < min(q) and at - max(p) <= 2 and min(q) - at <= 3):
                continue
            for a, b in product(quotes, others):
                if a.column == b.column and not a.dated:
                    for where in question.conditions(without=p | q, limit=3):
                        if where.conditions:
                            target = Target(column=a.column, how="either", used=p | q | ors)
                            plan = Aggregate(
                                rows=RowSelection(where.conditions), measure=Measure.CELLS, column=a.column
                            )
                            yield question.reading(
                                plan, "either", where, target, ors | question.noun_positions
                            )
    heads = [
        n
        for n in question.mentions.column_mentions
        if not n.synonym and question.columns[n.column].kind in NUMBERED
    ]
    for one, other in combinations(heads, 2):
        first, second = sorted((one, other), key=lambda n: min(n.positions))
        if first.positions & second.positions or not max(first.positions) < max(ors) < max(second.positions):
            continue
        for where in question.conditions(without=first.positions | second.positions, limit=3):
            measure = Measure.CELLS if where.conditions else Measure.SUM
            names = (question.table.head[first.column].text, question.table.head[second.column].text)
            for match, positions in question.words.find(MORE):
                operation = Operation.FEWER if match["word"] in FEWER else Operation.MORE
                sides = [
                    Aggregate(rows=RowSelection(where.conditions), measure=measure, column=n.column)
                    for n in (first, second)
                ]
                target = Target(column=first.column, how="heads", used=first.positions | second.positions)
                yield question.reading(
                    Combination(first=sides[0], second=sides[1], operation=operation, names=names),
                    "which head",
                    where,
                    target,
                    positions | ors,
                )


@dataclass(frozen=True)
class _Pair:
    """Two cells of one column that a question names, and the words that name them."""

    question: QuestionOnTable
    cells: tuple[CellMention, CellMention]
    said: frozenset[int]

    def readings(self) -> Iterator[Reading]:
        """Yield what may be made of the two."""
        for where in self.question.conditions(without=self.said, limit=3):
            for column, used, features in self.question.figures_besides(self.cells[0].column):
                yield from _PairOnFigure(
                    pair=self,
                    where=self._joined(where),
                    besides=where,
                    column=column,
                    used=used,
                    given=features,
                ).readings()

    def _joined(self, where: RowConditions) -> RowConditions:
        """Return conditions with the words that name the two."""
        whole = sum(bool(cell.whole) for cell in self.cells)
        counted = {
            "whole": where.features.get("whole", 0.0) + whole,
            "partly": where.features.get("partly", 0.0) + 2 - whole,
        }
        return RowConditions(
            conditions=where.conditions, used=where.used | self.said, features={**where.features, **counted}
        )

    @cached_property
    def ors(self) -> frozenset[int]:
        """Return the "or" between the two."""
        second = max(min(cell.positions) for cell in self.cells)
        texts = self.question.words.texts
        return frozenset(n for n in range(max(0, second - 2), second) if texts[n] == "or")

    @cached_property
    def names(self) -> tuple[str, str]:
        """Return the table's names for the two."""
        first, second = self.cells
        return self.question.cell_text(first), self.question.cell_text(second)


@dataclass(frozen=True)
class _PairOnFigure:
    """Two cells, and the column of figures that compares them; None compares their numbers of rows."""

    pair: _Pair
    where: RowConditions
    besides: RowConditions
    column: int | None
    used: frozenset[int]
    given: dict[str, float]

    def readings(self) -> Iterator[Reading]:
        """Yield the difference of the two, both together, and which is more."""
        question = self.pair.question
        total = question.positions_matching(TOTAL)
        if difference := question.positions_matching(DIFFERENCE):
            yield self._reading(Operation.DIFFERENCE, "difference", difference | question.count_words, {})
        if total or question.count_words:
            words = total | question.count_words
            yield self._reading(Operation.SUM, "both", words, {"said": float(bool(total))})
        for match, positions in question.words.find(MORE):
            if not (self._timely and match["word"] in LASTING):
                yield from self._compared(match["word"], positions)

    def _compared(self, word: str, positions: frozenset[int]) -> Iterator[Reading]:
        question, timely = self.pair.question, word in _TIME_WORDS
        more = {"time word": float(timely), "fits time": float(timely == self._timely)}
        how, whether = HOW.search(question.words.line), YES_NO.search(question.words.line)
        if how and whether:
            at = positions | question.words.positions(how.start(), how.end())
            yield self._reading(Operation.HOW, "how", at, more, (how["more"], how["less"]))
        elif self.pair.ors:
            yield self._reading(self._way(word), "which", positions | self.pair.ors, more, self.pair.names)
        elif whether and " than " in question.words.line:
            asks = Operation.IS_LESS if self._way(word) is Operation.FEWER else Operation.IS_MORE
            yield self._reading(asks, "whether", positions | question.positions_of("than"), more)

    def _way(self, word: str) -> Operation:
        """Return whether a word asks for the higher or the lower figure of this column."""
        lasts = self.column is not None and self._columns[self.column].kind is Kind.DURATION
        ranked = self.column is not None and self.pair.question.is_ranked(self.column)
        if ranked and word in _OF_RANKS:
            return Operation.MORE if word.startswith("low") else Operation.FEWER
        if word in ("slower", "slowest"):
            return Operation.MORE if lasts else Operation.FEWER
        if word in ("faster", "fastest") and self.column is not None and not lasts:
            return Operation.MORE
        return Operation.FEWER if word in FEWER else Operation.MORE

    @property
    def _columns(self) -> tuple[Column, ...]:
        return self.pair.question.columns

    @property
    def _timely(self) -> bool:
        """Return whether the two are compared by time."""
        column = self.column
        holds_years = self.pair.question.mentions.holds_years
        return column is not None and (holds_years(column) or self._columns[column].kind is Kind.DATE)

    def _reading(
        self,
        operation: Operation,
        form: str,
        positions: frozenset[int],
        more: dict[str, float],
        names: tuple[str, str] = ("", ""),
    ) -> Reading:
        measure = Measure.COUNT if self.column is None else Measure.CELLS
        first, second = (
            Aggregate(
                rows=RowSelection((cell.condition(), *self.besides.conditions)),
                measure=measure,
                column=self.column,
            )
            for cell in self.pair.cells
        )
        counted = self.column is None
        target = Target(
            column=-1 if self.column is None else self.column,
            how="rows" if counted else "figures",
            used=self.used,
        )
        own = {**self.given, "timely": float(self._timely), "counted": float(counted), **more}
        plan = Combination(first=first, second=second, operation=operation, names=names)
        return self.pair.question.reading(plan, form, self.where, target, positions, **own)
