"""A tree of elements to text in blocks, with the headings' spans. Must never know where the tree came from.

Paragraphs, quotes, headings, lists and tables are separated by a blank line; the items of one list and
the rows of one table by a newline, cells by a tab. Nothing else is put into the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.readers.clean import clean
from index.records import Heading, Place, Span

# trafilatura's names (TEI) and HTML's own, so that either tree can be read.
_HEADS = {f"h{level}": level for level in range(1, 7)} | {"head": 0}
_GROUPS = {"list", "table", "ul", "ol", "dl"}
_ROWS = {"row", "tr"}
_CELLS = {"cell", "td", "th"}
_CODE = {"code", "pre"}
_BREAKS = {"lb", "br"}
_BLOCKS = {
    *("p", "quote", "item", "ab", "body", "div", "li", "dt", "dd", "blockquote", "article", "section"),
    *("main", "header", "footer", "aside", "nav", "figure", "figcaption", "caption", "address", "details"),
    *("summary", "form", "fieldset", "option", "hr", "textarea", "center", "pre"),
    *_HEADS,
    *_GROUPS,
    *_ROWS,
}
_UNREAD = {"script", "style", "template", "iframe"}
_SPACE = re.compile(r"[ \t\n\r\f]+")
# Anchor links of generated documentation leave a zero-width space at a heading's end.
_EDGES = " \t\n\r\f\v\u00a0\u200b\u2060"
# Where a quotation or a piece of code stands within a sentence and must not break it.
_INLINE_IN = {"p", "item", "cell", "li", "td", "th", "dt", "dd", *_HEADS}
_NAMELESS_HEAD = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that stands alone; `level` 0 for all but headings.

    Blocks of the same `group` (one list, one table; 0 for none) stand on neighbouring lines, but headings.
    `places` are counted within the block; the last one holds until the next block's first.
    """

    text: str
    level: int = 0
    group: int = 0
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Blocks as one text, and where in it their headings and places are."""

    text: str
    headings: tuple[Heading, ...]
    places: tuple[Place, ...]

    @property
    def first_heading(self) -> str | None:
        """Return the words of the first heading, if there is one."""
        return self.headings[0].span.of(self.text) if self.headings else None


def at(label: str) -> tuple[Place, ...]:
    """Return the places of a block that is one place as a whole."""
    return (Place(0, label),)


def joined(blocks: Iterable[Block]) -> Joined:
    """Return the text of the blocks, the headings and the places in it."""
    parts: list[str] = []
    headings: list[Heading] = []
    places: list[Place] = []
    offset, group, level = 0, 0, 0
    for block in blocks:
        if not block.text.strip():
            continue
        close = block.group and block.group == group and not block.level and not level
        gap = "" if not parts else "\n" if close else "\n\n"
        offset += len(gap)
        if block.level:
            headings.append(Heading(Span(offset, offset + len(block.text)), block.level))
        for place in block.places:
            if not places or places[-1].label != place.label:
                places.append(Place(offset + place.start, place.label))
        parts += (gap, block.text)
        offset, group, level = offset + len(block.text), block.group, block.level
    return Joined("".join(parts), tuple(headings), tuple(places))


def blocks(root: etree._Element) -> Iterator[Block]:
    """Yield the blocks of a tree in document order."""
    walk = _Walk()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            yield from walk.enter(element)
        else:
            yield from walk.leave(element)
            walk.add(element.tail if element is not root else None)
    yield from walk.flush()


@dataclass
class _Walk:
    """One pass over a tree: the block at hand and the elements that are open around it."""

    chunks: list[str] = field(default_factory=list)
    level: int = 0
    group: int = 0
    groups: int = 0
    rows: int = 0
    code: int = 0
    unread: int = 0

    def enter(self, element: etree._Element) -> Iterator[Block]:
        """Open an element: what comes now may be another block."""
        tag = element.tag
        yield from self.edge(element)
        if tag in _CELLS and element.getprevious() is not None:
            self.stop("\t")
        elif tag in _BREAKS:
            self.stop("\n")
        self.level = _level(element) or self.level
        self.group += tag in _GROUPS and not self.groups
        self.count(tag, 1)
        self.add(element.text)

    def leave(self, element: etree._Element) -> Iterator[Block]:
        """Close an element: its block, if it is one, ends here."""
        tag = element.tag
        self.rows -= tag in _ROWS
        yield from self.edge(element)
        self.rows += tag in _ROWS
        self.count(tag, -1)
        self.level = 0 if tag in _HEADS else self.level

    def count(self, tag: str, by: int) -> None:
        """Keep account of what is open."""
        self.groups += by * (tag in _GROUPS)
        self.rows += by * (tag in _ROWS)
        self.code += by * (tag in _CODE)
        self.unread += by * (tag in _UNREAD)

    def edge(self, element: etree._Element) -> Iterator[Block]:
        """End the block at a block's edge; within a table's row it is only a space."""
        if not _is_block(element):
            return
        if self.rows and element.tag not in _ROWS:
            self.add(" ")
        else:
            yield from self.flush()

    def add(self, text: str | None) -> None:
        """Add text as a browser shows it: white space is one space, but in code it stands as it is."""
        if not text or self.unread:
            return
        shown = clean(text) if self.code else _SPACE.sub(" ", clean(text))
        if not self.code and (not self.chunks or self.chunks[-1][-1].isspace()):
            shown = shown.lstrip(" ")
        if shown:
            self.chunks.append(shown)

    def stop(self, mark: str) -> None:
        """Add a line's or a cell's end."""
        if self.chunks:
            self.chunks[-1:] = [kept] if (kept := self.chunks[-1].rstrip(" ")) else []
        self.chunks.append(mark)

    def flush(self) -> Iterator[Block]:
        """Yield the block at hand if it has words."""
        text = "".join(self.chunks)
        self.chunks.clear()
        # Only a block of code begins with white space that means something.
        text = text.strip("\n").rstrip() if self.code else text.strip(_EDGES)
        if text.strip(_EDGES):
            yield Block(text, self.level, self.group if self.groups else 0)


def _is_block(element: etree._Element) -> bool:
    """Tell whether an element stands alone; quotations and code may also be part of a sentence."""
    tag = element.tag
    if tag not in ("quote", "code"):
        return tag in _BLOCKS
    parent = element.getparent()
    return parent is None or parent.tag not in _INLINE_IN


def _level(element: etree._Element) -> int:
    """Return a heading's level, 0 for other elements."""
    if element.tag not in _HEADS:
        return 0
    return _HEADS[element.tag] or _HEADS.get(element.get("rend", ""), 0) or _NAMELESS_HEAD
