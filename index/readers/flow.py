"""The characters of a PDF's page in the order of its columns. Must never know lines that run, nor words.

Most files hold their text column by column, and pdfium gives it so. Where a page was written line by line
across its columns, its text is put in order here.
"""

from collections.abc import Iterable, Iterator
from ctypes import byref, c_double
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from index.readers.columns import GUTTER, LINES, crossed, order
from index.readers.edits import Edited
from index.records import Box, Span

_LINE_END, _HYPHEN = "\r\n", "\ufffe"


def flow(layer: Any, text: str) -> Edited | None:
    """Return pdfium's text of a page column by column, None where it stands as it should already.

    What is between two lines becomes a line's end; every other character leads back to pdfium's.
    """
    if not _crosses(layer, text):
        return None
    pieces = list(_pieces(layer, text))
    return _joined(text, list(_whole(text, [pieces[n][0] for n in order([box for _, box in pieces])])))


def _whole(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans, those that stand beside each other on one line as one."""
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


def _joined(text: str, spans: list[Span]) -> Edited:
    parts: list[str] = []
    kept: list[tuple[int, int, int]] = []
    length = 0
    for span in spans:
        broken = text[span.end - 1] == _HYPHEN
        whole = Span(span.start, span.end - broken)
        kept.append((length, whole.start, len(whole)))
        parts += [whole.of(text), "-" if broken else "", _LINE_END]
        length += len(whole) + broken + len(_LINE_END)
    return Edited("".join(parts), tuple(kept))


def _crosses(layer: Any, text: str) -> bool:
    """Tell whether the lines, in the order in which pdfium holds them, run across two columns."""
    count = int(raw.FPDFText_CountRects(layer, 0, -1))
    if count < text.count(_LINE_END) + LINES:  # hardly a line has two pieces, on most pages
        return False
    rects = list(_rects(layer, count))
    beside = sum(
        before[2] < left and abs(before[3] - bottom) < (before[1] - before[3]) / 2
        for before, (left, _, _, bottom) in pairwise(rects)
    )
    if beside < LINES:  # as on most pages: boxes of them all would cost a tenth of reading
        return False
    return crossed(list(_lines(Box(left, -top, right, -bottom) for left, top, right, bottom in rects)))


def _rects(layer: Any, count: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield (left, top, right, bottom) of the pieces of lines as pdfium holds them, from the foot up."""
    left, top, right, bottom = found = [c_double() for _ in range(4)]
    where = [byref(value) for value in found]
    for n in range(count):
        raw.FPDFText_GetRect(layer, n, *where)
        yield left.value, top.value, right.value, bottom.value


def _lines(pieces: Iterable[Box]) -> Iterator[Box]:
    """Yield the pieces, those that touch as one."""
    before: Box | None = None
    for piece in pieces:
        if before and not _touch(before, piece):
            yield before
            before = None
        before = _around(before, piece) if before else piece
    if before:
        yield before


def _pieces(layer: Any, text: str) -> Iterator[tuple[Span, Box]]:
    """Yield each stretch of the text that has no gap wider than one between words, and its box."""
    start, box = 0, None
    end = 0
    for offset, found in _chars(layer, text):
        if box and not _touch(box, found):
            yield Span(start, end), box
            box = None
        start = offset if box is None else start
        box, end = _around(box, found) if box else found, offset + 1
    if box:
        yield Span(start, end), box


def _chars(layer: Any, text: str) -> Iterator[tuple[int, Box]]:
    """Yield every character that is drawn, by its offset, with its box."""
    left, right, bottom, top = (c_double() for _ in range(4))
    units = 0
    for offset, char in enumerate(text):
        if not char.isspace():
            n = raw.FPDFText_GetCharIndexFromTextIndex(layer, units)
            raw.FPDFText_GetCharBox(layer, n, byref(left), byref(right), byref(bottom), byref(top))
            yield offset, Box(left.value, -top.value, right.value, -bottom.value)
        units += 1 + (char > "\uffff")


def _touch(one: Box, two: Box) -> bool:
    """Tell whether a box goes on where another ends: on its line, and no further away than a word."""
    height = max(one.bottom - one.top, two.bottom - two.top)
    level = min(one.bottom, two.bottom) - max(one.top, two.top) > 0
    return level and -height < two.left - one.right < GUTTER * height


def _around(one: Box, two: Box) -> Box:
    return Box(
        min(one.left, two.left),
        min(one.top, two.top),
        max(one.right, two.right),
        max(one.bottom, two.bottom),
    )
