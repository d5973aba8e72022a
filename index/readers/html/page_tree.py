"""Prepares the element tree of a web page: hidden elements, formulas, notes and table cells.

The tree is changed in place, so that main-text extraction and visible text use the same one.
"""

import re
from collections.abc import Iterator

from lxml import html

_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_NOTE = re.compile(r"(?:^|[\s_-])(?:reference|footnote|fn|noteref|endnote)", re.IGNORECASE)
_EXPONENT = re.compile(r"[−+–-]?\s*[\dn]{1,4}")
_FIGURE_TEXT = 20  # least number of characters besides the caption for a figure to count as text
MOST_SPAN = 1_000  # rows or columns that one cell may span
MOST_CELLS = 50_000  # repeated cells per page


def normalize_tree(tree: html.HtmlElement) -> None:
    """Remove hidden elements, separate formulas, exponents and notes, and expand spanning cells."""
    for hidden in [element for element in tree.iter() if _is_hidden(element)]:
        hidden.drop_tree()
    for formula in tree.find_class("katex"):
        _as_source(formula)
    for annotation in list(tree.iter("annotation", "annotation-xml")):
        annotation.drop_tree()
    for raised in list(tree.iter("sup")):
        _set_apart(raised)
    for reading in list(tree.iter("rt", "rp")):
        reading.drop_tree()  # ruby annotations, which give the pronunciation
    for time in tree.iter("time"):
        time.tag = "span"
    for figure in tree.iter("figure"):
        if len(" ".join(_text_beside(figure)).split()) and len(" ".join(_text_beside(figure))) > _FIGURE_TEXT:
            figure.tag = "div"
    _spread(tree)


def _is_hidden(element: html.HtmlElement) -> bool:
    """Return whether a browser hides an element; the page itself never counts as hidden."""
    if not isinstance(element.tag, str) or element.tag in ("html", "body") or element.getparent() is None:
        return False
    if element.tag == "noscript" or element.get("hidden") is not None:
        return True
    return _HIDDEN.search(element.get("style") or "") is not None


def _as_source(formula: html.HtmlElement) -> None:
    """Replace a formula, which the page contains in several representations, with its source."""
    written = next((a.text_content() for a in formula.iter("annotation")), "")
    if written.strip():
        for child in list(formula):
            child.drop_tree()
        formula.text = written.strip()


def _set_apart(raised: html.HtmlElement) -> None:
    """Mark exponents with a caret and notes with brackets, so that they do not merge with the word before."""
    text = "".join(raised.itertext()).strip()
    if not text or (not text[0].isalnum() and text[0] not in "-−+–["):
        return
    is_note = raised.find(".//a") is not None or _NOTE.search(raised.get("class") or "") is not None
    if is_note:
        shown = f" {text}" if text.startswith("[") else f" [{text}]"
    elif _EXPONENT.fullmatch(text):
        shown = f"^{text}"
    else:
        return
    for child in list(raised):
        child.drop_tree()
    raised.text = shown


def _text_beside(figure: html.HtmlElement) -> Iterator[str]:
    """Yield a figure's text other than its caption."""
    for child in figure:
        if child.tag not in ("figcaption", "img", "picture", "video", "table") and isinstance(child.tag, str):
            yield from (text for text in child.itertext() if text.strip())


def _spread(tree: html.HtmlElement) -> None:
    """Repeat cells that span columns or rows, so that every row has all its columns."""
    left = MOST_CELLS
    for table in tree.iter("table"):
        below: dict[int, tuple[int, html.HtmlElement]] = {}
        for row in table.iter("tr"):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            if not below and not any(cell.get("colspan") or cell.get("rowspan") for cell in cells):
                continue
            left -= _spread_row(row, cells, below, left)


def _spread_row(
    row: html.HtmlElement,
    cells: list[html.HtmlElement],
    below: dict[int, tuple[int, html.HtmlElement]],
    most: int,
) -> int:
    """Fill one row; `below` maps columns to cells from above and the number of rows they still span."""
    made, column, queue = 0, 0, list(cells)
    while (queue or any(place >= column for place in below)) and made < most:
        if column in below:
            rows, cell = below[column]
            copy = _copy(cell)
            row.insert(row.index(queue[0]), copy) if queue else row.append(copy)
            made += 1
            below.pop(column)
            if rows > 1:
                below[column] = (rows - 1, cell)
            column += 1
            continue
        if not queue:
            break
        cell = queue.pop(0)
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        for n in range(wide):
            if n and made < most:
                row.insert(row.index(cell) + n, _copy(cell))
                made += 1
            if high > 1:
                below[column + n] = (high - 1, cell)
        column += wide
    return made


def _copy(cell: html.HtmlElement) -> html.HtmlElement:
    made = html.Element(cell.tag)
    made.text = " ".join(cell.text_content().split())
    return made


def _span(cell: html.HtmlElement, name: str) -> int:
    result = (cell.get(name) or "1").strip()
    return (
        min(int(result), MOST_SPAN)
        if result.isascii() and result.isdigit() and 0 < len(result) < 6 and int(result)
        else 1
    )
