"""A question over a table as a small typed plan.

A plan selects rows, then computes something from them. Columns are numbers; rows are in the table's order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """How a cell is tested: by its words (`IS`, `HAS`) or by its figure."""

    IS = "is"
    HAS = "has"
    EQUALS = "equals"
    OVER = "over"
    LEAST = "at least"
    UNDER = "under"
    MOST = "at most"
    BETWEEN = "between"
    MONTH = "in month"
    FILLED = "has a value"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row's cell must be; `words` are terms parted by blanks, `low` and `high` a figure's bounds.

    `others` are words that will do as well.
    """

    column: int
    test: Operator
    words: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    negated: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows by a column (None keeps the table's order), its direction, and the rows to take."""

    column: int | None = None
    descending: bool = False
    skip: int = 0
    take: int | None = 1


@dataclass(frozen=True, slots=True)
class RowSelection:
    """The rows that are meant: those that pass every condition, in order, or those beside them (`step`).

    Beside means in the table's order, or `along` a column, such as one of dates.
    """

    where: tuple[Condition, ...] = ()
    order: Order | None = None
    step: int = 0
    along: int | None = None


class Measure(StrEnum):
    """The measure computed from the rows."""

    CELLS = "cells"
    COUNT = "count"
    DISTINCT = "count of different"
    SUM = "sum"
    AVERAGE = "average"
    MEDIAN = "median"
    LEAST = "least"
    MOST = "most"
    SPAN = "difference of most and least"
    RUN = "most in a row"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One figure, or the cells, of some rows."""

    rows: RowSelection
    measure: Measure
    column: int | None = None


@dataclass(frozen=True, slots=True)
class GroupRanking:
    """Ranks the values of a column by a measure of the rows of each value."""

    rows: RowSelection
    by: int
    measure: Measure = Measure.COUNT
    column: int | None = None
    descending: bool = True
    over: Decimal | None = None
    """Where given, how many groups have at least that measure, instead of which is first."""
    listed: bool = False
    """Whether the groups that `over` finds are named rather than counted."""
    exactly: bool = False
    """Whether the groups have exactly the measure `over`."""
    every: bool = False
    """Whether each group is named with its measure, in the table's order, instead of which is first."""


class Operation(StrEnum):
    """The operation on two figures."""

    DIFFERENCE = "difference"
    LESS = "the first less the second"
    SUM = "sum"
    SHARE = "share"
    MORE = "which is more"
    FEWER = "which is less"
    SAME = "whether they are the same"
    IS_MORE = "whether the first is more"
    IS_LESS = "whether the first is less"
    HOW = "whether the first is more or less"


@dataclass(frozen=True, slots=True)
class Combination:
    """Two figures combined; `names` are the names of the two sides in the answer."""

    first: Aggregate
    second: Aggregate
    operation: Operation
    names: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class HeadRanking:
    """Ranks several columns by their figures in one row, highest or lowest first."""

    rows: RowSelection
    columns: tuple[int, ...]
    descending: bool = True


Plan = Aggregate | GroupRanking | Combination | HeadRanking


def aggregates(plan: Plan) -> Iterator[Aggregate]:
    """Yield the figures that a plan is made of."""
    if isinstance(plan, Aggregate):
        yield plan
    elif isinstance(plan, Combination):
        yield plan.first
        yield plan.second
    elif isinstance(plan, HeadRanking):
        yield from (Aggregate(rows=plan.rows, measure=Measure.SUM, column=column) for column in plan.columns)
    else:
        yield Aggregate(rows=plan.rows, measure=plan.measure, column=plan.column)
