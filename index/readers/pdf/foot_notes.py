"""The footnotes of a PDF page: lines in a smaller font below its text; the first one begins with a mark.

A footnote can interrupt a sentence: below the first of two columns, or at the foot of a page whose last
sentence continues on the next page.
"""

import re
from collections.abc import Iterator, Sequence
from ctypes import byref
from math import inf
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.common.offset_map import EditedText
from citeback.index.readers.pdf.page_characters import Origin
from citeback.index.records import Span

_LINE_END = "\r\n"  # as in pdfium's text
# The letters of a note, after its mark: a figure or a sign.
_MARKED = re.compile(r"\n(?:\^?[\[(]?\d{1,3}[\])]?|[*†‡§¶]{1,3})[.:]?[ \u00a0]?(?=[^\W\d_]|[\"'“‘(])")
_SMALLER = 0.93  # of the height of the letters above
_MOST_NOTES = 100
_NEXT = 2.5  # heights of a line within which the next line of a note stands
_MOST_FOOT = 3  # lines
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?:\s|\Z)")
_LAST_SENTENCE = 1_000  # characters before a note in which its beginning is looked for


def has_marks(text: str) -> bool:
    """Return whether any line of a page's text begins like a footnote."""
    return _MARKED.search(text) is not None


def foot_notes(layer: Any, text: str, index: Origin) -> list[Span]:
    """Return the spans of a page's footnotes, each of one or more lines, in the order of the text."""
    marks = [match for match, _ in zip(_MARKED.finditer(text), range(_MOST_NOTES), strict=False)]
    if not marks:
        return []
    page = _Lines(layer, text, index)
    notes: list[Span] = []
    body = 0.0  # height of the letters above the notes
    for mark in marks:
        start = mark.start() + 1
        if notes and start < notes[-1].end:
            continue
        if not notes or notes[-1].end != mark.start() - 1:
            body = page.height(text.rfind("\n", 0, mark.start()) + 1)
        if 0 < page.height(mark.end()) <= _SMALLER * body and page.is_below(start, mark.start() - 2):
            notes.append(Span(start, page.end_of_note(start, mark.end())))
    return notes


def in_reading_order(layer: Any, text: str, notes: Sequence[Span], index: Origin) -> EditedText | None:
    """Return a page's text with its notes below its last column, or None if no column follows one."""
    page = _Lines(layer, text, index)
    is_within = any(
        text[note.end :].strip() and not page.is_below(note.end + len(_LINE_END), note.start)
        for note in notes
        if note.end + len(_LINE_END) not in {other.start for other in notes}
    )
    return moved(text, notes, max(page.end_of_columns(notes[-1].start), notes[-1].end)) if is_within else None


def moved(text: str, notes: Sequence[Span], to: int) -> EditedText:
    """Return the text with its notes moved to an offset outside them, as a separate paragraph."""
    before, after = (list(_between(span, notes)) for span in (Span(0, to), Span(to, len(text))))
    parts: list[str] = []
    unchanged: list[tuple[int, int, int]] = []
    length = 0
    for spans in (before, notes, after):
        gap = 2 * _LINE_END  # between the notes and the text
        for start, words in ((span.start, span.of(text)) for span in spans if span.of(text).strip()):
            gap = gap if length else ""
            shown = words.strip()
            unchanged.append((length + len(gap), start + words.index(shown), len(shown)))
            parts += (gap, shown)
            length, gap = length + len(gap) + len(shown), _LINE_END
    return EditedText("".join(parts), tuple(unchanged))


def start_of_last_sentence(text: str) -> int:
    """Return the offset of the last sentence of a text, 0 if none ends before it."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max(0, len(text) - _LAST_SENTENCE))]
    return next((end for end in reversed(ends) if text[end:].strip()), 0)


def _between(whole: Span, notes: Sequence[Span]) -> Iterator[Span]:
    """Yield the parts of a span without the notes in it."""
    at = whole.start
    for note in notes:
        if whole.start <= note.start and note.end <= whole.end:
            yield Span(at, note.start)
            at = note.end
    yield Span(at, whole.end)


class _Lines:
    """The heights of letters and lines of a page, by offsets of its text."""

    def __init__(self, layer: Any, text: str, index: Origin) -> None:
        self._layer, self._text, self._index = layer, text, index

    def height(self, offset: int) -> float:
        """Return the height of the letters of a font, as drawn; 0 if unknown."""
        box = self._box(offset)
        return box.top - box.bottom if box else 0.0

    def is_below(self, offset: int, above: int, most: float = inf) -> bool:
        """Return whether a character stands below another, by at most so many heights of its letters."""
        one, other = self._box(offset), self._box(above)
        if one is None or other is None:
            return False
        return bool(0.5 < (other.top - one.top) / max(other.top - other.bottom, 0.1) <= most)

    def end_of_note(self, start: int, letters: int) -> int:
        """Return the end of the lines of a note, in letters of one height, each below the one before."""
        height, end = self.height(letters), self._line_end(start)
        while end < len(self._text):
            following = end + len(_LINE_END)
            is_next = abs(self.height(following) - height) <= (1 - _SMALLER) * height
            if (
                not is_next
                or not self.is_below(following, start, _NEXT)
                or _MARKED.match(self._text, end + 1)
            ):
                break
            start, end = following, self._line_end(following)
        return end

    def end_of_columns(self, note: int) -> int:
        """Return the end of the text above the lines at the foot of the page, which are below a note."""
        end = len(self._text.rstrip())
        for _ in range(_MOST_FOOT):
            start = self._text.rfind("\n", 0, end) + 1
            if start <= note or not self.is_below(start, note):
                break
            end = start - len(_LINE_END)
        return end

    def _line_end(self, start: int) -> int:
        end = self._text.find(_LINE_END, start)
        return end if end >= 0 else len(self._text)

    def _box(self, offset: int) -> Any:
        char = self._index(offset) if 0 <= offset < len(self._text) else None
        box = raw.FS_RECTF()
        return (
            box if char is not None and raw.FPDFText_GetLooseCharBox(self._layer, char, byref(box)) else None
        )
