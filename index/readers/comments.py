"""Readers' comments of a web page: cut out of its tree, each with who made it. Must never know the article.

A page marks where its comments stand, and who wrote each, by names (`class`, `id`, `itemprop`); the names
that publishing systems use are few. What holds one author's name and no other's is one comment.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from index.readers.blocks import Block, at, blocks
from index.readers.clean import clean

_AREA = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|comment-?threads?|disqus|discussion|responses|replies)(?:$|[\s_-])",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|username|user-?name|user|commenter|nick(?:name)?|byline|fn|poster|profile-?name)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|meta|metadata|commentmetadata|reply|actions?|permalink|votes?|likes?|share"
    r"|avatar|says)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ACTIONS = {"reply", "permalink", "report", "like", "share", "edit", "flag", "quote", "link", "says:", "says"}
_NEVER = {"html", "body", "main", "head"}
_NAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class Comment:
    """What one reader said."""

    author: str
    said: tuple[Block, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield the comment's blocks; the first begins with the name of its author."""
        for n, block in enumerate(self.said):
            text = f"{self.author}: {block.text}" if not n else block.text
            yield Block(text, 0, block.group, at(f"comment by {self.author}"))


def cut_out(tree: html.HtmlElement) -> tuple[Comment, ...]:
    """Return the comments whose authors are named, in order; what held them is no longer in the tree."""
    found: list[Comment] = []
    for area in [element for element in tree.iter() if _is_area(element)]:
        if _is_in(area, tree) and (comments := list(_comments(area))):
            found += comments
            area.drop_tree()
    return tuple(found)


def _is_area(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _NEVER:
        return False
    return bool(_AREA.search(_names(element))) and element.find(".//h1") is None


def _comments(area: html.HtmlElement) -> Iterator[Comment]:
    """Yield the comments of an area: what stands around each name, up to where another name is near."""
    names = [element for element in area.iter() if _is_author(element)]
    outer = [name for name in names if not any(above in names for above in name.iterancestors())]
    held = _counted(area, outer)
    for name in outer:
        item = name
        while item is not area and (above := item.getparent()) is not area and held[above] == 1:
            item = above
        author = " ".join(clean(name.text_content()).split()).removesuffix("says:").strip(" :")
        said = tuple(_said(item, name)) if item is not name else ()
        if said and 0 < len(author) <= _NAME_CHARS:
            yield Comment(author, said)


def _counted(area: html.HtmlElement, names: list[html.HtmlElement]) -> Counter[html.HtmlElement]:
    """Return how many authors' names each element of an area holds."""
    held: Counter[html.HtmlElement] = Counter()
    for name in names:
        for above in name.iterancestors():
            held[above] += 1
            if above is area:
                break
    return held


def _said(item: html.HtmlElement, name: html.HtmlElement) -> Iterator[Block]:
    """Yield what an item says, without its author's name, its date and its buttons."""
    aside = [name, *(element for element in item.iter() if element is not item and _is_aside(element))]
    for element in aside:
        if _is_in(element, item) and name not in (above for above in element.iterdescendants()):
            element.drop_tree()
    return blocks(item)


def _is_author(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in ("img", "input"):
        return False
    named = element.get("itemprop") in ("author", "creator") or element.get("rel") == "author"
    return (named or bool(_AUTHOR.search(_names(element)))) and bool(element.text_content().strip())


def _is_aside(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return False
    if element.tag in ("time", "button", "form", "input", "select") or _ASIDE.search(_names(element)):
        return True
    short = element.tag in ("a", "span") and len(element) == 0
    return short and (element.text or "").strip().lower() in _ACTIONS


def _is_in(element: html.HtmlElement, root: html.HtmlElement) -> bool:
    return element is root or any(above is root for above in element.iterancestors())


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"
