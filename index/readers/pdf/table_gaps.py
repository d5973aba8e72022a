"""Finds table cells on a PDF page, which pdfium's text separates only by spaces.

Each row gets a tab per column, so that each number stays below its column's header, even in rows with empty
cells and in rows whose cells pdfium returns on separate lines.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from citeback.index.readers.common.offset_map import Edit
from citeback.index.records import Box, Span

Piece = tuple[Span, Box]

_FEWEST_ROWS, _FEWEST_COLUMNS = 3, 3
_FULL_ROWS = 2  # rows with a piece in every column
_MOST_SINGLE = 2  # lines of one piece between the rows of a table
_MOST_TRIED = 3  # numbers of columns
_WORDS = 1.0  # heights of a line within which the words of a cell stand apart
_NEXT = 3.0  # heights of a line within which the next row follows


def table_gaps(text: str, pieces: Sequence[Piece]) -> Iterator[Edit]:
    """Yield the edits that put a tab between the cells of tables.

    `pieces` are runs of the text without a wide gap, in its order, with their boxes.
    """
    for rows in _tables(_lines(text, pieces)):
        for row, at in _grid(rows):
            yield from _edits(row, at)


def _grid(rows: Sequence[Sequence[Piece]]) -> list[tuple[Sequence[Piece], list[int]]]:
    """Return the rows of a table, each with the column of every piece; none if it is no table.

    Its columns are those of rows with the same number of pieces, as many as possible: in other rows cells
    are empty, or the words of a cell stand far apart.
    """
    counts = Counter(len(row) for row in rows if len(row) >= _FEWEST_COLUMNS)
    ranked = sorted(counts, key=lambda count: (counts[count], count), reverse=True)
    for count in ranked[:_MOST_TRIED]:
        columns = _columns([row for row in rows if len(row) == count])
        placed = [_placed(row, columns) for row in rows] if columns else []
        if placed and all(placed):
            return list(zip(rows, placed, strict=True))
    return []


def _lines(text: str, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each line."""
    row: list[Piece] = []
    for piece in pieces:
        if row and not _beside(text, row[-1], piece):
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _beside(text: str, one: Piece, other: Piece) -> bool:
    """Return whether a piece is to the right of another; pdfium breaks the line at some wide gaps."""
    if text[one[0].end : other[0].start].strip() or one[1].right > other[1].left:
        return False
    overlap = min(one[1].bottom, other[1].bottom) - max(one[1].top, other[1].top)
    return 2 * overlap > min(one[1].bottom - one[1].top, other[1].bottom - other[1].top)


def _tables(lines: Iterator[list[Piece]]) -> Iterator[list[list[Piece]]]:
    """Yield runs of lines with several pieces each, one below the other.

    A few lines of one piece may be between them, where only one cell has several lines.
    """
    rows: list[list[Piece]] = []
    single: list[list[Piece]] = []
    for line in lines:
        last = (single or rows or [line])[-1]
        follows = last is line or _follows(last[0][1], line[0][1])
        if not follows or (len(line) == 1 and (not rows or len(single) == _MOST_SINGLE)):
            if len(rows) >= _FEWEST_ROWS:
                yield rows
            rows, single = [], []
        if len(line) > 1:
            rows += [*single, line]
            single = []
        elif rows:
            single.append(line)
    if len(rows) >= _FEWEST_ROWS:
        yield rows


def _follows(above: Box, below: Box) -> bool:
    height = max(above.bottom - above.top, 1.0)
    return 0 < below.top - above.top < _NEXT * height


def _columns(rows: Sequence[Sequence[Piece]]) -> list[tuple[float, float]]:
    """Return the left and right edges of the columns of full rows; none if they overlap."""
    if len(rows) < _FULL_ROWS:
        return []
    edges = [
        (min(box.left for _, box in cells), max(box.right for _, box in cells))
        for cells in zip(*rows, strict=True)
    ]
    apart = all(one[1] < other[0] for one, other in pairwise(edges))
    return edges if apart else []


def _placed(row: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> list[int]:
    """Return the column of each piece of a row; none if they are not in order.

    Two pieces may share a column if they are words of one cell, with no gap as wide as between cells.
    """
    found = [min(range(len(columns)), key=lambda n: _distance(box, columns[n])) for _, box in row]
    pairs = zip(pairwise(found), pairwise(row), strict=True)
    in_order = all(
        one < other
        or (one == other and after[1].left - before[1].right < _WORDS * _height(before[1], after[1]))
        for (one, other), (before, after) in pairs
    )
    return found if in_order else []


def _height(one: Box, other: Box) -> float:
    return max(one.bottom - one.top, other.bottom - other.top)


def _distance(box: Box, column: tuple[float, float]) -> float:
    """Return how far a box is from a column: 0 if they overlap most, otherwise by their middles."""
    overlap = min(box.right, column[1]) - max(box.left, column[0])
    return -overlap if overlap > 0 else abs((box.left + box.right) / 2 - (column[0] + column[1]) / 2)


def _edits(row: Sequence[Piece], at: Sequence[int]) -> Iterator[Edit]:
    """Yield a tab for each column up to a piece's own, instead of the space before it."""
    before, column = row[0][0].start, 0
    for (span, _), own in zip(row, at, strict=True):
        if own > column:
            yield Edit(start=before, end=span.start, replacement="\t" * (own - column))
        before, column = span.end, own
