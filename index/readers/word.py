"""A Word document (DOCX) to Source: body, notes, comments. Must never know other formats.

python-docx opens the package and knows its parts and styles. The body's own elements are walked here,
because its paragraphs leave out text boxes and content controls. Words marked as deleted are left out.
"""

from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from index.readers import package
from index.readers.blocks import Block, at, joined
from index.readers.broken import told_as
from index.readers.clean import clean, line, title
from index.records import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted words, fields' instructions and alternatives for older programs say what is not shown.
_HIDDEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK}
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = (("footnotes", f"{_W}footnote", "Footnotes"), ("endnotes", f"{_W}endnote", "Endnotes"))
_LEVELS = 6


def read(data: bytes, stem: str) -> Source:
    """Return the Source of a DOCX file's bytes; `stem` names it where it has no title.

    Raises ReadError when it is encrypted or damaged.
    """
    with package.opened(data, "Word document") as archive:
        called, *signed = package.about(archive)
    with told_as("damaged Word document, or none at all", OpcError):
        document: Any = docx.Document(package.stream(data))
        levels = _levels(document)
        body = _blocks(document.element.body, levels)
        found = joined([*body, *_notes(document), *_comments(document)])
    named = title(called, found.first_heading, stem)
    return Source(found.text, named, "word", found.headings, (), found.places, *signed)


def _levels(document: Any) -> dict[str, int]:
    """Return the heading level of each style that has one: its own outline level or that of its name."""
    levels = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        known = (name.get(f"{_W}val") or "").lower() if name is not None else ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        level = int(outline.get(f"{_W}val")) + 1 if outline is not None else 0
        if known.startswith("heading ") and known[8:].isdecimal():
            level = int(known[8:])
        if known == "title":
            level = 1
        if 1 <= level <= _LEVELS:
            levels[style.get(f"{_W}styleId")] = level
    return levels


def _blocks(root: etree._Element, levels: dict[str, int]) -> Iterator[Block]:
    """Yield paragraphs and the rows of tables, in the order in which they stand."""
    table = 0
    for element in _shown(root):
        if element.tag == _TABLE and not _within(element, _CELL):
            table += 1
        elif element.tag == _ROW and not _within(element, _CELL):
            row = "\t".join(
                " ".join(_words(cell).split()) for cell in element.iterchildren(_CELL, f"{_W}sdt")
            )
            if row.strip():
                yield Block(row.strip(" \n"), group=table)
        elif element.tag == _P and not _within(element, _CELL):
            level, text = _level(element, levels), clean(_words(element)).strip()
            yield Block(" ".join(text.split()) if level else text, level)


def _level(paragraph: etree._Element, levels: dict[str, int]) -> int:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None and (outline.get(f"{_W}val") or "").isdecimal():
        level = int(outline.get(f"{_W}val")) + 1
        return level if level <= _LEVELS else 0
    return levels.get(style.get(f"{_W}val"), 0) if style is not None else 0


def _notes(document: Any) -> Iterator[Block]:
    """Yield footnotes and endnotes under a heading of their own."""
    for relation in document.part.rels.values():
        for kind, tag, heading in _NOTES:
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                root = package.tree(relation.target_part.blob)
                texts = [" ".join(_words(note).split()) for note in root.iter(tag)]
                if any(texts):
                    yield Block(heading, 1)
                    yield from (Block(text) for text in texts if text)


def _comments(document: Any) -> Iterator[Block]:
    """Yield the comments in the margin, each with the name of whoever made it."""
    comments = [(line(c.author or ""), " ".join(c.text.split())) for c in document.comments]
    if any(text for _, text in comments):
        yield Block("Comments", 1)
    for name, text in comments:
        if text:
            said = f"{name}: {text}" if name else text
            yield Block(said, places=at(f"comment by {name}" if name else "comment"))


def _words(root: etree._Element) -> str:
    """Return the text of an element; a paragraph within it ends with a newline."""
    parts: list[str] = []
    for element in _shown(root, nested=root.tag == _P):
        if element.tag == f"{_W}t" or element.tag.endswith("}t"):
            parts.append(element.text or "")
        elif element.tag in _MARKS:
            parts.append(_MARKS[element.tag])
        elif element.tag == _P and parts and element is not root:
            parts.append("\n")
    return "".join(parts)


def _shown(root: etree._Element, *, nested: bool = False) -> Iterator[etree._Element]:
    """Yield an element and what is below it; of a paragraph (`nested`) not the paragraphs in its boxes."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        children = [
            child
            for child in element
            if isinstance(child.tag, str)
            and child.tag not in _HIDDEN
            and not (nested and child.tag == f"{_W}txbxContent")
        ]
        waiting += reversed(children)


def _within(element: etree._Element, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None
