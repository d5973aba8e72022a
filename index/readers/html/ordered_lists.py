"""The numbers of ordered lists, which browsers display but the text of a page does not contain."""

import re
from collections.abc import Iterator

from lxml import html

from citeback.index.readers.common.list_numbers import written_number

_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LAID_OUT = ("div", "article", "section", "header", "footer", "form", "table", "h1", "h2", "h3", "h4")
_NO_MARKS = re.compile(r"list-style(?:-type)?\s*:[^;]*none", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*[(\[]?[\da-zA-Z]{1,3}[.)\]]")
_MOST = 10_000  # items of a page


def number_lists(tree: html.HtmlElement) -> None:
    """Write the number of each item of an ordered list before its words.

    Lists that lay out a page, such as its comments, and those in menus or without marks have none.
    """
    left = _MOST
    for ordered in list(tree.iter("ol")):
        items = [item for item in ordered if item.tag == "li"]
        left -= len(items)
        if left < 0 or _is_layout(ordered):
            continue
        for item, number in zip(items, _numbers(ordered, items), strict=True):
            if not _NUMBERED.match(item.text_content()[:9]):
                item.text = f"{number}. {(item.text or '').lstrip()}"


def _is_layout(ordered: html.HtmlElement) -> bool:
    if _NO_MARKS.search(ordered.get("style") or "") or next(ordered.iter(*_LAID_OUT), None) is not None:
        return True
    return next(ordered.iterancestors("nav", "header", "footer", "aside"), None) is not None


def _numbers(ordered: html.HtmlElement, items: list[html.HtmlElement]) -> Iterator[str]:
    style = _STYLES.get(ordered.get("type") or "", "decimal")
    step = -1 if ordered.get("reversed") is not None else 1
    number = _whole(ordered.get("start"), len(items) if step < 0 else 1)
    for item in items:
        number = _whole(item.get("value"), number)
        yield written_number(number, style if number > 0 else "decimal")
        number += step


def _whole(value: str | None, otherwise: int) -> int:
    text = (value or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,5}", text) else otherwise
