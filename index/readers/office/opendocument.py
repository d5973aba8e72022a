"""Reads OpenDocument texts (ODT) with headers, footers, annotations and their authors."""

from collections.abc import Iterator

from lxml import etree

from citeback.index.readers.common.blocks import Block, location
from citeback.index.readers.common.control_characters import line
from citeback.index.readers.common.page_labels import is_page_label
from citeback.index.readers.office.grid import repeated_label
from citeback.index.readers.office.opendocument_names import CHART, DRAW, PARAGRAPHS, STYLE, TABLE, TEXT
from citeback.index.readers.office.opendocument_numbers import ListNumbers
from citeback.index.readers.office.opendocument_package import (
    ANNOTATION,
    OpenDocument,
    comment_blocks,
    open_document,
    paragraphs,
    repeats,
    visible_elements,
    words,
)
from citeback.index.readers.office.opendocument_sheet import chart_lines
from citeback.index.records import Source

ROW = f"{TABLE}table-row"
_CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
_MOST_SPAN = 1_000
_MOST_REPEATED = 50  # rows or cells of a document's table that one element may stand for


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an ODT file; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with open_document(data, "OpenDocument text") as opened:
        return opened.source(_document(opened), "word", stem)


def _document(opened: OpenDocument) -> Iterator[Block]:
    yield from _edges(opened, "header")
    yield from _blocks(opened, ListNumbers.of(opened))
    yield from _notes(opened.content)
    yield from _edges(opened, "footer")
    if next(opened.content.iter(ANNOTATION), None) is not None:
        comments = list(comment_blocks(opened.content))
        yield from [Block("Comments", 1), *comments] if comments else ()


def _edges(opened: OpenDocument, kind: str) -> Iterator[Block]:
    """Yield the distinct texts of headers or footers that have words."""
    tags = (f"{STYLE}{kind}", f"{STYLE}{kind}-left", f"{STYLE}{kind}-first")
    texts = (line(text) for each in opened.styles.iter(*tags) for text in paragraphs(each))
    for text in dict.fromkeys(texts):
        if not is_page_label(text):
            yield Block(text, locations=location(kind))


def _notes(root: etree._Element) -> Iterator[Block]:
    """Yield footnotes and endnotes, each kind under a heading."""
    for kind, heading in (("footnote", "Footnotes"), ("endnote", "Endnotes")):
        notes = (each for each in root.iter(f"{TEXT}note") if each.get(f"{TEXT}note-class") == kind)
        bodies = (body for note in notes for body in note.iterchildren(f"{TEXT}note-body"))
        texts = [text for body in bodies if (text := line(words(body)))]
        if texts:
            yield Block(heading, 1)
            yield from map(Block, texts)


def _object_rows(opened: OpenDocument, frame: etree._Element) -> Iterator[str]:
    """Yield the rows of a chart or table that is embedded in a text."""
    embedded = opened.object(frame)
    if embedded is None:
        return
    if next(embedded.iter(f"{CHART}chart"), None) is not None:
        yield from chart_lines(embedded)
        return
    for table in embedded.iter(f"{TABLE}table"):
        spanned: dict[int, tuple[int, str]] = {}
        rows = (row_cells(row, spanned) for row in table.iter(ROW))
        yield from ("\t".join(cells).rstrip() for cells in rows if any(cells))


def _blocks(opened: OpenDocument, numbers: ListNumbers) -> Iterator[Block]:
    """Yield paragraphs, headings, table rows and embedded objects in document order."""
    root = opened.content
    group = 0
    spanned: dict[int, tuple[int, str]] = {}
    for element in visible_elements(root):
        tag = element.tag
        group += tag in (f"{TABLE}table", f"{TEXT}list")
        if tag == f"{TABLE}table":
            spanned = {}
        elif tag == f"{DRAW}frame" and element.find(f"{DRAW}object") is not None:
            group += 1
            yield from (Block(row, group=group) for row in _object_rows(opened, element))
        elif tag == ROW and not _within(element, {ROW}):
            cells = row_cells(element, spanned)
            for _ in range(repeats(element, "number-rows-repeated", _MOST_REPEATED) if any(cells) else 0):
                yield Block("\t".join(cells).rstrip(), group=group)
        elif tag in PARAGRAPHS and not _within(element, {ROW, *PARAGRAPHS}):
            level, text = _level(element), words(element).strip()
            number = numbers.heading(element, level) if level else numbers.item(element)
            text = f"{number} {text}" if number and text else text
            listed = group if _within(element, {f"{TEXT}list"}) else 0
            yield Block(text=" ".join(text.split()) if level else text, level=level, group=listed)


def row_cells(row: etree._Element, spanned: dict[int, tuple[int, str]]) -> list[str]:
    """Return the cells of a row, labels of merged cells repeated.

    `spanned` maps columns to the number of rows below that a cell still covers, and its text.
    """
    result: list[str] = []
    across = ""
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        text = line(words(cell))
        for _ in range(repeats(cell, "number-columns-repeated", _MOST_REPEATED)):
            column = len(result)
            rows, above = spanned.pop(column, (0, ""))
            if cell.tag == f"{TABLE}covered-table-cell":
                shown = text or above or across
            else:
                wide = repeats(cell, "number-columns-spanned", _MOST_SPAN)
                across = repeated_label(text) if wide > 1 else ""
                rows, above = repeats(cell, "number-rows-spanned", _MOST_SPAN), repeated_label(text)
                for n in range(column + 1, column + wide if rows > 1 else 0):
                    spanned[n] = (rows, above)
                shown = text
            if rows > 1:
                spanned[column] = (rows - 1, above)
            result.append(shown)
    return result


def _level(element: etree._Element) -> int:
    if element.tag != f"{TEXT}h":
        return 0
    level = element.get(f"{TEXT}outline-level") or "1"
    return min(6, max(1, int(level))) if level.isdecimal() and len(level) < 5 else 1


def _within(element: etree._Element, tags: set[str]) -> bool:
    return next(element.iterancestors(*tags), None) is not None
