"""Columns that count the same things as others, so that 1,840 in them is no year."""

from decimal import Decimal

from citeback.rag.tables.table import Table

_NO_COUNTS = frozenset({"years", "dates", "seasons"})
_EARLIEST, _LATEST = 1000, 2100  # years


def counting_columns(table: Table) -> frozenset[int]:
    """Return the columns that count what one with other figures does: GP and missed appointments."""
    nouns = [_noun(table, n) for n in range(len(table.head))]
    counted = {noun for n, noun in enumerate(nouns[: table.own_columns]) if _has_other_figures(table, n)}
    return frozenset(n for n, noun in enumerate(nouns) if noun and noun in counted)


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
