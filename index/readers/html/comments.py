"""Extracts readers' comments from web pages, each with its author.

Comment areas and authors are recognized by the names (`class`, `id`, `itemprop`) that publishing systems use.
The largest element that contains exactly one author's name is one comment.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from citeback.index.readers.common.blocks import Block, blocks, location
from citeback.index.readers.common.control_characters import clean

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
    """A reader's comment."""

    author: str
    text_blocks: tuple[Block, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield the comment's blocks; the first begins with the author's name."""
        for n, block in enumerate(self.text_blocks):
            text = f"{self.author}: {block.text}" if not n else block.text
            yield Block(
                text=text, level=0, group=block.group, locations=location(f"comment by {self.author}")
            )


def extract_comments(tree: html.HtmlElement) -> tuple[Comment, ...]:
    """Return the comments with named authors, in order, and remove their areas from the tree."""
    results: list[Comment] = []
    for area in [element for element in tree.iter() if _is_area(element)]:
        if _is_in(area, tree) and (comments := list(_area_comments(area))):
            results += comments
            area.drop_tree()
    return tuple(results)


def _is_area(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _NEVER:
        return False
    return bool(_AREA.search(_names(element))) and element.find(".//h1") is None


def _area_comments(area: html.HtmlElement) -> Iterator[Comment]:
    """Yield the comments of an area: the surroundings of each author name, without those of others."""
    names = [element for element in area.iter() if _is_author(element)]
    outer = [name for name in names if not any(above in names for above in name.iterancestors())]
    held = _counted(area, outer)
    for name in outer:
        item = name
        while item is not area and (above := item.getparent()) is not area and held[above] == 1:
            item = above
        author = " ".join(clean(name.text_content()).split()).removesuffix("says:").strip(" :")
        results = tuple(_comment_blocks(item, name)) if item is not name else ()
        if results and 0 < len(author) <= _NAME_CHARS:
            yield Comment(author, results)


def _counted(area: html.HtmlElement, names: list[html.HtmlElement]) -> Counter[html.HtmlElement]:
    """Return the number of author names within each element of an area."""
    held: Counter[html.HtmlElement] = Counter()
    for name in names:
        for above in name.iterancestors():
            held[above] += 1
            if above is area:
                break
    return held


def _comment_blocks(item: html.HtmlElement, name: html.HtmlElement) -> Iterator[Block]:
    """Yield the text of a comment without the author's name, date and buttons."""
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
