"""Ranges whose ends are named: "from January to March 2024", "between Monday and Thursday"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from citeback.rag.tables.cell_values import MONTHS, Kind
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Condition, Operator

_MOST_ROWS = 40  # of a range whose cells are words
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STARTS, _ENDS = ("from", "between"), ("to", "until", "till", "through")
_NUMBERED = re.compile(r"([^\W\d]{0,20}) ?(\d{1,6})")


@dataclass(frozen=True, slots=True)
class NamedRange:
    """The words of a range, the rows of it, and those of either end."""

    positions: frozenset[int]
    condition: Condition
    ends: tuple[Condition, Condition]


def named_ranges(mentions: Mentions) -> Iterator[NamedRange]:
    """Yield the ranges between two cells of one column that a question names."""
    for first in mentions.cell_mentions:
        for last in mentions.cell_mentions:
            if first.column != last.column or not _joined(mentions.words.texts, first, last):
                continue
            made = (
                _dated(mentions, first, last)
                if first.dated and last.dated
                else _worded(mentions, first, last)
            )
            if made:
                between = frozenset(range(min(first.positions) - 1, max(last.positions) + 1))
                yield NamedRange(positions=between, condition=made[0], ends=made[1])


def _joined(texts: tuple[str, ...], first: CellMention, last: CellMention) -> bool:
    start, end = max(first.positions) + 1, min(last.positions)
    if end - start != 1 or first.start == 0:
        return False
    before, between = texts[first.start - 1], texts[start]
    return before in _STARTS and (between in _ENDS or (between == "and" and before == "between"))


Ranged = tuple[Condition, tuple[Condition, Condition]]


def _dated(mentions: Mentions, first: CellMention, last: CellMention) -> Ranged | None:
    """Return the rows from one date to another; the year of one is that of the other, or of all rows."""
    column, dates = mentions.table.columns[first.column], [each.dated for each in (first, last) if each.dated]
    years = {int(each.low or 0) // 10_000 for each in dates if each.test is Operator.BETWEEN}
    years = years or {int(v.number) // 10_000 for v in column.values if v.number is not None}
    ends = list[Condition]()
    for each in dates:
        low, high = each.low or Decimal(0), each.high or Decimal(0)
        if each.test is Operator.MONTH:
            if len(years) != 1:
                return None
            low = Decimal(min(years) * 10_000) + low * 100
            high = low + 99
        ends.append(Condition(column=first.column, test=Operator.BETWEEN, low=low, high=high))
    one, other = ends
    if one.low is None or other.low is None or one.low >= other.low:
        return None
    return Condition(column=first.column, test=Operator.BETWEEN, low=one.low, high=other.high), (one, other)


def _worded(mentions: Mentions, first: CellMention, last: CellMention) -> Ranged | None:
    """Return the rows from one cell to another of a column whose cells go on in order."""
    cells = [" ".join(cell) for cell in mentions.cells[first.column]]
    keys = [_key(cell) for cell in cells]
    if mentions.table.columns[first.column].kind is not Kind.TEXT or not (first.whole == last.whole == 1):
        return None
    known = [key for key in keys if key is not None]
    rising = all(a[0] == b[0] and a[1] < b[1] for a, b in pairwise(known))
    start, end = cells.index(first.words), cells.index(last.words)
    if len(known) < len(keys) or not rising or not start < end < start + _MOST_ROWS:
        return None
    words = cells[start : end + 1]
    whole = Condition(column=first.column, test=Operator.IS, words=words[0], others=tuple(words[1:]))
    ends = (Condition(column=first.column, test=Operator.IS, words=each) for each in (words[0], words[-1]))
    one, other = ends
    return whole, (one, other)


def _key(cell: str) -> tuple[str, int] | None:
    """Return what a cell is one of and its place among them, for months, days of the week and numbers."""
    month = next((n for name, n in MONTHS.items() if len(cell) > 2 and name.startswith(cell)), None)
    if month is not None:
        return "month", month
    if cell[:3] in _WEEKDAYS and " " not in cell:
        return "day", _WEEKDAYS.index(cell[:3])
    numbered = _NUMBERED.fullmatch(cell)
    return (numbered[1], int(numbered[2])) if numbered else None
