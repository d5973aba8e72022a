"""Prepares the element tree of a web page: hidden elements, formulas, notes and table cells.

The tree is changed in place, so that main-text extraction and visible text use the same one.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from citeback.index.readers.html.controls import write_controls
from citeback.index.readers.html.formulas import write_formulas
from citeback.index.readers.html.ordered_lists import number_lists
from citeback.index.readers.html.style_sheet import HIDDEN_STYLE, hidden_by_rules, out_of_sight

# How mails hide the line that programs show beside the subject.
_NO_SIZE = re.compile(
    r"(?:^|;)\s*(?:font-size|max-height)\s*:\s*0(?:px|pt|em|%)?\s*(?:!important\s*)?(?:;|$)"
)
_IN_LINE = re.compile(r"(?:^|;)\s*display\s*:\s*inline\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
_NOT_SHOWN = {"noscript", "template", "del", "s", "strike"}  # for other browsers, for scripts, struck out
_PREVIEW_CHARS, _PREVIEW_ELEMENTS = 300, 50
_MOST_MAIN = 20  # hidden elements with most of a page's text that are looked into
_NOTE = re.compile(r"(?:^|[\s_-])(?:reference|footnote|fn|noteref|endnote)", re.IGNORECASE)
_EXPONENT = re.compile(r"[−+–-]?\s*[\dn]{1,4}")
_OUT_OF_SIGHT = 2  # a page has at least so many times the words that are out of sight
_FIGURE_TEXT = 20  # least number of characters besides the caption for a figure to count as text
MOST_SPAN = 1_000  # rows or columns that one cell may span
MOST_CELLS = 50_000  # repeated cells per page


def normalize_tree(tree: html.HtmlElement, styles: str = "") -> None:
    """Remove hidden elements, separate formulas, exponents and notes, and expand spanning cells.

    `styles` are the style sheets that the page links to, as far as they are known.
    """
    write_formulas(tree)
    write_controls(tree)
    for hidden in [element for element in tree.iter() if _is_hidden(element)]:
        hidden.drop_tree()
    _drop_hidden_by_rules(tree, styles)
    _drop_out_of_sight(tree)
    for annotation in list(tree.iter("annotation", "annotation-xml")):
        annotation.drop_tree()
    for mark in list(tree.iter("a")):
        _set_note_apart(mark)
    for raised in list(tree.iter("sup")):
        _set_apart(raised)
    for reading in list(tree.iter("rt", "rp")):
        reading.drop_tree()  # ruby annotations, which give the pronunciation
    for time in tree.iter("time"):
        time.tag = "span"
    for block in tree.iter("div", "p"):
        if _IN_LINE.search(block.get("style") or ""):
            block.tag = "span"
    for figure in tree.iter("figure"):
        if len(" ".join(_text_beside(figure)).split()) and len(" ".join(_text_beside(figure))) > _FIGURE_TEXT:
            figure.tag = "div"
    number_lists(tree)
    _put_feet_last(tree)
    _spread(tree)


def _is_hidden(element: html.HtmlElement) -> bool:
    """Return whether a browser hides an element; the page itself never counts as hidden."""
    if not isinstance(element.tag, str) or element.tag in ("html", "body") or element.getparent() is None:
        return False
    if element.tag in _NOT_SHOWN or element.get("hidden") is not None:
        return True
    if element.tag == "dialog" and element.get("open") is None:
        return True
    style = element.get("style") or ""
    return HIDDEN_STYLE.search(style) is not None or (
        _NO_SIZE.search(style.lower()) is not None and _is_short(element)
    )


def _is_short(element: html.HtmlElement) -> bool:
    """Return whether an element has few descendants, and no more text than the preview line of a mail."""
    inner = list(islice(element.iter(), _PREVIEW_ELEMENTS + 1))
    return len(inner) <= _PREVIEW_ELEMENTS and len(element.text_content()) <= _PREVIEW_CHARS


def _drop_out_of_sight(tree: html.HtmlElement) -> None:
    """Remove short elements that are displayed out of sight or invisibly.

    Pages that reveal much of their text by a script are unchanged.
    """
    elements = [each for each in tree.iter() if isinstance(each.tag, str) and _is_out_of_sight(each)]
    if elements and _OUT_OF_SIGHT * sum(len(each.text_content()) for each in elements) <= len(
        tree.text_content()
    ):
        for element in elements:
            element.drop_tree()


def _is_out_of_sight(element: html.HtmlElement) -> bool:
    style = element.get("style")
    return bool(style) and out_of_sight(style) and element.getparent() is not None and _is_short(element)


def _drop_hidden_by_rules(tree: html.HtmlElement, styles: str) -> None:
    """Remove what the page's own rules hide, unless it is most of the page: then a script reveals it."""
    elements, main = list(hidden_by_rules(tree, styles)), 0
    whole = len(tree.text_content()) if elements else 0
    dropped: set[html.HtmlElement] = set()
    for element in elements:
        if element.tag in ("html", "body") or element.getparent() is None or element in dropped:
            continue
        if 2 * len(element.text_content()) > whole:
            main += 1
            if main > _MOST_MAIN:
                return
        else:
            dropped.update(element.iter())
            element.drop_tree()


def _set_apart(raised: html.HtmlElement) -> None:
    """Mark exponents with a caret and notes with brackets, so that they do not merge with the word before."""
    text = "".join(raised.itertext()).strip()
    if not text or (not text[0].isalnum() and text[0] not in "-−+–["):
        return
    if _is_numerator(raised):
        if _text_before(raised)[-1:].isdigit():
            raised.text = f" {raised.text or ''}"  # of a mixed number, such as 3 1/4
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


def _set_note_apart(mark: html.HtmlElement) -> None:
    """Put the mark of an e-book's note in brackets, unless it is raised, which is handled as such."""
    kinds = f"{mark.get('epub:type') or ''} {mark.get('role') or ''}".split()
    text = mark.text_content().strip()
    is_raised = mark.find(".//sup") is not None or next(mark.iterancestors("sup"), None) is not None
    if {"noteref", "doc-noteref"} & set(kinds) and text and not is_raised:
        for child in list(mark):
            child.drop_tree()
        mark.text = f" {text}" if text.startswith("[") else f" [{text}]"


def _text_before(element: html.HtmlElement) -> str:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        return before.tail or ""
    return (parent.text or "") if parent is not None else ""


def _is_numerator(element: html.HtmlElement) -> bool:
    """Return whether a raised figure is the upper one of a fraction, as in <sup>3</sup>/<sub>16</sub>."""
    return (element.tail or "").lstrip()[:1] in ("/", "\u2044")


def _text_beside(figure: html.HtmlElement) -> Iterator[str]:
    """Yield a figure's text other than its caption."""
    for child in figure:
        if child.tag not in ("figcaption", "img", "picture", "video", "table") and isinstance(child.tag, str):
            yield from (text for text in child.itertext() if text.strip())


def _put_feet_last(tree: html.HtmlElement) -> None:
    """Move the foot of each table below its rows, where browsers display it."""
    for foot in list(tree.iter("tfoot")):
        table = foot.getparent()
        if table is not None and table.tag == "table":
            table.append(foot)


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
        cell.attrib.pop("colspan", None)  # which the extraction of the main text would expand again
        cell.attrib.pop("rowspan", None)
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
