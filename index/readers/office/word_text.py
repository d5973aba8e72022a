"""The words of an element of a Word document, as a person sees them.

Deleted and hidden text, field instructions and fallbacks are skipped. Symbols, formulas and the boxes of form
fields become characters.
"""

from collections.abc import Iterator

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
_BOX = f"{W}txbxContent"
_MARKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_FORMULA = f"{_M}oMath"
_OFF = ("0", "false", "off")


def words(root: etree._Element) -> str:
    """Return the text of an element; nested paragraphs and rows end with a newline."""
    parts: list[str] = []
    for element in visible_elements(root, nested=root.tag == P):
        tag = element.tag
        if tag == _FORMULA:
            parts.append(linear(element))
        elif tag == f"{W}t" or tag.endswith("}t"):
            text = with_symbols(element.text or "", _font(element))
            parts.append(raised(text, parts[-1] if parts else "") if _is_raised(element) else text)
        elif tag in _MARKS:
            parts.append(_MARKS[tag])
        elif tag == f"{W}sym":
            parts.append(_symbol(element))
        elif tag == f"{W}ffData":
            parts.append(_form_field(element))
        elif tag == P and parts and element is not root:
            parts.append("\n")
    return "".join(parts)


def visible_elements(root: etree._Element, *, nested: bool = False) -> Iterator[etree._Element]:
    """Yield an element and its displayed descendants, but not the parts of formulas.

    If `nested`, a paragraph's text boxes are left out.
    """
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if element.tag == _FORMULA:
            continue
        children = [
            child
            for child in element
            if isinstance(child.tag, str)
            and child.tag not in _HIDDEN
            and not (nested and child.tag == _BOX)
            and not (child.tag == RUN and vanishes(child))
            and not is_gone(child)
        ]
        waiting += reversed(children)


def _font(text: etree._Element) -> str:
    run = text.getparent()
    fonts = run.find(f"{W}rPr/{W}rFonts") if run is not None else None
    return (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""


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


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    about = run.find(f"{W}rPr/{W}vertAlign") if run is not None else None
    return about is not None and about.get(f"{W}val") == "superscript"
