"""What a plan over a table results in, or why it has no result."""

from dataclasses import dataclass
from decimal import Decimal

ResultValue = Decimal | str | bool


class NotComputed(Exception):
    """A plan that has no result, and the reason in words: no rows, mixed units, nothing to divide by."""


class UnitsDiffer(NotComputed):
    """Figures in several units, which are not computed with."""


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
