"""Detects where tables begin among rows, and headers of two rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.records import Span
from citeback.rag.tables.cell_values import Kind, value

_FIGURES = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.DURATION})
_MOSTLY = 0.7  # of the cells below a head that are figures
_LOOKED_AT = 20  # rows below a head


@dataclass(frozen=True, slots=True)
class Cell:
    """The span of a cell, and its words."""

    span: Span
    text: str


Row = Sequence[Cell]


def parted(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield the tables that are one below another; each begins with words above a row with figures."""
    start = 0
    for n in range(2, len(rows) - 1):
        if n - start >= 2 and len(rows[n]) != len(rows[start]) and _begins(rows[n], rows[n + 1]):
            yield rows[start:n]
            start = n
    yield rows[start:]


def _begins(head: Row, below: Row) -> bool:
    """Return whether a row is a header: words in every cell, above a row of equal width with a figure."""
    words = len(head) > 1 and all(_is_word(cell) for cell in head)
    return words and len(below) == len(head) and any(_is_figure(cell) for cell in below)


def joined_heads(rows: Sequence[Row]) -> list[list[Cell]]:
    """Return rows with a head of two rows, the upper one with merged cells, as one: "2022" over "Sales".

    What is not such a head is returned as it is.
    """
    own = [list(row) for row in rows]
    if len(own) < 3 or not _is_two(own[0], own[1], own[2 : 2 + _LOOKED_AT]):
        return own
    upper, lower = own[0], own[1]
    head, above = list[Cell](), ""
    for n, cell in enumerate(lower):
        over = upper[n].text if n < len(upper) else ""
        above = over or (above if cell.text else "")
        place = cell.span if len(cell.span) or n >= len(upper) else upper[n].span
        head.append(Cell(place, " ".join(filter(None, (above, cell.text)))))
    return [head, *own[2:]]


def _is_two(upper: Row, lower: Row, rest: Sequence[Row]) -> bool:
    merged = len(upper) <= len(lower) and any(not cell.text for cell in upper[1:])
    if not merged or not any(cell.text for cell in upper[1:]):
        return False
    said = [n for n, cell in enumerate(lower) if cell.text]
    if len(said) < 2 or not all(_is_word(lower[n]) for n in said):
        return False
    below = [[_is_figure(row[n]) for row in rest if n < len(row) and row[n].text] for n in said]
    return sum(bool(own) and sum(own) >= _MOSTLY * len(own) for own in below) >= 2


def _is_word(cell: Cell) -> bool:
    return value(cell.text).kind is Kind.TEXT


def _is_figure(cell: Cell) -> bool:
    return value(cell.text).kind in _FIGURES
