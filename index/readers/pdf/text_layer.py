"""The text layer of a PDF page: pdfium's text in column order, with line feeds.

The mapping back to pdfium's characters is computed on demand, since most pages are never rendered.
"""

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_ushort
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from citeback.index.errors import ReadError
from citeback.index.readers.common.offset_map import Edit, EditedText, apply_edits
from citeback.index.readers.pdf.annotations import laid_over
from citeback.index.readers.pdf.foot_notes import (
    foot_notes,
    has_marks,
    in_reading_order,
    moved,
    start_of_last_sentence,
)
from citeback.index.readers.pdf.page_characters import (
    char_index,
    invisible_words,
    raised_figures,
    render_modes,
)
from citeback.index.readers.pdf.reading_order import reading_order
from citeback.index.records import Span

_LINE_END = "\r\n"  # as in pdfium's text
_OBJECTS = 2  # of a line, beyond which the lines are fewer to look at
_ENDS = re.compile(_LINE_END)


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text of a page, and the reordering of pdfium's text that produced it, if any.

    `annotations` holds form field values and comments, which are not part of pdfium's text. `notes` are the
    spans of footnotes at the end of `pdfium_text`, which is in reading order.
    """

    pdfium_text: str
    reordered: EditedText | None = None
    annotations: str = ""
    notes: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """Return the text in reading order."""
        return self.pdfium_text.replace(_LINE_END, "\n")

    @property
    def text_without_notes(self) -> str:
        """Return the text in reading order without footnotes."""
        kept = self.pdfium_text
        for note in reversed(self.notes):
            kept = kept[: note.start] + kept[note.end :]
        return kept.replace(_LINE_END, "\n")

    def with_notes_above(self) -> "TextLayer":
        """Return the layer with its footnotes above its last sentence, which continues on the next page."""
        to = start_of_last_sentence(self.pdfium_text[: self.notes[0].start])
        above = moved(self.pdfium_text, self.notes, to)
        reordered = above.composed_with(self.reordered) if self.reordered else above
        return replace(self, pdfium_text=above.text, reordered=reordered, notes=())

    def original_spans(self, read: EditedText, span: Span) -> Iterator[Span]:
        """Yield the spans of pdfium's text that a span of the edited page text comes from."""
        lines = apply_edits(
            self.pdfium_text, [Edit(*end.span(), "\n") for end in _ENDS.finditer(self.pdfium_text)]
        )
        edited_text = read.composed_with(lines)
        yield from (
            edited_text.composed_with(self.reordered) if self.reordered else edited_text
        ).original_spans(span)


def text_layer(document: pdfium.PdfDocument, number: int) -> TextLayer:
    """Return the text layer of a page (from 0). Raises ReadError.

    Uses raw handles: wrapping and closing objects took a twentieth of the reading time.
    """
    page = raw.FPDF_LoadPage(document, number)
    opened = raw.FPDFText_LoadPage(page) if page else None
    try:
        if not opened:
            raise ReadError(f"damaged PDF: page {number + 1} of {len(document)} cannot be read")
        text = pdfium_text(opened)
        over = laid_over(page, opened)
        modes = render_modes(page, _OBJECTS * (text.count("\n") + 1))
        objects = len(modes) if modes and min(modes) >= 0 else None
        flowed = reading_order(opened, text, objects, turned=raw.FPDFPage_GetRotation(page) > 0)
        shown = _as_seen(page, opened, text, flowed, modes)
        shown, notes = _with_notes_last(opened, text, shown)
        return TextLayer(
            pdfium_text=shown.text if shown else text, reordered=shown, annotations=over, notes=notes
        )
    finally:
        if opened:
            raw.FPDFText_ClosePage(opened)
        if page:
            raw.FPDF_ClosePage(page)


def _as_seen(
    page: Any, opened: Any, text: str, flowed: EditedText | None, modes: Sequence[int]
) -> EditedText | None:
    """Return the text with superscripts separated and invisible words removed; None if nothing changes."""
    here = flowed.text if flowed else text
    index = char_index(opened, flowed.original_spans if flowed else None, text)
    edits = [*raised_figures(opened, here, index), *invisible_words(page, opened, here, index, modes)]
    if not edits:
        return flowed
    edited = apply_edits(here, sorted(edits, key=lambda edit: (edit.start, edit.end)))
    return edited.composed_with(flowed) if flowed else edited


def _with_notes_last(
    opened: Any, text: str, shown: EditedText | None
) -> tuple[EditedText | None, tuple[Span, ...]]:
    """Return the text with footnotes below its last column, None if nothing changes, and the notes in it."""
    here = shown.text if shown else text
    if not has_marks(here):  # as on most pages
        return shown, ()
    index = char_index(opened, shown.original_spans if shown else None, text)
    notes = foot_notes(opened, here, index)
    ordered = in_reading_order(opened, here, notes, index) if notes else None
    if ordered is None:
        return shown, tuple(notes)
    words = [note.of(here) for note in notes]
    result = ordered.composed_with(shown) if shown else ordered
    starts = [ordered.text.rfind(each) for each in words]
    return result, tuple(Span(at, at + len(each)) for at, each in zip(starts, words, strict=True) if at >= 0)


def pdfium_text(opened: Any) -> str:
    """Return pdfium's text of an open text page.

    It is read by range: reading by page bounds joined table columns ("400.01" and "3"). Characters without
    text at either end are skipped, since pdfium would read too far from them. They are skipped one by one,
    since a page may hold thousands.
    """
    first, last = 0, raw.FPDFText_CountChars(opened) - 1
    while first <= last and raw.FPDFText_GetTextIndexFromCharIndex(opened, first) < 0:
        first += 1
    while first < last and raw.FPDFText_GetTextIndexFromCharIndex(opened, last) < 0:
        last -= 1
    if first > last:
        return ""
    units = bytearray(2 * (last - first + 2))
    taken = raw.FPDFText_GetText(opened, first, last - first + 1, byref(c_ushort.from_buffer(units)))
    return units[: 2 * max(0, taken - 1)].decode("utf-16-le", errors="ignore")
