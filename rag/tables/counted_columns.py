"""Columns that count the same things as others, so that 1,840 in them is no year."""

from decimal import Decimal

from citeback.rag.tables.table import Table

_NO_COUNTS = frozenset({"years", "dates", "seasons"})
_EARLIEST, _LATEST = 1000, 2100  # years


def counts_like_another(table: Table, column: int) -> bool:
    """Return whether a column counts what another one does: GP appointments, missed appointments."""
    noun = _noun(table, column)
    others = (n for n in range(table.own_columns) if n != column and _noun(table, n) == noun)
    return bool(noun) and any(_has_other_figures(table, n) for n in others)


def _noun(table: Table, column: int) -> str:
    """Return the plural that a head of several words ends with, or ""."""
    words = table.columns[column].name.split("(")[0].casefold().split()
    plural = len(words) > 1 and words[-1].endswith("s") and words[-1] not in _NO_COUNTS
    return words[-1] if plural else ""


def _has_other_figures(table: Table, column: int) -> bool:
    numbers = [v.number for v in table.columns[column].values if v.number is not None]
    return bool(numbers) and not all(_may_be_year(number) for number in numbers)


def _may_be_year(number: Decimal) -> bool:
    return _EARLIEST <= number <= _LATEST and number == int(number)
