"""A mention of a column or of cells in a question."""

from dataclasses import dataclass

from citeback.rag.tables.plan import Condition, Operator


@dataclass(frozen=True, slots=True)
class ColumnMention:
    """A column that the question names, the words that name it, and their share of its header (0 to 1)."""

    column: int
    positions: frozenset[int]
    share: float
    synonym: bool = False  # by another name


@dataclass(frozen=True, slots=True)
class CellMention:
    """Words of the question that occur in a column, as whole cells or as parts of cells."""

    column: int
    positions: frozenset[int]
    words: str
    whole: int
    partly: int
    dated: Condition | None = None
    synonym: bool = False  # in other words

    @property
    def start(self) -> int:
        """Return its first word."""
        return min(self.positions)

    def condition(self, negated: bool = False, loosely: bool = False) -> Condition:
        """Return the condition that a row's cell is, or else (or `loosely`) holds, these words."""
        if self.dated:
            d = self.dated
            return Condition(
                column=d.column, test=d.test, words=d.words, low=d.low, high=d.high, negated=negated
            )
        return Condition(
            column=self.column,
            test=Operator.IS if self.whole and not loosely else Operator.HAS,
            words=self.words,
            negated=negated,
        )
