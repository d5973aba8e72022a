"""The text of an element of a Word document, as displayed.

Deleted and hidden text, field instructions and fallbacks are skipped. Symbols, formulas and the boxes of form
fields become characters.
"""

from collections.abc import Container, Iterator

from lxml import etree

from citeback.index.readers.common.formula import linear
from citeback.index.readers.common.raised import raised
from citeback.index.readers.office.symbol_fonts import symbol, with_symbols
from citeback.index.readers.office.word_hidden import is_gone, vanishes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P, TABLE, ROW, CELL, RUN = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}r"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted text, field instructions, fallbacks for older programs, and phonetic guides are not displayed.
_HIDDEN = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", _FALLBACK, f"{W}rt"}
# Properties hold no words.
_PROPERTIES = {f"{W}{name}Pr" for name in ("p", "r", "tbl", "tr", "tc", "sect")} | {f"{W}tblGrid"}
_UNREAD = _HIDDEN | _PROPERTIES
BOX = f"{W}txbxContent"
_TEXT, _RUN_PROPERTIES = f"{W}t", f"{W}rPr"
_MARKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_FORMULA = f"{_M}oMath"
_OFF = ("0", "false", "off")


def words(root: etree._Element) -> str:
    """Return the text of an element; nested paragraphs and rows end with a newline."""
    parts: list[str] = []
    for element in visible_elements(root, nested=root.tag == P):
        tag = element.tag
        if tag == _TEXT or tag.endswith("}t"):
            parts.append(_run_text(element, parts[-1] if parts else ""))
        elif tag in _MARKS:
            parts.append(_MARKS[tag])
        elif tag == _FORMULA:
            parts.append(linear(element))
        elif tag == f"{W}sym":
            parts.append(_symbol(element))
        elif tag == f"{W}ffData":
            parts.append(_form_field(element))
        elif tag == P and parts and element is not root:
            parts.append("\n")
    return "".join(parts)


def visible_elements(
    root: etree._Element, *, nested: bool = False, whole: Container[str] = ()
) -> Iterator[etree._Element]:
    """Yield an element and its displayed descendants, but not the parts of formulas.

    If `nested`, a paragraph's text boxes are left out. Nothing within an element with a tag of `whole` is
    yielded, unless it is the root.
    """
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if element.tag == _FORMULA or (element.tag in whole and element is not root):
            continue
        for child in element.iterchildren(reversed=True):
            tag = child.tag
            if not isinstance(tag, str) or tag in _UNREAD or (nested and tag == BOX):
                continue
            if not (tag == RUN and vanishes(child)) and not (tag == ROW and is_gone(child)):
                waiting.append(child)


def _run_text(text: etree._Element, before: str) -> str:
    """Return the text of a run's element in the characters of its font, with superscripts separated."""
    shown = text.text or ""
    run = text.getparent()
    about = next(run.iterchildren(_RUN_PROPERTIES), None) if run is not None else None
    if about is None:
        return with_symbols(shown, "")
    fonts, place = about.find(f"{W}rFonts"), about.find(f"{W}vertAlign")
    font = (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""
    shown = with_symbols(shown, font)
    return raised(shown, before) if place is not None and place.get(f"{W}val") == "superscript" else shown


def _symbol(element: etree._Element) -> str:
    code = element.get(f"{W}char") or ""
    try:
        return symbol(element.get(f"{W}font") or "", int(code[:6], 16))
    except ValueError:
        return ""


def _form_field(field: etree._Element) -> str:
    """Return what a form field of older documents shows: its box, or the entry chosen from its list."""
    box = field.find(f"{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        state = box.find(f"{W}default") if state is None else state
        is_checked = state is not None and (state.get(f"{W}val") or "1") not in _OFF
        return "☒" if is_checked else "☐"
    entries = [each.get(f"{W}val") or "" for each in field.iterfind(f"{W}ddList/{W}listEntry")]
    result = field.find(f"{W}ddList/{W}result")
    chosen = (result.get(f"{W}val") or "0") if result is not None else "0"
    return entries[int(chosen)] if chosen.isdecimal() and int(chosen[:9]) < len(entries) else ""
