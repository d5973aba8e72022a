"""Reads OpenDocument presentations (ODP): slides, tables, notes, comments, charts.

Shapes are read from top to bottom, whatever their order in the file. Hidden slides are only listed.
"""

import re
from collections.abc import Iterator

from lxml import etree

from citeback.index.readers.common.blocks import Block, location
from citeback.index.readers.common.control_characters import line
from citeback.index.readers.office.opendocument import ROW, row_cells
from citeback.index.readers.office.opendocument_names import DRAW, PRESENTATION, SHAPES, SVG, TABLE
from citeback.index.readers.office.opendocument_package import (
    OpenDocument,
    comment_blocks,
    open_document,
    paragraphs,
)
from citeback.index.readers.office.opendocument_sheet import chart_lines
from citeback.index.records import Source

_NOTES = f"{PRESENTATION}notes"
_FURNITURE = ("page", "page-number", "header", "footer", "date-time")
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(cm|mm|in|pt)")
_MILLIMETRES = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72}
_ROW_HEIGHT = 5.0  # mm within which shapes are in the same row


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an ODP file; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with open_document(data, "OpenDocument presentation") as opened:
        return opened.source(_blocks(opened), "slides", stem)


def _blocks(opened: OpenDocument) -> Iterator[Block]:
    hidden_styles = opened.hidden_styles("drawing-page-properties", f"{PRESENTATION}visibility", "hidden")
    hidden: list[int] = []
    for n, slide in enumerate(opened.content.iter(f"{DRAW}page"), start=1):
        if slide.get(f"{DRAW}style-name") in hidden_styles:
            hidden.append(n)
        else:
            yield from _slide(opened, slide, n)
    for n in hidden:
        yield Block(f"Hidden slide: {n}", locations=location(f"slide {n}"))


def _slide(opened: OpenDocument, slide: etree._Element, n: int) -> Iterator[Block]:
    """Yield the title, the shapes from top to bottom, the notes and the comments."""
    here = location(f"slide {n}")
    shapes = sorted(_shapes(slide), key=_place)
    heads = [shape for shape in shapes if shape.get(f"{PRESENTATION}class") == "title"][:1]
    for shape in heads:
        if head := line(" ".join(paragraphs(shape))):
            yield Block(head, 1, locations=here)
    for nth, shape in enumerate(shapes):
        if shape not in heads:
            for text in _lines(opened, shape):
                yield Block(text, group=n * 1000 + nth + 1, locations=here)
    for notes in slide.iterchildren(_NOTES):
        boxes = [each for each in notes if each.get(f"{PRESENTATION}class") not in _FURNITURE]
        if text := "\n".join(text for box in boxes for text in paragraphs(box)):
            yield Block(text, locations=location(f"slide {n}, notes"))
    yield from comment_blocks(slide, f"slide {n}")


def _shapes(slide: etree._Element) -> Iterator[etree._Element]:
    """Yield the shapes of a slide, including those in groups, but not those within others or in notes."""
    for shape in slide.iter(*SHAPES):
        is_within = next(shape.iterancestors(_NOTES, *SHAPES), None) is not None
        if not is_within and shape.get(f"{PRESENTATION}class") != "page-number":
            yield shape


def _lines(opened: OpenDocument, shape: etree._Element) -> Iterator[str]:
    """Yield the lines of a shape: paragraphs, table rows or chart data."""
    chart = opened.object(shape)
    grid = next(shape.iter(f"{TABLE}table"), None)
    if chart is not None:
        yield from chart_lines(chart)
    elif grid is not None:
        spanned: dict[int, tuple[int, str]] = {}
        for row in grid.iter(ROW):
            if any(cells := row_cells(row, spanned)):
                yield "\t".join(cells).rstrip()
    else:
        yield from paragraphs(shape)


def _place(shape: etree._Element) -> tuple[int, float]:
    """Return a shape's row, and its distance from the left."""
    return int(_length(shape, "y") // _ROW_HEIGHT), _length(shape, "x")


def _length(shape: etree._Element, name: str) -> float:
    """Return a length in millimetres; 0 if a shape does not state it."""
    match = _LENGTH.fullmatch(shape.get(f"{SVG}{name}") or "")
    return float(match[1]) * _MILLIMETRES[match[2]] if match else 0.0
