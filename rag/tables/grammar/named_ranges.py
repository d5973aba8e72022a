"""Ranges whose ends are named: "from January to March 2024", "between Monday and Thursday"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from citeback.rag.tables.cell_values import MONTHS, Kind
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Condition, Operator

_MOST_VALUES = 60  # of a range whose cells are words
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STARTS, _ENDS = ("from", "between"), ("to", "until", "till", "through")
_WITHIN = ("in", "for", "during", "over", "months", "weeks")  # "in January to March"
_NUMBERED = re.compile(r"([^\W\d]{0,20}) ?(\d{1,6})")


@dataclass(frozen=True, slots=True)
class NamedRange:
    """The words of a range, the rows of it (None if they are not certain), and those of either end."""

    positions: frozenset[int]
    condition: Condition | None
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
                before = min(first.positions) - (mentions.words.texts[first.start - 1] in _STARTS)
                between = frozenset(range(before, max(last.positions) + 1))
                yield NamedRange(positions=between, condition=made[0], ends=made[1])


def _joined(texts: tuple[str, ...], first: CellMention, last: CellMention) -> bool:
    start, end = max(first.positions) + 1, min(last.positions)
    if end - start != 1 or first.start == 0:
        return False
    before, between = texts[first.start - 1], texts[start]
    if between == "and":
        return before == "between"
    return between == "through" or (before in _STARTS + _WITHIN and between in _ENDS)


Ranged = tuple[Condition | None, tuple[Condition, Condition]]


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
    """Return the rows from one cell to another of a column whose cells have an order.

    There is no condition if the rows do not show which they are: from November to February in a table that
    begins with January.
    """
    if mentions.table.columns[first.column].kind is not Kind.TEXT or not (first.whole and last.whole):
        return None
    kept = [n for n in range(len(mentions.table.rows)) if n not in mentions.table.totals]
    cells = [" ".join(cell) for cell in mentions.cells[first.column]]
    keys = [_key(mentions.table.texts[n][first.column].casefold()) for n in kept]
    known = [key for key in keys if key is not None]
    if len(known) < len(keys) or len({kind for kind, _ in known}) != 1:
        return None
    start, end = (known[cells.index(each.words)][1] for each in (first, last))
    one, other = (Condition(first.column, Operator.IS, words=each.words) for each in (first, last))
    places = [place for _, place in known]
    if start < end:
        between = dict.fromkeys(c for c, place in zip(cells, places, strict=True) if start <= place <= end)
    elif cells.index(first.words) < cells.index(last.words) and len(set(cells)) == len(cells):
        between = dict.fromkeys(cells[cells.index(first.words) : cells.index(last.words) + 1])
    else:
        return None, (one, other)
    words = tuple(between)
    whole = Condition(first.column, Operator.IS, words=words[0], others=words[1:])
    return whole if len(words) <= _MOST_VALUES else None, (one, other)


def _key(cell: str) -> tuple[str, int] | None:
    """Return what a cell is one of and its place among them, for months, days of the week and numbers."""
    cell = cell.rstrip(".")
    month = next((n for name, n in MONTHS.items() if len(cell) > 2 and name.startswith(cell)), None)
    if month is not None:
        return "month", month
    if cell[:3] in _WEEKDAYS and " " not in cell:
        return "day", _WEEKDAYS.index(cell[:3])
    numbered = _NUMBERED.fullmatch(cell)
    return (numbered[1], int(numbered[2])) if numbered else None
