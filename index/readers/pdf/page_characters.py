"""Edits of a page's text that only its characters tell: raised figures set apart, invisible words removed.

Few characters are looked at: those of figures that may be raised, and the first of each line.
"""

import re
from collections.abc import Callable, Iterator
from ctypes import byref, c_double
from itertools import groupby
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
_FIGURES = re.compile(r"\d[^\n]*")  # of a line, with what follows them
_AFTER = re.compile(r"\r\n ?")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_SMALLER, _HIGHER = 0.9, 0.15  # of the size of the character before
_LINE = re.compile(r"[^\r\n\f]+")
_MOST_LINES = 2_000

Origin = Callable[[int], int | None]
"""Maps an offset of the text to pdfium's index of the character; None for one that pdfium does not have."""


def raised_figures(layer: Any, text: str, index: Origin) -> Iterator[Edit]:
    """Yield the insertion of a caret before each raised figure, and the removal of a line's end after it."""
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
    """Yield what may stand before a raised figure; only lines with a figure are searched."""
    for figures in _FIGURES.finditer(text):
        start = text.rfind("\n", 0, figures.start()) + 1
        yield from _CANDIDATE.finditer(text, start, figures.end())


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


def invisible_words(page: Any, layer: Any, text: str, index: Origin) -> list[Edit]:
    """Return the removal of the words that are drawn without colour, unless a picture shows what they say.

    Scanned pages have such words under their picture, which are the page's text.
    """
    lines = [match.span() for match, _ in zip(_LINE.finditer(text), range(_MOST_LINES), strict=False)]
    if not any(_is_invisible(layer, index(start)) for start, _ in lines) or _shows_picture(page):
        return []
    hidden = (at for start, end in lines for at in range(start, end) if _is_invisible(layer, index(at)))
    runs = groupby(enumerate(hidden), key=lambda pair: pair[1] - pair[0])
    spans = [[at for _, at in run] for _, run in runs]
    return [Edit(start=span[0], end=span[-1] + 1, replacement="") for span in spans]


def _is_invisible(layer: Any, char: int | None) -> bool:
    drawn = raw.FPDFText_GetTextObject(layer, char) if char is not None else None
    if not drawn:
        return False
    return bool(raw.FPDFTextObj_GetTextRenderMode(drawn) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _shows_picture(page: Any) -> bool:
    """Return whether a page has a picture or a form, which may hold one."""
    shown = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
    count = raw.FPDFPage_CountObjects(page)
    return any(raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, n)) in shown for n in range(count))


def char_index(layer: Any, spans: Callable[[Span], Iterator[Span]] | None, original: str) -> Origin:
    """Return the map from offsets of a text to pdfium's characters.

    `spans` leads from the text back to `original`, pdfium's own; None if it is the same.
    """
    wide = [match.start() for match in _WIDE.finditer(original)] if not original.isascii() else []

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
