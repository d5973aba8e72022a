"""Finds the elements that a page's own style sheets hide.

Only plain rules count: a class, an id or an element with a class, outside of rules for print and small
screens.
"""

import re
from collections.abc import Iterator

from lxml import html

HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_END = r"\s*(?:!important\s*)?(?:;|$)"
_UNSEEN_STYLES = tuple(
    re.compile(rf"(?:^|;)\s*{style}", re.IGNORECASE)
    for style in (
        rf"opacity\s*:\s*0(?:\.0{{0,9}})?{_END}",
        r"(?:left|top|text-indent)\s*:\s*-\d{3,6}(?:\.\d{0,9})?(?:px|pt|em|rem|%)",
        r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]",
        rf"font-size\s*:\s*(?:0\.\d{{1,9}}|1)px{_END}",
        rf"color\s*:\s*transparent{_END}",
    )
)
_NO_HEIGHT = re.compile(rf"(?:^|;)\s*(?:max-)?height\s*:\s*0(?:px|pt|em)?{_END}", re.IGNORECASE)
_CUT_OFF = re.compile(r"(?:^|;)\s*overflow(?:-y)?\s*:\s*hidden", re.IGNORECASE)
_SHOWN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*(?!none)|visibility\s*:\s*visible)", re.IGNORECASE)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?([.#])(-?[_a-zA-Z][\w-]*)", re.IGNORECASE)
_MOST = 512 * 1024  # characters of style sheets
_MOST_SELECTORS = 5_000


def out_of_sight(style: str) -> bool:
    """Return whether a style places an element out of sight or makes it invisible.

    >>> out_of_sight("position:absolute; left:-9999px"), out_of_sight("opacity: 0.5")
    (True, False)
    """
    if any(pattern.search(style) for pattern in _UNSEEN_STYLES):
        return True
    return _NO_HEIGHT.search(style) is not None and _CUT_OFF.search(style) is not None


def hidden_by_rules(tree: html.HtmlElement, styles: str = "") -> Iterator[html.HtmlElement]:
    """Yield the elements that a rule of the page's style sheets hides; `styles` are those it links to."""
    own = (each.text or "" for each in tree.iter("style"))
    hidden = _hidden_selectors("\n".join([styles[:_MOST], *own])[: 2 * _MOST])
    if not hidden:
        return
    for element in tree.iter():
        if isinstance(element.tag, str) and not hidden.isdisjoint(_selectors(element)):
            yield element


def _selectors(element: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    names = [(".", name) for name in (element.get("class") or "").split()]
    names += [("#", element.get("id"))] if element.get("id") else []
    for mark, name in names:
        yield "", mark, name
        yield element.tag, mark, name


def _hidden_selectors(styles: str) -> set[tuple[str, str, str]]:
    """Return the selectors (element, mark, name) whose last rule hides."""
    hidden: set[tuple[str, str, str]] = set()
    for selectors, body in _rules(_without_comments(styles)):
        hides = HIDDEN_STYLE.search(body) is not None
        if not hides and not _SHOWN_STYLE.search(body):
            continue
        for each in selectors.split(",")[:_MOST_SELECTORS]:
            if match := _SELECTOR.fullmatch(each.strip()):
                key = ((match[1] or "").lower(), match[2], match[3])
                (hidden.add if hides else hidden.discard)(key)
    return hidden


def _without_comments(styles: str) -> str:
    parts, start = [], 0
    while (opening := styles.find("/*", start)) >= 0:
        parts.append(styles[start:opening])
        closing = styles.find("*/", opening + 2)
        if closing < 0:
            return "".join(parts)
        start = closing + 2
    return "".join([*parts, styles[start:]])


def _rules(styles: str) -> Iterator[tuple[str, str]]:
    """Yield (selectors, declarations) of the rules that are not within another, such as `@media`."""
    depth, head, start = 0, "", 0
    for match in re.finditer("[{}]", styles):
        if match[0] == "{":
            if not depth:
                head = styles[start : match.start()].rpartition(";")[2].strip()
            depth += 1
        else:
            if depth == 1 and not head.startswith("@"):
                yield head, styles[start : match.start()]
            depth = max(0, depth - 1)
        start = match.end()
