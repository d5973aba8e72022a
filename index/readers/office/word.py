"""Reads Word documents (DOCX, DOCM): body, headers, notes, comments, inserted files.

The XML elements are walked directly, since text boxes and content controls are nested among paragraphs.
Deleted and hidden text is skipped. Any package that Word opens is accepted.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, takewhile, zip_longest

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.page_labels import is_page_label
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.readers.office.drawing import chart_rows, paragraphs
from citeback.index.readers.office.parts import PackageParts
from citeback.index.readers.office.word_hidden import hidden_styles, join_deleted_ends, mark_hidden
from citeback.index.readers.office.word_numbers import Numbering
from citeback.index.readers.office.word_styles import style_properties
from citeback.index.readers.office.word_text import BOX, CELL, ROW, TABLE, P, W, visible_elements, words
from citeback.index.records import Source

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOTES = (("footnotes", f"{W}footnote", "Footnotes"), ("endnotes", f"{W}endnote", "Endnotes"))
_MOST_SPAN = 1_000
_LEVELS = 6


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a Word document; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with (
        zip_package.open_package(data, "Word document") as archive,
        raising_read_error("damaged or invalid Word document"),
    ):
        called, author, saved = zip_package.core_properties(archive)
        parts = PackageParts.of(archive)
        joined_blocks = join_blocks(_Document(parts).blocks())
        parts.require_text(joined_blocks.text)
    named = title(called, joined_blocks.first_heading, stem)
    return Source(
        text=joined_blocks.text,
        title=named,
        kind="word",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        author=author,
        saved=saved,
        unread=parts.unread(),
    )


class _Document:
    """The parts of a document that contribute text."""

    def __init__(self, parts: PackageParts) -> None:
        self._parts = parts
        self._main = parts.main()
        self._styles = self._one("styles")
        self._numbers = Numbering.of(self._one("numbering"), self._styles)
        self._levels = _levels(self._styles)
        self._hidden = hidden_styles(self._styles)

    def blocks(self) -> Iterator[Block]:
        """Yield the headers, body, footers, notes and comments."""
        body = list(self._body())
        if not body and not any(True for _ in self._parts.main_tree().iter(f"{W}body")):
            raise ReadError("damaged or invalid Word document")
        yield from self._edges("header")
        yield from _with_code(body)
        yield from self._drawings()
        yield from self._edges("footer")
        yield from self._notes()
        yield from self._comments()

    def _one(self, kind: str) -> etree._Element | None:
        related_part = next(self._parts.related(self._main, kind), None)
        return self._parts.tree(related_part.path) if related_part else None

    def _body(self) -> Iterator[Block]:
        inserted = {each.key: each.path for each in self._parts.related(self._main, "aFChunk")}
        root = self._parts.main_tree()
        mark_hidden(root, self._hidden)
        join_deleted_ends(root)
        yield from _blocks(root, self._levels, self._numbers, self._inserted(inserted))

    def _inserted(self, paths: dict[str, str]) -> dict[str, list[Block]]:
        """Return the blocks of each file that is inserted into the document, by relationship id."""
        result: dict[str, list[Block]] = {}
        for key, path in paths.items():
            data = self._parts.bytes(path)
            try:
                result[key] = web_page.visible_blocks(data) if path.endswith(("htm", "html", "mht")) else []
            except ReadError:
                result[key] = []  # a page without text
            if not result[key] and path.endswith(".docx"):
                result[key] = [Block(read(data, "").text)]
            if not result[key] and path.endswith(".txt"):
                result[key] = [Block(clean(data.decode("utf-8", "replace")).strip())]
        return result

    def _edges(self, kind: str) -> Iterator[Block]:
        """Yield the distinct texts of headers or footers."""
        seen: set[str] = set()
        for each in self._parts.related(self._main, kind):
            for block in _blocks(self._parts.tree(each.path), {}, Numbering.of(None, None), {}):
                shown = " ".join(block.text.split())
                if not is_page_label(shown) and shown not in seen:
                    seen.add(shown)
                    yield Block(shown, locations=location(kind))

    def _drawings(self) -> Iterator[Block]:
        """Yield the data of charts, and the text of diagrams."""
        for each in self._parts.related(self._main, "chart", "diagramData"):
            root = self._parts.tree(each.path)
            rows = chart_rows(root) if each.kind == "chart" else paragraphs(root)
            kind = "chart" if each.kind == "chart" else "diagram"
            yield from (Block(row, locations=location(kind)) for row in rows)

    def _notes(self) -> Iterator[Block]:
        """Yield footnotes and endnotes, each kind under a heading."""
        for kind, tag, heading in _NOTES:
            root = self._one(kind)
            texts = [" ".join(words(note).split()) for note in root.iter(tag)] if root is not None else []
            if any(texts):
                yield Block(heading, 1)
                yield from (Block(text) for text in texts if text)

    def _comments(self) -> Iterator[Block]:
        """Yield the comments with their authors."""
        root = self._one("comments")
        results = list(root.iter(f"{W}comment")) if root is not None else []
        comments = [(line(c.get(f"{W}author") or ""), " ".join(words(c).split())) for c in results]
        if any(text for _, text in comments):
            yield Block("Comments", 1)
        for name, text in comments:
            if text:
                shown = f"{name}: {text}" if name else text
                yield Block(shown, locations=location(f"comment by {name}" if name else "comment"))


def _levels(styles: etree._Element | None) -> dict[str, int]:
    """Map styles to heading levels, by outline level or name."""
    levels = {
        name: int(value) + 1
        for name, outline in style_properties(styles, "pPr", "outlineLvl")
        if (value := outline.get(f"{W}val") or "").isdecimal()
    }
    for style, name in style_properties(styles, "", "name"):
        known = (name.get(f"{W}val") or "").lower()
        if known.startswith("heading ") and known[8:].isdecimal():
            levels[style] = int(known[8:])
        elif known == "title":
            levels[style] = 1
    return {style: level for style, level in levels.items() if 1 <= level <= _LEVELS}


def _blocks(
    root: etree._Element,
    levels: dict[str, int],
    numbers: Numbering,
    inserted: dict[str, list[Block]],
    tables: Iterator[int] | None = None,
) -> Iterator[Block]:
    """Yield paragraphs and table rows in document order.

    A table within a cell follows the row of that cell; if it is the only cell, its content is read in order.
    """
    tables, table = count(1) if tables is None else tables, 0
    merged: dict[int, str] = {}
    # What a row holds is read with it, and a paragraph holds others in text boxes only.
    whole = (ROW,) if next(root.iter(BOX), None) is not None else (ROW, P)
    for element in visible_elements(root, whole=whole):
        tag = element.tag
        if tag == P:
            level, text = _level(element, levels), clean(words(element)).strip("\n").rstrip()
            number = numbers.number(element) if text and not text.isspace() else ""
            text = f"{number} {text.strip()}" if number else text
            yield Block(" ".join(text.split()) if level else text, level)
        elif tag == TABLE:
            table, merged = next(tables), {}
        elif tag == ROW:
            cells = list(_own_cells(element))
            inner = [each for cell in cells for each in _tables_in(cell)]
            row = "" if inner and len(cells) == 1 else "\t".join(_cells(element, merged))
            if row.strip():
                yield Block(row.rstrip(), group=table)
            for part in cells if inner and len(cells) == 1 else inner:
                yield from _blocks(part, levels, numbers, inserted, tables)
                table = next(tables)
        elif tag == f"{W}altChunk":
            yield from inserted.get(element.get(_RELATION) or "", ())


def _with_code(blocks: list[Block]) -> Iterator[Block]:
    """Group indented lines with the line above them, since they are lines of code."""
    group = 0
    for block, following in zip_longest(blocks, blocks[1:]):
        is_line = not block.level and not block.group
        opens = following is not None and following.text.startswith("  ") and not following.group
        if is_line and (block.text.startswith("  ") or opens):
            group = group if group and block.text.startswith("  ") else group - 1
            yield replace(block, group=group)
        else:
            yield block


def _cells(row: etree._Element, merged: dict[int, str]) -> Iterator[str]:
    """Yield the cells of a row; merged cells are repeated."""
    before = row.find(f"{W}trPr/{W}gridBefore")
    skipped = (before.get(f"{W}val") or "") if before is not None else ""
    column = min(int(skipped), _MOST_SPAN) if skipped.isdecimal() and len(skipped) < 5 else 0
    yield from [""] * column
    for cell in _own_cells(row):
        about = next(cell.iter(f"{W}tcPr"), None)
        span = about.find(f"{W}gridSpan") if about is not None else None
        joins = about.find(f"{W}vMerge") if about is not None else None
        result = (span.get(f"{W}val") or "") if span is not None else ""
        wide = min(int(result), _MOST_SPAN) if result.isdecimal() and int(result) else 1
        text = " ".join(_words_beside_tables(cell).split())
        for n in range(column, column + wide):
            if joins is not None and joins.get(f"{W}val") != "restart":
                text = text or merged.get(n, "")
            elif joins is not None:
                merged[n] = text
            yield text
        column += wide


def _own_cells(row: etree._Element) -> Iterator[etree._Element]:
    """Yield the cells of a row, also those within content controls."""
    for child in row.iterchildren(CELL, f"{W}sdt"):
        if child.tag == CELL:
            yield child
        else:
            yield from (cell for cell in child.iter(CELL) if next(cell.iterancestors(ROW), None) is row)


def _level(paragraph: etree._Element, levels: dict[str, int]) -> int:
    about = next(paragraph.iterchildren(f"{W}pPr"), None)
    if about is None:
        return 0
    style, outline = about.find(f"{W}pStyle"), about.find(f"{W}outlineLvl")
    if outline is not None and (outline.get(f"{W}val") or "").isdecimal():
        level = int(outline.get(f"{W}val")) + 1
        return level if level <= _LEVELS else 0
    return levels.get(style.get(f"{W}val"), 0) if style is not None else 0


def _words_beside_tables(cell: etree._Element) -> str:
    """Return the text of a cell, without that of tables within it."""
    if next(cell.iter(TABLE), None) is None:
        return words(cell)
    return "\n".join(
        words(each) for each in visible_elements(cell) if each.tag == P and not _within(each, TABLE, cell)
    )


def _tables_in(cell: etree._Element) -> Iterator[etree._Element]:
    """Yield the tables within a cell, but not those within them."""
    return (each for each in cell.iter(TABLE) if not _within(each, TABLE, cell))


def _within(element: etree._Element, tag: str, root: etree._Element) -> bool:
    """Return whether an element has an ancestor of this tag below `root`."""
    if element is root or next(element.iterancestors(tag), None) is None:
        return False
    return any(each.tag == tag for each in takewhile(lambda each: each is not root, element.iterancestors()))
