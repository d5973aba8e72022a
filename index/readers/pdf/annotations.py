"""Reads annotations of a PDF page: form field values, text boxes, comments.

They are not part of pdfium's page text. A field's label is the text to its left, to its right for a checkbox,
or else the field's name.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.pdf.form_labels import Field, field_of, fields_of, group_label, label_of, string

_MOST = 2_000  # annotations per page
_OFF = ("", "off", "no", "0")
_COMMENTS = frozenset(
    {raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY}
    | {raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK}
)


def laid_over(page: Any, text: Any) -> str:
    """Return a line for each annotation with text; `text` is the page's text page."""
    return "\n".join(filter(None, _lines(page, text))) if raw.FPDFPage_GetAnnotCount(page) else ""


def _lines(page: Any, text: Any) -> Iterator[str]:
    fields = fields_of(page)
    for n in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if not annotation:
            continue
        try:
            yield _line(text, annotation, fields)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _line(text: Any, annotation: Any, fields: Sequence[Field]) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN:
        return ""
    if kind == raw.FPDF_ANNOT_WIDGET:
        return _field(text, annotation, fields)
    words = string(annotation, b"Contents")
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return words
    if not words or kind not in _COMMENTS:
        return ""
    author = string(annotation, b"T")
    return f"Comment by {author}: {words}" if author else f"Comment: {words}"


def _field(text: Any, annotation: Any, fields: Sequence[Field]) -> str:
    """Return a filled-in form field with its label; an option that is chosen, with that of its group."""
    state, value = string(annotation, b"AS"), string(annotation, b"V")
    if state:
        value = "" if state.casefold() in _OFF else "yes"
    if not value:
        return ""
    field = field_of(annotation)
    label = label_of(text, field, fields, box=bool(state)) if field else ""
    group = group_label(text, field, fields) if field and state and label else ""
    if group and group != label:
        return f"{group.rstrip(' :')}: {label}"
    label = label or string(annotation, b"TU") or string(annotation, b"T")
    return f"{label.rstrip(' :')}: {value}" if label else value
