"""Reads OpenDocument texts (ODT) with annotations and their authors."""

from collections.abc import Iterator

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.records import Source

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = (f"{{{_NAMES}{name}:1.0}}" for name in ("text", "table", "office"))
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = f"{{{_NAMES}meta:1.0}}"
_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
_ROW, _CELLS = f"{_TABLE}table-row", {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ANNOTATION = f"{_OFFICE}annotation"
_HIDDEN = {_ANNOTATION, f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_TEXT}note-citation"}
_MARKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MANIFEST = "META-INF/manifest.xml"
_MOST_SPACES = 100


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an ODT file; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with zip_package.open_package(data, "OpenDocument text") as archive:
        names = archive.namelist()
        if _MANIFEST in names and b"encryption-data" in zip_package.part(archive, _MANIFEST):
            raise ReadError("encrypted OpenDocument text: needs a password")
        root = zip_package.tree(zip_package.part(archive, "content.xml"))
        meta = zip_package.tree(zip_package.part(archive, "meta.xml")) if "meta.xml" in names else root
    joined_blocks = join_blocks([*_blocks(root), *_annotations(root)])
    author = _first(meta, f"{_META}initial-creator") or _first(meta, f"{_DC}creator")
    named = title(_first(meta, f"{_DC}title"), joined_blocks.first_heading, stem)
    return Source(
        text=joined_blocks.text,
        title=named,
        kind="word",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        author=join_authors(author),
        date=_dated(meta),
    )


def _first(root: etree._Element, tag: str) -> str:
    return next((element.text or "" for element in root.iter(tag)), "")


def _dated(meta: etree._Element) -> str:
    return first_date(_first(meta, f"{_DC}date"), _first(meta, f"{_META}creation-date"))


def _blocks(root: etree._Element) -> Iterator[Block]:
    """Yield paragraphs, headings and table rows in document order; notes are inline."""
    group = 0
    for element in _visible_elements(root):
        tag = element.tag
        group += tag in (f"{_TABLE}table", f"{_TEXT}list")
        if tag == _ROW:
            cells = [" ".join(_words(cell).split()) for cell in element if cell.tag in _CELLS]
            if any(cells):
                yield Block("\t".join(cells).strip(), group=group)
        elif tag in _PARAGRAPHS and not _within(element, {_ROW, *_PARAGRAPHS}):
            level, text = _level(element), _words(element).strip()
            listed = group if _within(element, {f"{_TEXT}list"}) else 0
            yield Block(" ".join(text.split()) if level else text, level, listed)


def _level(element: etree._Element) -> int:
    if element.tag != f"{_TEXT}h":
        return 0
    level = element.get(f"{_TEXT}outline-level") or "1"
    return min(6, max(1, int(level))) if level.isdecimal() and len(level) < 5 else 1


def _annotations(root: etree._Element) -> Iterator[Block]:
    results = [
        (join_authors(_first(each, f"{_DC}creator")), _annotated(each)) for each in root.iter(_ANNOTATION)
    ]
    if any(text for _, text in results):
        yield Block("Comments", 1)
    for name, text in results:
        if text:
            label = f"comment by {name}" if name else "comment"
            yield Block(f"{name}: {text}" if name else text, locations=location(label))


def _annotated(annotation: etree._Element) -> str:
    return " ".join(" ".join(_words(part) for part in annotation.iter(f"{_TEXT}p")).split())


def _words(root: etree._Element) -> str:
    """Return the text of an element, its paragraphs separated by newlines."""
    parts = [root.text or ""]
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element is root:
            continue
        if event == "start":
            if element.tag in _HIDDEN:
                walk.skip_subtree()
                continue
            if element.tag in _PARAGRAPHS:
                parts.append("\n")
            parts.append(_mark(element) or element.text or "")
        else:
            parts.append(element.tail or "")
    return clean("".join(parts))


def _mark(element: etree._Element) -> str:
    if element.tag == f"{_TEXT}s":
        count = element.get(f"{_TEXT}c") or "1"
        return " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 9 else 1)
    return _MARKS.get(element.tag, "")


def _visible_elements(root: etree._Element) -> Iterator[etree._Element]:
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in _HIDDEN:
            walk.skip_subtree()
        else:
            yield element


def _within(element: etree._Element, tags: set[str]) -> bool:
    return next(element.iterancestors(*tags), None) is not None
