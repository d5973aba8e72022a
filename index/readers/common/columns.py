"""Reading order of the lines on a page with columns.

Lines that cross the gutter between two columns (headings, wide tables, notes) divide the page into bands.
Within a band, the left column is read before the right one; short pieces side by side are a table and are
read row by row. Boxes are in page units, with the origin in the upper left corner.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, pairwise
from statistics import median

from citeback.index.records import Box

GUTTER = 0.6
"""Least width of a gutter, in line heights; narrower gaps are spaces."""
WIDE, FULL, LINES = 0.22, 0.75, 3
"""A column's least share of the text width, least median share of it that lines fill, and least number of
lines."""
NARROWEST, EVEN = 10.0, 0.4
"""Least width of a column, in line heights and relative to the other column; cells are narrower."""
APART = 1.0
"""Least vertical gap between the parts of a band, in line heights."""
_DEEPEST = 4

Row = list[int]


def order(boxes: Sequence[Box]) -> list[int]:
    """Return the indexes of boxes, each a line or a piece of one, in reading order.

    >>> left, right = [Box(0, y, 10, y + 1) for y in range(4)], [Box(11, y, 21, y + 1) for y in range(4)]
    >>> order([left[0], right[0], left[1], right[1], left[2], right[2], left[3], right[3]])
    [0, 2, 4, 6, 1, 3, 5, 7]
    """
    return list(_ordered(boxes, list(range(len(boxes))), 0)) if boxes else []


def crossed(boxes: Sequence[Box]) -> bool:
    """Return whether boxes form two columns but are ordered line by line across both.

    More than half of the rows must run across: a table or figure within a column does so as well.
    """
    edge = _edge(boxes, list(range(len(boxes)))) if boxes else None
    if edge is None:
        return False
    across = sum(
        one.right < edge <= two.left and abs(one.bottom - two.bottom) < (one.bottom - one.top) / 2
        for one, two in pairwise(boxes)
    )
    beside = sum(
        boxes[row[0]].right < edge <= boxes[row[-1]].left for row in _rows(boxes, list(range(len(boxes))))
    )
    return 2 * across > beside >= LINES


def _ordered(boxes: Sequence[Box], some: Row, depth: int) -> Iterator[int]:
    rows = _rows(boxes, some)
    edge = _edge(boxes, some) if some and depth < _DEEPEST else None
    if edge is None:
        for row in rows:
            yield from row
        return
    for crossing, band in _bands(boxes, rows, edge):
        for table, block in [(True, band)] if crossing else _blocks(boxes, band, edge):
            if table:
                yield from block
            else:
                yield from _ordered(boxes, [n for n in block if boxes[n].left < edge], depth + 1)
                yield from _ordered(boxes, [n for n in block if boxes[n].left >= edge], depth + 1)


def _rows(boxes: Sequence[Box], some: Row) -> list[Row]:
    """Group boxes of the same height into rows, left to right, top to bottom."""
    rows: list[Row] = []
    bottom = middle = 0.0
    for n in sorted(some, key=lambda n: (boxes[n].top + boxes[n].bottom, boxes[n].left)):
        box = boxes[n]
        if rows and box.top < middle and (box.top + box.bottom) / 2 < bottom:
            rows[-1].append(n)
        else:
            rows.append([n])
            bottom, middle = box.bottom, (box.top + box.bottom) / 2
    return [sorted(row, key=lambda n: boxes[n].left) for row in rows]


def _edge(boxes: Sequence[Box], some: Row) -> float | None:
    """Return the left edge of the right one of two columns, or None if there are not two."""
    height = median(boxes[n].bottom - boxes[n].top for n in some)
    for edge in _lefts(boxes, some, height / 2):
        left = [n for n in some if boxes[n].right <= edge - GUTTER * height]
        if _are_columns(boxes, some, left, [n for n in some if boxes[n].left >= edge]):
            return edge
    return None


def _lefts(boxes: Sequence[Box], some: Row, near: float) -> list[float]:
    """Return left edges shared by several boxes, most frequent first."""
    lefts = sorted(boxes[n].left for n in some)
    results: list[tuple[int, float]] = []
    start = 0
    for n, left in enumerate(lefts):
        if n + 1 == len(lefts) or lefts[n + 1] - left > near:
            results.append((start - n - 1, lefts[start]))
            start = n + 1
    return [left for count, left in sorted(results) if -count >= LINES and left > lefts[0]]


def _beside(boxes: Sequence[Box], side: Row, other: Row) -> Row:
    """Return the boxes of one side within the vertical extent of the other."""
    top = min((boxes[n].top for n in other), default=0.0)
    bottom = max((boxes[n].bottom for n in other), default=0.0)
    return [n for n in side if boxes[n].bottom > top and boxes[n].top < bottom]


def _are_columns(boxes: Sequence[Box], some: Row, left: Row, right: Row) -> bool:
    """Return whether two sides are columns: wide enough, of similar width, and filled with text.

    A side that holds two columns itself qualifies too.
    """
    sides = _beside(boxes, left, right), _beside(boxes, right, left)
    widths = [_across(boxes, side) for side in sides]
    height = median(boxes[n].bottom - boxes[n].top for n in some)
    least = max(EVEN * max(widths), WIDE * _across(boxes, some), NARROWEST * height)
    return min(widths) >= least and all(
        _is_filled(boxes, side) or (len(side) > LINES and _edge(boxes, side) is not None) for side in sides
    )


def _across(boxes: Sequence[Box], side: Row) -> float:
    return max((boxes[n].right for n in side), default=0.0) - min((boxes[n].left for n in side), default=0.0)


def _is_filled(boxes: Sequence[Box], side: Row) -> bool:
    """Return whether boxes are the lines of one column, most of them spanning its width in one piece."""
    lines = [max(boxes[n].right - boxes[n].left for n in row) for row in _rows(boxes, side)]
    return len(lines) >= LINES and median(lines) >= FULL * _across(boxes, side)


def _bands(boxes: Sequence[Box], rows: Sequence[Row], edge: float) -> Iterator[tuple[bool, Row]]:
    """Yield runs of rows that cross an edge, and of rows that do not, with whether they do."""
    for crossing, some in groupby(rows, lambda row: any(boxes[n].left < edge < boxes[n].right for n in row)):
        yield crossing, list(chain.from_iterable(some))


def _blocks(boxes: Sequence[Box], band: Row, edge: float) -> Iterator[tuple[bool, Row]]:
    """Yield runs of tables and runs of columns in a band, with whether they are tables.

    Parts are separated by a blank strip across both columns.
    """
    parts: list[list[Row]] = []
    bottom = 0.0
    height = median(boxes[n].bottom - boxes[n].top for n in band)
    for row in _rows(boxes, band):
        if not parts or min(boxes[n].top for n in row) - bottom > APART * height:
            parts.append([])
        parts[-1].append(row)
        bottom = max(bottom, *(boxes[n].bottom for n in row))
    for table, some in groupby(parts, lambda part: _is_table(boxes, part, edge)):
        yield table, [n for part in some for row in part for n in row]


def _is_table(boxes: Sequence[Box], rows: Sequence[Row], edge: float) -> bool:
    """Return whether rows form a table: pieces on both sides of an edge that are not text columns."""
    some = [n for row in rows for n in row]
    sides = [n for n in some if boxes[n].left < edge], [n for n in some if boxes[n].left >= edge]
    both = sum(boxes[row[0]].left < edge <= boxes[row[-1]].left for row in rows)
    return 2 * both > len(rows) > 1 and not _are_columns(boxes, some, *sides)
