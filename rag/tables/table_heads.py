"""Detects where tables begin among rows, and headers of two rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.readers.common.column_labels import ROWS_BELOW, column_labels, head_rows
from citeback.index.records import Span
from citeback.rag.tables.cell_values import Kind, value

_FIGURES = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.DURATION})


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
    """Return rows with a head of several rows as one: "2022" over "Sales".

    Readers join such heads; those of Markdown and PDFs keep their rows. What is not such a head is returned
    as it is.
    """
    own = [list(row) for row in rows]
    texts = [[cell.text for cell in row] for row in own[:ROWS_BELOW]]
    count = head_rows(texts) if texts else 1
    if count == 1:
        return own
    labels = column_labels(texts[:count])
    return [[Cell(_span(own[:count], n), label) for n, label in enumerate(labels)], *own[count:]]


def _span(rows: Sequence[Row], column: int) -> Span:
    """Return the span of the lowest cell with text in a column of the head."""
    cells = [row[column] for row in rows if column < len(row)]
    return next((cell.span for cell in reversed(cells) if cell.text), cells[-1].span)


def _is_word(cell: Cell) -> bool:
    return value(cell.text).kind is Kind.TEXT


def _is_figure(cell: Cell) -> bool:
    return value(cell.text).kind in _FIGURES
