"""Puts a PDF page's characters in the order of its columns.

Most files store text column by column, and pdfium returns it so. Pages stored line by line across columns are
reordered here.
"""

from collections.abc import Iterable, Iterator
from ctypes import byref, c_double
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.common.columns import GUTTER, LINES, crossed, order
from citeback.index.readers.common.offset_map import EditedText, apply_edits
from citeback.index.readers.pdf.table_gaps import table_gaps
from citeback.index.records import Box, Span

_LINE_END, _HYPHEN = "\r\n", "\ufffe"
_SHORT_LINE, _SHORT_LINES = 25, 6


def reading_order(layer: Any, text: str, objects: int | None = None) -> EditedText | None:
    """Return pdfium's page text reordered by column, or None if its order is correct.

    Lines are separated by newlines, and cells by tabs in tables; all other characters map
    back to pdfium's text. `objects` is the number of the page's objects if each of them draws text.
    """
    rects = _side_by_side(layer, text, objects)
    if not rects:
        return None
    pieces = list(_pieces(layer, text))
    if not crossed(
        list(
            _lines(
                Box(left=left, top=-top, right=right, bottom=-bottom) for left, top, right, bottom in rects
            )
        )
    ):
        gaps = list(table_gaps(text, pieces))
        return apply_edits(text, gaps) if gaps else None
    return _joined(text, list(_whole(text, [pieces[n][0] for n in order([box for _, box in pieces])])))


def _whole(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans, merging those that are adjacent on one line."""
    before: Span | None = None
    for span in spans:
        between = text[before.end : span.start] if before and before.end <= span.start else _LINE_END
        if before and between.isspace() and not set(between) & set(_LINE_END):
            before = Span(before.start, span.end)
            continue
        if before:
            yield before
        before = span
    if before:
        yield before


def _joined(text: str, spans: list[Span]) -> EditedText:
    parts: list[str] = []
    kept: list[tuple[int, int, int]] = []
    length = 0
    for span in spans:
        broken = text[span.end - 1] == _HYPHEN
        whole = Span(span.start, span.end - broken)
        kept.append((length, whole.start, len(whole)))
        parts += [whole.of(text), "-" if broken else "", _LINE_END]
        length += len(whole) + broken + len(_LINE_END)
    return EditedText("".join(parts), tuple(kept))


def _side_by_side(layer: Any, text: str, objects: int | None) -> list[tuple[float, float, float, float]]:
    """Return the line pieces if several stand side by side, as in columns and tables; none on other pages."""
    lines = text.split(_LINE_END)
    many, short = len(lines) - 1 + LINES, sum(0 < length <= _SHORT_LINE for length in map(len, lines))
    # A piece is what one object draws; to count the pieces takes a fiftieth of the reading time.
    count = objects if objects is not None and objects < many else int(raw.FPDFText_CountRects(layer, 0, -1))
    # On most pages, hardly any line has two pieces, and few lines are as short as the cells of a table.
    if count < many and short < _SHORT_LINES:
        return []
    count = int(raw.FPDFText_CountRects(layer, 0, -1))
    rects = list(_rects(layer, count))
    beside = sum(
        before[2] < left and abs(before[3] - bottom) < (before[1] - before[3]) / 2
        for before, (left, _, _, bottom) in pairwise(rects)
    )
    # Few on most pages; computing all boxes would take a tenth of the reading time.
    return rects if beside >= LINES else []


def _rects(layer: Any, count: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield (left, top, right, bottom) of pdfium's line pieces, in points from the bottom."""
    left, top, right, bottom = results = [c_double() for _ in range(4)]
    where = [byref(value) for value in results]
    for n in range(count):
        raw.FPDFText_GetRect(layer, n, *where)
        yield left.value, top.value, right.value, bottom.value


def _lines(pieces: Iterable[Box]) -> Iterator[Box]:
    """Yield the boxes, merging those that touch."""
    before: Box | None = None
    for piece in pieces:
        if before and not _touch(before, piece):
            yield before
            before = None
        before = _around(before, piece) if before else piece
    if before:
        yield before


def _pieces(layer: Any, text: str) -> Iterator[tuple[Span, Box]]:
    """Yield each run of text without a gap wider than a word space, with its box."""
    start, box = 0, None
    end = 0
    for offset, result in _chars(layer, text):
        if box and not _touch(box, result):
            yield Span(start, end), box
            box = None
        start = offset if box is None else start
        box, end = _around(box, result) if box else result, offset + 1
    if box:
        yield Span(start, end), box


def _chars(layer: Any, text: str) -> Iterator[tuple[int, Box]]:
    """Yield the offset and box of every visible character."""
    left, right, bottom, top = (c_double() for _ in range(4))
    units = 0
    for offset, char in enumerate(text):
        if not char.isspace():
            n = raw.FPDFText_GetCharIndexFromTextIndex(layer, units)
            raw.FPDFText_GetCharBox(layer, n, byref(left), byref(right), byref(bottom), byref(top))
            yield offset, Box(left=left.value, top=-top.value, right=right.value, bottom=-bottom.value)
        units += 1 + (char > "\uffff")


def _touch(one: Box, two: Box) -> bool:
    """Return whether the second box continues the first: on the same line, at most a space away."""
    height = max(one.bottom - one.top, two.bottom - two.top)
    level = min(one.bottom, two.bottom) - max(one.top, two.top) > 0
    return level and -height < two.left - one.right < GUTTER * height


def _around(one: Box, two: Box) -> Box:
    return Box(
        left=min(one.left, two.left),
        top=min(one.top, two.top),
        right=max(one.right, two.right),
        bottom=max(one.bottom, two.bottom),
    )
