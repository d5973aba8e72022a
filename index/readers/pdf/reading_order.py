"""Puts a PDF page's characters in the order of its columns.

Most files store text column by column, and pdfium returns it in that order. This module reorders pages that
are stored line by line across columns, and rotated pages that pdfium reads from the last line to the first.
"""

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from ctypes import PYFUNCTYPE, addressof, byref, c_double, c_int, c_void_p, cast, sizeof
from itertools import pairwise, repeat
from math import inf, pi
from operator import neg
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.common.columns import GUTTER, LINES, crossed, order
from citeback.index.readers.common.offset_map import EditedText, apply_edits
from citeback.index.readers.pdf.table_gaps import table_gaps
from citeback.index.records import Box, Span

_VISIBLE, _WIDE = re.compile(r"\S"), re.compile("[\U00010000-\U0010ffff]")
# With addresses as integers: an object around each would take as long as the call.
_CHAR_BOX = PYFUNCTYPE(c_int, c_void_p, c_int, *[c_void_p] * 4)(
    cast(raw.FPDFText_GetCharBox, c_void_p).value or 0
)
_CHAR_INDEX = PYFUNCTYPE(c_int, c_void_p, c_int)(
    cast(raw.FPDFText_GetCharIndexFromTextIndex, c_void_p).value or 0
)
_LINE_END, _HYPHEN = "\r\n", "\ufffe"
_SHORT_LINE, _SHORT_LINES = 25, 6
_FEWEST_UP = 2  # lines of a turned page above those before them, more than columns cause
_FIRST_SAMPLES, _SAMPLES, _MOST = (
    3,
    12,
    0.8,
)  # characters of a page that are asked for their angle, and the share that agree


def reading_order(
    layer: Any, text: str, objects: int | None = None, turned: bool = False
) -> EditedText | None:
    """Return pdfium's page text reordered by column, or None if its order is correct.

    Lines are separated by newlines, and cells by tabs in tables; all other characters map
    back to pdfium's text. `objects` is the number of the page's objects if each of them draws text, and
    `turned` means that the page is displayed rotated.
    """
    quarter = _quarter(layer, text)
    rects = _side_by_side(layer, text, objects, quarter)
    is_turned = turned or quarter > 0
    may_be_reversed = is_turned or _ends_above(layer, text)
    if not rects and not may_be_reversed:
        return None
    pieces = list(_pieces(layer, text, quarter))
    is_reversed = may_be_reversed and _is_reversed(pieces, _FEWEST_UP if is_turned else inf)
    if not rects and not is_reversed:
        return None
    if not is_reversed and not crossed(list(_lines(rects))):
        gaps = list(table_gaps(text, pieces))
        return apply_edits(text, gaps) if gaps else None
    ordered = _joined(text, list(_whole(text, [pieces[n][0] for n in order([box for _, box in pieces])])))
    gaps = list(table_gaps(ordered.text, list(_placed(pieces, ordered)))) if is_reversed else []
    return apply_edits(ordered.text, gaps).composed_with(ordered) if gaps else ordered


def _placed(pieces: Sequence[tuple[Span, Box]], ordered: EditedText) -> Iterator[tuple[Span, Box]]:
    """Yield pieces of the original text with their places in the reordered one, in its order."""
    starts = [span.start for span, _ in pieces]
    for there, here, length in ordered.unchanged:
        for span, box in pieces[bisect_left(starts, here) : bisect_left(starts, here + length)]:
            yield Span(there + span.start - here, there + min(span.end, here + length) - here), box


def _quarter(layer: Any, text: str) -> int:
    """Return the clockwise rotation, in quarter turns, of nearly all text on a page."""
    if not any(_angles(layer, text, _FIRST_SAMPLES)):  # as on most pages
        return 0
    angles = _angles(layer, text, _SAMPLES)
    quarter, count = max(Counter(angles).items(), key=lambda pair: pair[1])
    return quarter if count > _MOST * len(angles) else 0


def _angles(layer: Any, text: str, count: int) -> list[int]:
    """Return the angles, in quarter turns, of a sample of `count` characters of a page."""
    step = max(1, len(text) // count)
    chars = [offset for offset in range(step // 2, len(text), step) if not text[offset].isspace()]
    angles = (raw.FPDFText_GetCharAngle(layer, char) for char in chars)
    return [round(angle / (pi / 2)) % 4 for angle in angles if angle >= 0]


def _ends_above(layer: Any, text: str) -> bool:
    """Return whether the last character of a page is above the first, as on a rotated page."""
    first = len(text) - len(text.lstrip())
    return bool(text) and _height(layer, first) < _height(layer, len(text.rstrip()) - 1)


def _height(layer: Any, char: int) -> float:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(layer, char, byref(x), byref(y))
    return y.value


def _is_reversed(pieces: Iterable[tuple[Span, Box]], fewest: float) -> bool:
    """Return whether most lines, or at least `fewest`, are above the line before them."""
    up = down = 0
    for (_, one), (_, other) in pairwise(pieces):
        height = max(one.bottom - one.top, other.bottom - other.top)
        up += other.top < one.top - height / 2
        down += other.top > one.top + height / 2
    return up > 2 * down or up >= fewest


def _upright(quarter: int, left: float, top: float, right: float, bottom: float) -> Box:
    """Return edges, in points from the lower left corner, as a box on the page rotated upright."""
    if quarter == 1:  # the text runs downwards
        left, right, top, bottom = -top, -bottom, right, left
    elif quarter == 2:
        left, right, top, bottom = -right, -left, -bottom, -top
    elif quarter == 3:
        left, right, top, bottom = bottom, top, -left, -right
    return Box(left=left, top=-top, right=right, bottom=-bottom)


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


def _side_by_side(layer: Any, text: str, objects: int | None, quarter: int) -> list[Box]:
    """Return the line pieces if several are side by side, as in columns and tables; otherwise none."""
    lines = text.split(_LINE_END)
    many, short = len(lines) - 1 + LINES, sum(0 < length <= _SHORT_LINE for length in map(len, lines))
    # A piece is what one object draws; to count the pieces takes a fiftieth of the reading time.
    count = objects if objects is not None and objects < many else int(raw.FPDFText_CountRects(layer, 0, -1))
    # On most pages, hardly any line has two pieces, and few lines are as short as the cells of a table.
    if count < many and short < _SHORT_LINES:
        return []
    rects = list(_rects(layer, int(raw.FPDFText_CountRects(layer, 0, -1)), quarter))
    beside = sum(
        one.right < other.left and abs(one.bottom - other.bottom) < (one.bottom - one.top) / 2
        for one, other in pairwise(rects)
    )
    # Few on most pages; computing all boxes would take a tenth of the reading time.
    return rects if beside >= LINES else []


def _rects(layer: Any, count: int, quarter: int) -> Iterator[Box]:
    """Yield the boxes of pdfium's line pieces."""
    left, top, right, bottom = results = [c_double() for _ in range(4)]
    where = [byref(value) for value in results]
    for n in range(count):
        raw.FPDFText_GetRect(layer, n, *where)
        yield _upright(quarter, left.value, top.value, right.value, bottom.value)


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


def _pieces(layer: Any, text: str, quarter: int) -> Iterator[tuple[Span, Box]]:
    """Yield each run of text without a gap wider than a word space, with its box.

    The result is that of `_touch` and `_around` for each character; a `Box` for each would take far longer.
    """
    start = end = -1
    x = y = right = bottom = 0.0  # the edges of the run; `x` and `y` are its left and upper ones
    for offset, left, low, far, high in _chars(layer, text, quarter):
        if start >= 0:
            height = max(bottom - y, low - high)
            is_level = bottom > high and low > y
            if is_level and -height < left - right < GUTTER * height:
                if left < x:
                    x = left
                if high < y:
                    y = high
                if far > right:
                    right = far
                if low > bottom:
                    bottom = low
                end = offset + 1
                continue
            yield Span(start, end), Box(left=x, top=y, right=right, bottom=bottom)
        start, end = offset, offset + 1
        x, y, right, bottom = left, high, far, low
    if start >= 0:
        yield Span(start, end), Box(left=x, top=y, right=right, bottom=bottom)


def _chars(layer: Any, text: str, quarter: int) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield the offset of every visible character, and the left, lower, right and upper edge of its box."""
    offsets = [match.start() for match in _VISIBLE.finditer(text)]
    count = len(offsets)
    edges = (c_double * (4 * count))()
    at, size = addressof(edges), sizeof(c_double)
    places = (range(at + n * size, at + (4 * count + n) * size, 4 * size) for n in range(4))
    deque(
        map(_CHAR_BOX, repeat(cast(layer, c_void_p).value), _indexes(layer, text, offsets), *places), maxlen=0
    )
    left, right, bottom, top = (edges[n::4] for n in range(4))
    if quarter == 0:
        yield from zip(offsets, left, map(neg, bottom), right, map(neg, top), strict=True)
        return
    for offset, *box in zip(offsets, left, top, right, bottom, strict=True):
        upright = _upright(quarter, *box)
        yield offset, upright.left, upright.bottom, upright.right, upright.top


def _indexes(layer: Any, text: str, offsets: Sequence[int]) -> Iterable[int]:
    """Return pdfium's indexes of the characters at these offsets of its text."""
    is_wide = not text.isascii() and len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)
    if not is_wide and int(raw.FPDFText_CountChars(layer)) == len(text):
        return offsets  # every character has text
    wide = [match.start() for match in _WIDE.finditer(text)] if is_wide else []
    units = [offset + bisect_left(wide, offset) for offset in offsets] if wide else offsets
    return map(_CHAR_INDEX, repeat(cast(layer, c_void_p).value), units)


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
