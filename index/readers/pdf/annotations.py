"""Reads annotations of a PDF page: form field values, text boxes, comments.

They are not part of pdfium's page text. A field's label is the text to its left, to its right for a checkbox,
or else the field's name.
"""

from collections.abc import Iterator, Sequence
from ctypes import byref, c_ushort
from typing import Any, TypeAlias

from pypdfium2 import raw

from citeback.index.readers.common.control_characters import line

_MOST = 2_000  # annotations per page
_LONGEST = 4_000  # characters of one
_MOST_FIELDS = 500  # of a page, beyond which labels may reach into the next field
_WIDEST = 10_000.0  # points of a page
_UP = 2.0  # points by which a label may be offset vertically from its field
_OFF = ("", "off", "no", "0")
_Edges: TypeAlias = tuple[float, float, float, float]  # left, right, bottom, top
_COMMENTS = frozenset(
    {raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY}
    | {raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK}
)


def laid_over(page: Any, text: Any) -> str:
    """Return a line for each annotation with text; `text` is the page's text page."""
    return "\n".join(filter(None, _lines(page, text)))


def _lines(page: Any, text: Any) -> Iterator[str]:
    fields = list(_field_edges(page))
    for n in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if not annotation:
            continue
        try:
            yield _line(text, annotation, fields)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _field_edges(page: Any) -> Iterator[_Edges]:
    """Yield the edges of the first fields of a page."""
    for n in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if not annotation:
            continue
        rectangle = raw.FS_RECTF()
        is_field = raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET
        if is_field and raw.FPDFAnnot_GetRect(annotation, byref(rectangle)):
            yield (rectangle.left, rectangle.right, rectangle.bottom, rectangle.top)
        raw.FPDFPage_CloseAnnot(annotation)


def _line(text: Any, annotation: Any, fields: Sequence[_Edges]) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN:
        return ""
    if kind == raw.FPDF_ANNOT_WIDGET:
        return _field(text, annotation, fields)
    words = _string(annotation, b"Contents")
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return words
    if not words or kind not in _COMMENTS:
        return ""
    author = _string(annotation, b"T")
    return f"Comment by {author}: {words}" if author else f"Comment: {words}"


def _field(text: Any, annotation: Any, fields: Sequence[_Edges]) -> str:
    """Return a filled-in form field with its label."""
    state, value = _string(annotation, b"AS"), _string(annotation, b"V")
    if state:
        value = "" if state.casefold() in _OFF else "yes"
        if not value:
            return ""
    if not value:
        return ""
    label = (
        _label(text, annotation, fields, box=bool(state))
        or _string(annotation, b"TU")
        or _string(annotation, b"T")
    )
    return f"{label.rstrip(' :')}: {value}" if label else value


def _label(text: Any, annotation: Any, fields: Sequence[_Edges], box: bool) -> str:
    """Return the words between a field and the next: to its left, or to its right for a checkbox."""
    rectangle = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, byref(rectangle)):
        return ""
    middle = (rectangle.top + rectangle.bottom) / 2
    top, bottom = middle + _UP, middle - _UP
    beside = [(start, end) for start, end, low, high in fields if low < middle < high]
    first = max((end for _, end in beside if end <= rectangle.left), default=0.0)
    last = min((start for start, _ in beside if start >= rectangle.right), default=_WIDEST)
    left = _bounded(text, first, top, rectangle.left, bottom)
    right = _bounded(text, rectangle.right, top, last, bottom)
    return (right or left) if box and not left.endswith(":") else left


def _bounded(text: Any, left: float, top: float, right: float, bottom: float) -> str:
    """Return the words within a rectangle of the page, at most `_LONGEST` characters."""
    units = (c_ushort * _LONGEST)()
    taken = raw.FPDFText_GetBoundedText(text, left, top, right, bottom, units, _LONGEST)
    result = bytes(memoryview(units)[: max(0, min(taken, _LONGEST))]).decode("utf-16-le", errors="ignore")
    return line(result.replace("\0", ""))


def _string(annotation: Any, key: bytes) -> str:
    """Return a string of an annotation, or "" if it lacks that key."""
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= 2 * _LONGEST:
        return ""
    units = (c_ushort * (size // 2))()
    raw.FPDFAnnot_GetStringValue(annotation, key, units, size)
    return line(bytes(memoryview(units)).decode("utf-16-le", errors="ignore").replace("\0", ""))
