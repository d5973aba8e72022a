"""Edits of a page's text based on its characters: superscripts set apart, invisible words removed.

Only a few characters are examined: numbers that may be superscripts, and the first of each line.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from ctypes import PYFUNCTYPE, byref, c_double, c_int, c_void_p, cast
from itertools import groupby, islice, repeat
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.common.offset_map import Edit
from citeback.index.records import Span

# A power of ten, a year with the mark of a note, a unit or a word with a figure.
_CANDIDATE = re.compile(
    r"(?<![\d.,])(?:10(?=[−–-]?\d{1,2}(?!\d))|[12]\d{3}(?=\d{1,2}(?!\d)))"
    r"|[^\W\d_](?=[−–-]?\d{1,3}(?!\w))|[)\]](?=\d{1,3}(?!\w))"
)
_FIGURE = re.compile(r"[−–-]?\d{1,3}")
_DIGITS = bytes(ord("1") if byte in b"0123456789" else ord(" ") for byte in range(256))
_MINUS, _CLOSING = ("−", "–", "-"), (")", "]")
_AFTER = re.compile(r"\r\n ?")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_SMALLER, _HIGHER = 0.9, 0.15  # of the size of the character before
_LINE = re.compile(r"[^\r\n\f]+")
_MOST_LINES = 2_000
# With addresses as integers: an object around each would take as long as the call.
_OBJECT = PYFUNCTYPE(c_void_p, c_void_p, c_int)(cast(raw.FPDFPage_GetObject, c_void_p).value or 0)
_RENDER_MODE = PYFUNCTYPE(c_int, c_void_p)(cast(raw.FPDFTextObj_GetTextRenderMode, c_void_p).value or 0)
_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE

Origin = Callable[[int], int | None]
"""Maps an offset of the text to pdfium's index of the character; None for one that pdfium does not have."""


def raised_figures(layer: Any, text: str, index: Origin) -> Iterator[Edit]:
    """Yield edits that insert a caret before each superscript number and remove a line break after it."""
    for match in _candidates(text):
        figure = _FIGURE.match(text, match.end())
        base = index(match.end() - 1)
        high = index(figure.start()) if figure else None
        if figure is None or base is None or high is None or not _is_raised(layer, base, high):
            continue
        yield Edit(start=figure.start(), end=figure.start(), replacement="^")
        after = _AFTER.match(text, figure.end())
        following = index(after.end()) if after and after.end() < len(text) else None
        if after and following is not None and abs(_place(layer, following) - _place(layer, base)) < 1.0:
            yield Edit(*after.span(), " ")


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """Yield possible bases of superscript numbers; each ends before or within a run of digits."""
    marks = text.encode("latin-1", "replace").translate(_DIGITS)  # searched faster than by a pattern
    start = marks.find(b"1")
    while start >= 0:
        end = marks.find(b" ", start)
        end = end if end >= 0 else len(marks)
        first = start - (text[max(0, start - 1) : start] in _MINUS)
        before = text[max(0, first - 2) : first]
        if before[-1:].isalpha() or before[-1:] in _CLOSING:
            yield from _matching(text, first - 1)
        elif before == "10" and first < start:
            yield from _matching(text, first - 2)
        if end - start > 2 and text[start] in "12":
            yield from _matching(text, start)
        start = marks.find(b"1", end)


def _matching(text: str, start: int) -> Iterator[re.Match[str]]:
    if match := _CANDIDATE.match(text, start):
        yield match


def _is_raised(layer: Any, base: int, high: int) -> bool:
    """Return whether a character is smaller and higher than the one before it."""
    size = raw.FPDFText_GetFontSize(layer, base)
    if not 0 < raw.FPDFText_GetFontSize(layer, high) <= _SMALLER * size:
        return False
    return bool(_place(layer, high) - _place(layer, base) > _HIGHER * size)


def _place(layer: Any, char: int) -> float:
    """Return the height of a character's baseline on the page."""
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(layer, char, byref(x), byref(y))
    return y.value


def render_modes(page: Any, most: int) -> list[int]:
    """Return how each object of a page draws text, -1 for one that draws none; [] for more than `most`."""
    count = int(raw.FPDFPage_CountObjects(page))
    opened = cast(page, c_void_p).value
    objects = map(_OBJECT, repeat(opened), range(count if count <= most else 0))
    return list(map(_RENDER_MODE, objects))


def invisible_words(page: Any, layer: Any, text: str, index: Origin, modes: Sequence[int]) -> list[Edit]:
    """Return edits that remove invisible words, unless the page shows a picture.

    On scanned pages, invisible words under the picture are the page's text. `modes` are those of
    `render_modes`; if there are none, the first character of each line is examined.
    """
    lines = [match.span() for match in islice(_LINE.finditer(text), _MOST_LINES)] if not modes else []
    if _INVISIBLE not in modes and not any(_is_invisible(layer, index(start)) for start, _ in lines):
        return []
    if _shows_picture(page):
        return []
    lines = [match.span() for match in islice(_LINE.finditer(text), _MOST_LINES)]
    hidden = (at for start, end in lines for at in range(start, end) if _is_invisible(layer, index(at)))
    runs = groupby(enumerate(hidden), key=lambda pair: pair[1] - pair[0])
    spans = [[at for _, at in run] for _, run in runs]
    return [Edit(start=span[0], end=span[-1] + 1, replacement="") for span in spans]


def _is_invisible(layer: Any, char: int | None) -> bool:
    drawn = raw.FPDFText_GetTextObject(layer, char) if char is not None else None
    if not drawn:
        return False
    return bool(raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE)


def _shows_picture(page: Any) -> bool:
    """Return whether a page has a picture or a form, which may hold one."""
    shown = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
    count = raw.FPDFPage_CountObjects(page)
    return any(raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, n)) in shown for n in range(count))


def _is_wide(text: str) -> bool:
    """Return whether a text has characters of two UTF-16 units."""
    return not text.isascii() and len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


def char_index(layer: Any, spans: Callable[[Span], Iterator[Span]] | None, original: str) -> Origin:
    """Return a function that maps offsets of a text to pdfium's characters.

    `spans` maps spans of the text to `original`, pdfium's own; None if it is the same.
    """
    is_wide = _is_wide(original)
    if spans is None and not is_wide and int(raw.FPDFText_CountChars(layer)) == len(original):
        return lambda offset: offset  # every character has text
    wide = [match.start() for match in _WIDE.finditer(original)] if is_wide else []

    def index(offset: int) -> int | None:
        if spans is not None:
            found = next(spans(Span(offset, offset + 1)), None)
            if found is None:
                return None
            offset = found.start
        units = offset + sum(at < offset for at in wide)
        char = int(raw.FPDFText_GetCharIndexFromTextIndex(layer, units))
        return char if char >= 0 else None

    return index
