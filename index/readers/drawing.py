"""A page of a PDF as a picture, and where on it a span stands. Must never know how text is read.

Boxes are worked out when a page is drawn and not when it is read: they would be most of the index, and only
pages that someone looks at need them. The file must be the one that was read: `read` again, it gives the
same text, so that the span leads back to pdfium's own characters.
"""

from collections.abc import Iterator, Sequence
from ctypes import c_int
from io import BytesIO
from itertools import islice

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from index.errors import ReadError
from index.readers.layer import written
from index.readers.lines import of_picture
from index.readers.ocr import Recogniser
from index.readers.pdf import PDFIUM, Page, opened, pages_of
from index.readers.picture import frames
from index.readers.scans import picture_of, scanned
from index.records import Box, Drawn, Span

WIDTH = 1_100
"""Pixels that a page is wide when it is drawn."""
_MOST_PIXELS = 20_000_000
_GRID = 1_000_000


def draw(data: bytes, page: int, span: Span, start: int | None = None, width: int = WIDTH) -> Drawn:
    """Return a page (from 1) of a PDF's bytes with the boxes of a span of its source's text.

    `start` is where the page starts in that text; it must be told where pages before it are pictures.
    Raises ReadError where there is no such page, or the file cannot be read.
    """
    with PDFIUM, opened(data) as document:
        found = pages_of(document)
        if not 1 <= page <= len(found.pages):
            raise ReadError(f"there is no page {page}; the last one is {len(found.pages)}")
        before = found.starts[page - 1] if start is None else start
        here = Span(max(0, span.start - before), max(0, span.end - before))
        try:
            opened_page = document[page - 1]
            picture = _picture(opened_page, width)
            if scanned(document, [page - 1]) and not found.pages[page - 1].text:
                boxes = _read(picture_of(document, page - 1), here)
            else:
                boxes = _written(opened_page, found.pages[page - 1], here)
        except pdfium.PdfiumError as error:
            raise ReadError(f"page {page} cannot be drawn") from error
    return _drawn(picture, boxes)


def draw_picture(data: bytes, page: int, span: Span, start: int, width: int = WIDTH) -> Drawn:
    """Return the same of a picture's bytes; its frames are pages."""
    found = next(islice(frames(data), page - 1, None), None)
    if found is None:
        raise ReadError(f"there is no page {page}")
    boxes = _read(found, Span(max(0, span.start - start), max(0, span.end - start)))
    return _drawn(found.resize((width, max(1, found.height * width // found.width))), boxes)


def _drawn(picture: Image, boxes: Sequence[Box]) -> Drawn:
    out = BytesIO()
    picture.save(out, "PNG")
    return Drawn(out.getvalue(), picture.width, picture.height, tuple(boxes))


def _read(picture: Image, span: Span) -> list[Box]:
    """Return where the words of a span stand that were read from a picture: it is read again."""
    found = Recogniser()(picture)
    origins = of_picture(found.text).origins(span)
    return [box for origin in origins for box in found.boxes(origin)]


def _written(page: pdfium.PdfPage, read: Page, span: Span) -> list[Box]:
    """Return where the words of a span stand that a page was written with."""
    within = Span(min(span.start, len(read.text)), min(span.end, len(read.text)))
    return [box for origin in read.origins(within) for box in _boxes(page, origin)] if len(within) else []


def _picture(page: pdfium.PdfPage, width: int) -> Image:
    """Return a page as a picture, `width` pixels wide, or less where it would have too many."""
    across, down = page.get_size()
    scale = min(width / max(across, 1), (_MOST_PIXELS / max(across * down, 1)) ** 0.5)
    picture: Image = page.render(scale=scale).to_pil()
    return picture


def _boxes(page: pdfium.PdfPage, origin: Span) -> Iterator[Box]:
    """Yield the rectangles of some characters of pdfium's text of a page, one for each run on a line."""
    layer = page.get_textpage()
    try:
        text = written(layer)
        first, last = (_char(layer, text, offset) for offset in (origin.start, origin.end - 1))
        for n in range(layer.count_rects(first, last - first + 1)):
            left, bottom, right, top = layer.get_rect(n)
            yield _box(page, (left, top), (right, bottom))
    finally:
        layer.close()


def _char(layer: pdfium.PdfTextPage, text: str, offset: int) -> int:
    """Return pdfium's number of a character: it counts UTF-16, and characters that have no text as well."""
    units = offset + sum(char > "\uffff" for char in text[:offset])
    return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(layer, units)))


def _box(page: pdfium.PdfPage, *corners: tuple[float, float]) -> Box:
    """Return the rectangle between two corners in the page's own units, as it is turned on the screen."""
    seen = []
    for x, y in corners:
        across, down = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        seen.append((min(max(across.value / _GRID, 0), 1), min(max(down.value / _GRID, 0), 1)))
    (x1, y1), (x2, y2) = seen
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
