"""Renders a page of a PDF or picture, and locates a span on it.

Boxes are computed when a page is rendered, since they would take up most of the index and few pages are ever
viewed. The file must be the one that was indexed: reading it again gives the same text, so the span leads
back to pdfium's characters.
"""

from collections.abc import Iterator, Sequence
from ctypes import c_int
from io import BytesIO
from itertools import islice

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from citeback.index.errors import ReadError
from citeback.index.readers.common.unwrap import of_picture
from citeback.index.readers.ocr import OcrEngine
from citeback.index.readers.pdf.pdf import PDFIUM, PdfPage, open_pdf, pages_of
from citeback.index.readers.pdf.scans import page_picture, scanned_pages
from citeback.index.readers.pdf.text_layer import pdfium_text
from citeback.index.readers.picture import frames
from citeback.index.records import Box, PageImage, Span

WIDTH = 1_100
"""Width of a rendered page in pixels."""
_MOST_PIXELS = 20_000_000
_GRID = 1_000_000


def draw(data: bytes, page: int, span: Span, start: int | None = None, width: int = WIDTH) -> PageImage:
    """Render a page of a PDF (from 1) with the boxes of a span of its text.

    `start` is the offset of the page in that text; it is required if earlier pages are scanned.

    Raises:
        ReadError: there is no such page, or the file cannot be read.
    """
    with PDFIUM, open_pdf(data) as document:
        pdf_pages = pages_of(document)
        if not 1 <= page <= len(pdf_pages.pages):
            raise ReadError(f"there is no page {page}; the last one is {len(pdf_pages.pages)}")
        before = pdf_pages.starts[page - 1] if start is None else start
        here = Span(max(0, span.start - before), max(0, span.end - before))
        try:
            opened_page = document[page - 1]
            picture = _picture(opened_page, width)
            read = pdf_pages.pages[page - 1]
            illegible = [] if read.legible else [page - 1]
            if not read.text and scanned_pages(document, [page - 1], illegible):
                boxes = _read(page_picture(document, page - 1), here)
            else:
                boxes = _written(opened_page, read, here)
        except pdfium.PdfiumError as error:
            raise ReadError(f"page {page} cannot be drawn") from error
    return _drawn(picture, boxes)


def draw_picture(data: bytes, page: int, span: Span, start: int, width: int = WIDTH) -> PageImage:
    """Render a frame of a picture (from 1) with the boxes of a span of its text. Raises ReadError."""
    result = next(islice(frames(data), page - 1, None), None)
    if result is None:
        raise ReadError(f"there is no page {page}")
    boxes = _read(result, Span(max(0, span.start - start), max(0, span.end - start)))
    return _drawn(result.resize((width, max(1, result.height * width // result.width))), boxes)


def _drawn(picture: Image, boxes: Sequence[Box]) -> PageImage:
    out = BytesIO()
    picture.save(out, "PNG", compress_level=1)  # read again at once, by the same process
    return PageImage(png=out.getvalue(), width=picture.width, height=picture.height, boxes=tuple(boxes))


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
