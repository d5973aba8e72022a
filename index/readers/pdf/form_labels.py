"""Labels of form fields on a PDF page: words beside a field, and the label of a group of options."""

from collections.abc import Iterator, Sequence
from ctypes import byref, c_ushort
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from citeback.index.readers.common.control_characters import line

LONGEST = 4_000  # characters of a label or a value
_MOST_FIELDS = 500  # of a page, beyond which labels may reach into the next field
_WIDEST = 10_000.0  # points of a page
_UP = 2.0  # points by which a label may be offset vertically from its field
_ALIGNED = 3.0  # points by which the options of a column may be offset
_NEAR = 4.0  # widths of a box within which the words to its right begin
_HIGHEST_LABEL = 20.0  # points above a field within which its label stands
_LINES_ABOVE = 2.5  # heights of an option within which the line above it is its label


@dataclass(frozen=True, slots=True)
class Field:
    """The edges of a form field, in points from the lower left, and whether it is an option of a group."""

    left: float
    right: float
    bottom: float
    top: float
    is_option: bool

    @property
    def middle(self) -> float:
        """Return the height of the field's middle."""
        return (self.top + self.bottom) / 2


def fields_of(page: Any) -> list[Field]:
    """Return the first fields of a page."""
    return list(_fields(page))


def _fields(page: Any) -> Iterator[Field]:
    for n in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if not annotation:
            continue
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET and (field := field_of(annotation)):
            yield field
        raw.FPDFPage_CloseAnnot(annotation)


def field_of(annotation: Any) -> Field | None:
    """Return the field that an annotation draws; an option has a state, and its name is its group's."""
    edges = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, byref(edges)):
        return None
    is_option = bool(string(annotation, b"AS")) and not string(annotation, b"T")
    return Field(left=edges.left, right=edges.right, bottom=edges.bottom, top=edges.top, is_option=is_option)


def label_of(text: Any, field: Field, fields: Sequence[Field], box: bool) -> str:
    """Return the words between a field and the next: to its left, or near its right for a checkbox.

    If there are none beside a field, the line above it is its label.
    """
    beside = [each for each in fields if each.bottom < field.middle < each.top]
    first = max((each.right for each in beside if each.right <= field.left), default=0.0)
    last = min((each.left for each in beside if each.left >= field.right), default=_WIDEST)
    left = _beside(text, field, first, field.left)
    if not box:
        return left or _above(text, field)
    near = min(last, field.right + _NEAR * (field.right - field.left))
    is_right = not left or (not left.endswith(":") and _beside(text, field, field.right, near))
    return _beside(text, field, field.right, last) if is_right else left


def _above(text: Any, field: Field) -> str:
    """Return the line directly above a field, as far as the field is wide."""
    high = min(field.top - field.bottom, _HIGHEST_LABEL)
    return _bounded(text, field.left - _ALIGNED, field.top + high, field.right, field.top)


def group_label(text: Any, field: Field, fields: Sequence[Field]) -> str:
    """Return the label of a group of options: the words before or above the first option, or ""."""
    if not field.is_option:
        return ""
    row = [each for each in fields if each.is_option and each.bottom < field.middle < each.top]
    first = min(row, key=lambda each: each.left, default=field)
    if before := _beside(text, first, 0.0, first.left):
        return before
    column = [each for each in fields if each.is_option and abs(each.left - first.left) < _ALIGNED]
    top = _first_of_run(first, column)
    if before := _beside(text, top, 0.0, top.left):
        return before
    reach = top.top + _LINES_ABOVE * (top.top - top.bottom)
    above = _bounded(text, top.left - 2 * (top.right - top.left), reach, _WIDEST, top.top)
    return above if above.endswith((":", "?")) else ""


def _first_of_run(field: Field, column: Sequence[Field]) -> Field:
    """Return the topmost of the options that are arranged vertically."""
    for each in sorted(column, key=lambda each: each.middle):
        if 0 < each.bottom - field.top < _LINES_ABOVE * (field.top - field.bottom):
            field = each
    return field


def _beside(text: Any, field: Field, left: float, right: float) -> str:
    return _bounded(text, left, field.middle + _UP, right, field.middle - _UP)


def _bounded(text: Any, left: float, top: float, right: float, bottom: float) -> str:
    """Return the words within a rectangle of the page, at most `LONGEST` characters."""
    units = (c_ushort * LONGEST)()
    taken = raw.FPDFText_GetBoundedText(text, left, top, right, bottom, units, LONGEST)
    result = bytes(memoryview(units)[: max(0, min(taken, LONGEST))]).decode("utf-16-le", errors="ignore")
    return line(result.replace("\0", ""))


def string(annotation: Any, key: bytes) -> str:
    """Return a string of an annotation, or "" if it lacks that key."""
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= 2 * LONGEST:
        return ""
    units = (c_ushort * (size // 2))()
    raw.FPDFAnnot_GetStringValue(annotation, key, units, size)
    return line(bytes(memoryview(units)).decode("utf-16-le", errors="ignore").replace("\0", ""))
