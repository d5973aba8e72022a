"""Converts element trees to text blocks, and blocks to one text with headings and locations.

Paragraphs, quotations, headings, lists and tables are separated by a blank line, list items and table rows by
a newline, cells by a tab. Nothing else is added to the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, islice, takewhile

from lxml import etree

from citeback.index.readers.common.column_labels import (
    ROWS_BELOW,
    column_labels,
    head_rows,
    is_repeated_title,
)
from citeback.index.readers.common.control_characters import clean
from citeback.index.records import Heading, Location, Span

# Element names of both trafilatura's trees (TEI) and HTML.
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
# Headings of generated documentation end with a zero-width space from an anchor link.
_EDGES = " \t\n\r\f\v\u00a0\u200b\u2060"
# Elements in which quotations and code are part of a sentence, not separate blocks.
_INLINE_IN = {"p", "item", "cell", "li", "td", "th", "dt", "dd", *_HEADS}
_CELL_CHARS = 100  # a longer text alone in its row is laid out in a table, and no cell of one
_NAMELESS_HEAD = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text; `level` is the heading level, 0 for other blocks.

    Blocks of the same `group` (a list or table; 0 for none) are on adjacent lines. `locations` have offsets
    within the block; the last one extends to the next block with places.
    """

    text: str
    level: int = 0
    group: int = 0
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedBlocks:
    """Blocks joined into one text, with its headings and places."""

    text: str
    headings: tuple[Heading, ...]
    locations: tuple[Location, ...]

    @property
    def first_heading(self) -> str | None:
        """Return the text of the first heading, if there is one."""
        return self.headings[0].span.of(self.text) if self.headings else None


def location(label: str) -> tuple[Location, ...]:
    """Return the places of a block that is a single location."""
    return (Location(0, label),)


def join_blocks(blocks: Iterable[Block]) -> JoinedBlocks:
    """Join blocks into one text; table headers of several rows become one row."""
    parts: list[str] = []
    headings: list[Heading] = []
    places: list[Location] = []
    offset, group, level = 0, 0, 0
    for block in _with_one_head(block for block in blocks if block.text.strip()):
        close = block.group and block.group == group and not block.level and not level
        gap = "" if not parts else "\n" if close else "\n\n"
        offset += len(gap)
        if block.level:
            headings.append(Heading(Span(offset, offset + len(block.text)), block.level))
        for place in block.locations:
            if not places or places[-1].label != place.label:
                places.append(Location(offset + place.start, place.label))
        parts += (gap, block.text)
        offset, group, level = offset + len(block.text), block.group, block.level
    return JoinedBlocks(text="".join(parts), headings=tuple(headings), locations=tuple(places))


def _with_one_head(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, with the header rows of each table joined into one.

    Rows with a location per cell are unchanged: their reader has already detected the header.
    """
    for group, rows in groupby(blocks, key=_table_of):
        if not group:
            yield from rows
            continue
        remaining = iter(rows)
        first = list(islice(remaining, ROWS_BELOW))
        yield from chain(first if len(first[0].locations) > 1 else _one_head(first), remaining)


def _one_head(rows: Sequence[Block]) -> Iterator[Block]:
    """Yield the first rows of a table: titles as one cell, and the header as one row."""
    cells = [block.text.split("\t") for block in rows]
    titles = len(list(takewhile(is_repeated_title, cells[:-1])))
    yield from (replace(rows[n], text=cells[n][0]) for n in range(titles))
    heads = head_rows(cells[titles:])
    labels = column_labels(cells[titles : titles + heads])
    yield replace(rows[titles], text="\t".join(labels)) if heads > 1 else rows[titles]
    yield from rows[titles + heads :]


def _table_of(block: Block) -> int:
    """Return the group of a table's row, 0 for any other block."""
    return block.group if block.group > 0 and not block.level and "\t" in block.text else 0


def blocks(root: etree._Element, unread: Set[str] = frozenset()) -> Iterator[Block]:
    """Yield the text blocks of an element tree in document order, but for elements of the `unread` names."""
    walk = _Walk(hidden=_UNREAD | unread)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            yield from walk.enter(element)
        else:
            yield from walk.leave(element)
            walk.add(element.tail if element is not root else None)
    yield from walk.flush()


@dataclass
class _Walk:
    """The state of one pass over a tree: the current block and the open elements around it."""

    chunks: list[str] = field(default_factory=list)
    level: int = 0
    group: int = 0
    groups: int = 0
    rows: int = 0
    code: int = 0
    unread: int = 0
    hidden: Set[str] = frozenset(_UNREAD)

    def enter(self, element: etree._Element) -> Iterator[Block]:
        """Handle a start tag."""
        tag = element.tag
        yield from self.edge(element)
        if tag in _CELLS and element.getprevious() is not None:
            self.stop("\t")
        elif tag in _BREAKS and self.rows:
            self.add(" ")
        elif tag in _BREAKS:
            self.stop("\n")
        self.level = _level(element) or self.level
        self.group += tag in _GROUPS and not self.groups
        self.count(tag, 1)
        self.add(element.text)

    def leave(self, element: etree._Element) -> Iterator[Block]:
        """Handle an end tag."""
        tag = element.tag
        self.rows -= tag in _ROWS
        yield from self.edge(element)
        self.rows += tag in _ROWS
        self.count(tag, -1)
        self.level = 0 if tag in _HEADS else self.level

    def count(self, tag: str, by: int) -> None:
        """Count the open elements by category."""
        self.groups += by * (tag in _GROUPS)
        self.rows += by * (tag in _ROWS)
        self.code += by * (tag in _CODE)
        self.unread += by * (tag in self.hidden)

    def edge(self, element: etree._Element) -> Iterator[Block]:
        """End the current block at the edge of a block element; within a table row, only add a space."""
        if not _is_block(element):
            return
        if self.rows and element.tag not in _ROWS:
            self.add(" ")
        else:
            yield from self.flush()

    def add(self, text: str | None) -> None:
        """Add text with white space collapsed as in a browser, or unchanged in code."""
        if not text or self.unread:
            return
        shown = clean(text) if self.code else _SPACE.sub(" ", clean(text))
        if not self.code and (not self.chunks or self.chunks[-1][-1].isspace()):
            shown = shown.lstrip(" ")
        if shown:
            self.chunks.append(shown)

    def stop(self, mark: str) -> None:
        """Add a line break or a cell separator."""
        if self.chunks:
            self.chunks[-1:] = [kept] if (kept := self.chunks[-1].rstrip(" ")) else []
        self.chunks.append(mark)

    def flush(self) -> Iterator[Block]:
        """Yield the current block if it has text."""
        text = "".join(self.chunks)
        self.chunks.clear()
        # Leading white space matters only in code.
        text = text.strip("\n").rstrip() if self.code else _trimmed(text)
        if text.strip(_EDGES):
            yield Block(text=text, level=self.level, group=self.group if self.groups else 0)


def _trimmed(text: str) -> str:
    """Return a block without white space around it, but with the empty first cells of a table's row."""
    bare = text.strip(_EDGES)
    if not text.startswith("\t") or ("\t" not in bare and len(bare) > _CELL_CHARS):
        return bare
    return text[: len(text) - len(text.lstrip(_EDGES))].replace(" ", "") + bare


def _is_block(element: etree._Element) -> bool:
    """Return whether an element is a block; quotations and code may also be inline."""
    tag = element.tag
    if tag not in ("quote", "code"):
        return tag in _BLOCKS
    parent = element.getparent()
    return parent is None or parent.tag not in _INLINE_IN


def _level(element: etree._Element) -> int:
    """Return a heading's level, or 0 for other elements."""
    if element.tag not in _HEADS:
        return 0
    return _HEADS[element.tag] or _HEADS.get(element.get("rend", ""), 0) or _NAMELESS_HEAD
