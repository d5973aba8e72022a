"""Formulas of a web page: each once, on one line, however many forms of it the page contains."""

import re
from collections.abc import Iterator

from lxml import html

from citeback.index.readers.common.formula import linear

_DISPLAY = re.compile(r"^\s*\{\\(?:displaystyle|textstyle)\s*(.{0,2000}?)\}\s*$", re.DOTALL)
_PICTURES = re.compile(r"(?:^|[\s_-])(?:latex|tex|math)(?:$|[\s_-])", re.IGNORECASE)
_WIKIPEDIA = "mwe-math-element"  # holds MathML that is hidden, and a picture of the formula
_MOST_PICTURES = 5_000


def write_formulas(tree: html.HtmlElement) -> None:
    """Write each formula as text; must be called before hidden elements are removed."""
    for element in tree.find_class(_WIKIPEDIA):
        written = next((linear(math) for math in element.iter("math")), "")
        _become(element, written or next(_alternatives(element), ""))
    for formula in tree.find_class("katex"):
        source = next((each.text_content().strip() for each in formula.iter("annotation")), "")
        if source:
            _become(formula, source)
    for formula in list(tree.iter("math")):
        _become(formula, linear(formula))
    for picture in list(tree.iter("img"))[:_MOST_PICTURES]:
        if _PICTURES.search(picture.get("class") or "") and (picture.get("alt") or "").strip():
            picture.tag, picture.text = "span", next(_alternatives(picture), "")


def _alternatives(element: html.HtmlElement) -> Iterator[str]:
    """Yield the alternative texts of formulas shown as pictures."""
    for picture in element.iter("img"):
        if alt := (picture.get("alt") or "").strip():
            match = _DISPLAY.match(alt)
            yield match[1] if match else alt


def _become(element: html.HtmlElement, text: str) -> None:
    """Replace the content of an element with text."""
    if not text:
        return
    for child in list(element):
        child.drop_tree()
    element.text = text
    if element.tag == "math":
        element.tag = "span"
