"""Renders a page of a PDF or picture, and locates a span on it.

Boxes are computed when a page is rendered, since they would take up most of the index and few pages are ever
viewed. The file must be the one that was indexed: reading it again gives the same text, so the span leads
back to pdfium's characters.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from ctypes import c_int
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Self

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from citeback.index.closeable import Closeable
from citeback.index.errors import ReadError
from citeback.index.readers.common.unwrap import of_picture
from citeback.index.readers.ocr import OcrEngine
from citeback.index.readers.pdf.pdf import PDFIUM, PdfPage, PdfPages, open_pdf, pages_of
from citeback.index.readers.pdf.scans import page_picture, scanned_pages
from citeback.index.readers.pdf.text_layer import pdfium_text
from citeback.index.readers.picture import frames
from citeback.index.records import Box, PageImage, Span

WIDTH = 1_100
"""Width of a rendered page in pixels."""
_MOST_PIXELS = 20_000_000
_GRID = 1_000_000


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as a picture, with the boxes of the words that were asked for."""

    picture: Image
    boxes: tuple[Box, ...]


class PdfDrawing(Closeable):
    """A PDF that is kept open, so that its pages are drawn one after another; for a single thread."""

    def __init__(self, document: pdfium.PdfDocument, pages: PdfPages, closing: ExitStack) -> None:
        self._document = document
        self._pages = pages
        self._closing = closing

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Open a PDF. Raises ReadError."""
        with PDFIUM, ExitStack() as stack:
            document = stack.enter_context(open_pdf(data))
            return cls(document, pages_of(document), stack.pop_all())

    def draw(self, page: int, span: Span, start: int | None = None, width: int = WIDTH) -> DrawnPage:
        """Render a page (from 1) with the boxes of a span of the text.

        `start` is the offset of the page in that text; it is required if earlier pages are scanned.

        Raises:
            ReadError: there is no such page, or it cannot be drawn.
        """
        pages = self._pages.pages
        if not 1 <= page <= len(pages):
            raise ReadError(f"there is no page {page}; the last one is {len(pages)}")
        before = self._pages.starts[page - 1] if start is None else start
        here = Span(max(0, span.start - before), max(0, span.end - before))
        with PDFIUM:
            try:
                opened_page = self._document[page - 1]
                return DrawnPage(_picture(opened_page, width), tuple(self._boxes(opened_page, page, here)))
            except pdfium.PdfiumError as error:
                raise ReadError(f"page {page} cannot be drawn") from error

    def _boxes(self, opened_page: pdfium.PdfPage, page: int, here: Span) -> list[Box]:
        read = self._pages.pages[page - 1]
        illegible = [] if read.legible else [page - 1]
        if not read.text and here and scanned_pages(self._document, [page - 1], illegible):
            return _read(page_picture(self._document, page - 1), here)
        return _written(opened_page, read, here)

    def close(self) -> None:
        """Close the file."""
        with PDFIUM:
            self._closing.close()


class PictureDrawing(Closeable):
    """A file that is a picture itself, of one frame or several."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def draw(self, page: int, span: Span, start: int | None = None, width: int = WIDTH) -> DrawnPage:
        """Render a frame (from 1) with the boxes of a span of its text. Raises ReadError."""
        result = next(islice(frames(self._data), page - 1, None), None)
        if result is None:
            raise ReadError(f"there is no page {page}")
        before = start or 0
        here = Span(max(0, span.start - before), max(0, span.end - before))
        boxes = _read(result, here) if here else []
        drawn = result.resize((width, max(1, result.height * width // result.width)))
        return DrawnPage(drawn, tuple(boxes))

    def close(self) -> None:
        """Do nothing: no file is open."""


def draw(data: bytes, page: int, span: Span, start: int | None = None, width: int = WIDTH) -> PageImage:
    """Render a page of a PDF (from 1) once, with the boxes of a span of its text. Raises ReadError."""
    with PdfDrawing.open(data) as drawing:
        return _as_png(drawing.draw(page, span, start, width))


def draw_picture(data: bytes, page: int, span: Span, start: int, width: int = WIDTH) -> PageImage:
    """Render a frame of a picture (from 1) with the boxes of a span of its text. Raises ReadError."""
    return _as_png(PictureDrawing(data).draw(page, span, start, width))


def _as_png(drawn: DrawnPage) -> PageImage:
    out = BytesIO()
    drawn.picture.save(out, "PNG", compress_level=1)
    return PageImage(
        png=out.getvalue(), width=drawn.picture.width, height=drawn.picture.height, boxes=drawn.boxes
    )


def _read(picture: Image, span: Span) -> list[Box]:
    """Return the boxes of a span in a scanned page, by recognizing its text again."""
    ocr_text = OcrEngine()(picture)
    origins = of_picture(ocr_text.text).original_spans(span)
    return [box for origin in origins for box in ocr_text.boxes(origin)]


def _written(page: pdfium.PdfPage, read: PdfPage, span: Span) -> list[Box]:
    """Return the boxes of a span in a page's text layer."""
    within = Span(min(span.start, len(read.text)), min(span.end, len(read.text)))
    return (
        [box for origin in read.original_spans(within) for box in _boxes(page, origin)] if len(within) else []
    )


def _picture(page: pdfium.PdfPage, width: int) -> Image:
    """Render a page, `width` pixels wide unless that exceeds the pixel limit."""
    across, down = page.get_size()
    scale = min(width / max(across, 1), (_MOST_PIXELS / max(across * down, 1)) ** 0.5)
    picture: Image = page.render(scale=scale).to_pil()
    return picture


def _boxes(page: pdfium.PdfPage, origin: Span) -> Iterator[Box]:
    """Yield the boxes of a range of pdfium's characters, one per run on a line."""
    layer = page.get_textpage()
    try:
        text = pdfium_text(layer)
        first, last = (_char(layer, text, offset) for offset in (origin.start, origin.end - 1))
        for n in range(layer.count_rects(first, last - first + 1)):
            left, bottom, right, top = layer.get_rect(n)
            yield _box(page, (left, top), (right, bottom))
    finally:
        layer.close()


def _char(layer: pdfium.PdfTextPage, text: str, offset: int) -> int:
    """Return pdfium's index of a character, which counts UTF-16 units and characters without text."""
    units = offset + sum(char > "\uffff" for char in text[:offset])
    return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(layer, units)))


def _box(page: pdfium.PdfPage, *corners: tuple[float, float]) -> Box:
    """Convert a rectangle from page units to fractions of the page as displayed, rotation applied."""
    seen = []
    for x, y in corners:
        across, down = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        seen.append((min(max(across.value / _GRID, 0), 1), min(max(down.value / _GRID, 0), 1)))
    (x1, y1), (x2, y2) = seen
    return Box(left=min(x1, x2), top=min(y1, y2), right=max(x1, x2), bottom=max(y1, y2))
