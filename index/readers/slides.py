"""A presentation (PPTX) to Source, slides and speakers' notes. Must never know other formats."""

from collections.abc import Iterator
from typing import Any

import pptx
from pptx.exc import PythonPptxError

from index.readers import package
from index.readers.blocks import Block, at, joined
from index.readers.broken import told_as
from index.readers.clean import clean, title
from index.records import Source

_NO_TITLE = "PowerPoint Presentation"


def read(data: bytes, stem: str) -> Source:
    """Return the Source of a PPTX file's bytes; `stem` names it where it has no title.

    Raises ReadError when it is encrypted or damaged.
    """
    with package.opened(data, "presentation") as archive:
        called, *signed = package.about(archive)
    with told_as("damaged presentation, or none at all", PythonPptxError):
        shown: Any = pptx.Presentation(package.stream(data))
        slides = list(enumerate(shown.slides, start=1))
        found = joined(block for n, slide in slides for block in _slide(slide, n))
    named = title(called if called != _NO_TITLE else "", found.first_heading, stem)
    return Source(found.text, named, "slides", found.headings, (), found.places, *signed)


def _slide(slide: Any, n: int) -> Iterator[Block]:
    place, heading = at(f"slide {n}"), slide.shapes.title
    head = " ".join(clean(heading.text_frame.text).split()) if heading is not None else ""
    if head:
        yield Block(head, 1, places=place)
    for shape in _flat(slide.shapes):
        if heading is None or shape.shape_id != heading.shape_id:
            for block in _shape(shape, n):
                yield Block(block.text, group=block.group, places=place)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        yield Block(clean(frame.text).strip(), places=at(f"slide {n}, notes"))


def _flat(shapes: Any) -> Iterator[Any]:
    """Yield shapes, those of groups among them."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, n: int) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        for row in shape.table.rows:
            cells = [" ".join(clean(cell.text).split()) for cell in row.cells]
            if any(cells):
                yield Block("\t".join(cells).strip(), group=n * 1000 + shape.shape_id)
    elif getattr(shape, "has_text_frame", False) and shape.text_frame is not None:
        for paragraph in shape.text_frame.paragraphs:
            if text := clean(paragraph.text.replace("\v", "\n")).strip():
                yield Block(text, group=n * 1000 + shape.shape_id)
