"""Adds to OpenDocument text what styles and forms display: superscript figures, form fields."""

import re

from lxml import etree

from citeback.index.readers.common.raised import raised
from citeback.index.readers.office.opendocument_names import DRAW, FORM, TEXT, XML

_RAISED = re.compile(r"super|[1-9]\d{0,2}(?:\.\d{0,9})?%")
_FIELDS = (
    *("text", "textarea", "formatted-text", "number", "date", "time", "combobox", "file"),
    *("checkbox", "radio", "listbox"),
)


def is_raising(position: str) -> bool:
    """Return whether a style's text-position is above the line, such as "super 58%" or "33% 58%"."""
    return _RAISED.match(position) is not None


def write_raised(root: etree._Element, styles: frozenset[str]) -> None:
    """Separate superscript numbers from the word before them."""
    for span in root.iter(f"{TEXT}span") if styles else ():
        if span.get(f"{TEXT}style-name") in styles and span.text:
            span.text = raised(span.text, _text_before(span))


def _text_before(span: etree._Element) -> str:
    before, parent = span.getprevious(), span.getparent()
    if before is not None:
        return before.tail or before.text or ""
    return (parent.text or "") if parent is not None else ""


def write_form_fields(root: etree._Element) -> None:
    """Put the value of each form field in its place."""
    values = {
        key: value
        for field in root.iter(*(f"{FORM}{name}" for name in _FIELDS))
        if (value := _value(field))
        for key in (field.get(f"{FORM}id"), field.get(f"{XML}id"))
        if key
    }
    for place in root.iter(f"{DRAW}control") if values else ():
        place.text = values.get(place.get(f"{DRAW}control") or "", "")


def _value(field: etree._Element) -> str:
    """Return what a form field shows: a box with its label, the chosen entries, or its text."""
    name = etree.QName(field).localname
    if name in ("checkbox", "radio"):
        state = field.get(f"{FORM}current-state") or field.get(f"{FORM}state") or ""
        chosen = state == "checked" or field.get(f"{FORM}current-selected") == "true"
        return f"{'☑' if chosen else '☐'} {field.get(f'{FORM}label') or ''}".rstrip()
    if name == "listbox":
        entries = field.iterchildren(f"{FORM}option")
        shown = (each for each in entries if each.get(f"{FORM}current-selected") == "true")
        return ", ".join(each.get(f"{FORM}label") or each.get(f"{FORM}value") or "" for each in shown)
    return field.get(f"{FORM}current-value") or field.get(f"{FORM}value") or ""
