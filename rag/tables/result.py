"""The result of a plan over a table, or the reason why it has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ResultValue = Decimal | str | bool


def plain_values(values: Iterable[ResultValue]) -> tuple[int | float | str, ...]:
    """Return values as JSON has them.

    >>> plain_values((Decimal(420), Decimal("0.5"), True, "Oslo"))
    (420, 0.5, 'yes', 'Oslo')
    """
    return tuple(map(_plain, values))


def _plain(value: ResultValue) -> int | float | str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


class NotComputed(Exception):
    """A plan that has no result, and the reason in words: no rows, mixed units, nothing to divide by."""


class UnitsDiffer(NotComputed):
    """Figures in different units, which cannot be combined."""


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows a table has, how many were used, and how many of these have no value."""

    total: int
    used: int
    without_value: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: the values, the rows that were kept, those left out for want of a value, the cells.

    `cells` are (row, column), the ones that the values were read or computed from.
    """

    values: tuple[ResultValue, ...]
    rows: tuple[int, ...]
    cells: tuple[tuple[int, int], ...]
    without_value: tuple[int, ...] = ()
    unit: str = ""
