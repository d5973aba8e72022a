"""Detects scanned pages in PDFs.

A page counts as scanned if it has no text but a picture.
"""

from collections.abc import Iterable

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from citeback.index.errors import ReadError
from citeback.index.readers.ocr import MAX_OCR_PAGES, available

_DEEP = 3  # nesting depth of pictures in form objects
_SCALE = 2.0  # dots per point (1/72 inch)
_MOST_PIXELS = 8_000_000


def scanned_pages(document: pdfium.PdfDocument, blank: Iterable[int]) -> list[int]:
    """Return which of the pages without text (from 0) are scanned; none if they cannot be recognized."""
    results = [number for number in blank if _holds_picture(document, number)] if available() else []
    return results if len(results) <= MAX_OCR_PAGES else []


def page_picture(document: pdfium.PdfDocument, number: int) -> Image:
    """Render a page (from 0) for recognition. Raises ReadError."""
    try:
        page = document[number]
        try:
            across, down = page.get_size()
            scale = min(_SCALE, (_MOST_PIXELS / max(across * down, 1)) ** 0.5)
            picture: Image = page.render(scale=scale).to_pil()
            return picture
        finally:
            page.close()
    except pdfium.PdfiumError as error:
        raise ReadError(f"damaged PDF: page {number + 1} of {len(document)} cannot be drawn") from error


def _holds_picture(document: pdfium.PdfDocument, number: int) -> bool:
    try:
        page = document[number]
        try:
            return any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEP))
        finally:
            page.close()
    except pdfium.PdfiumError:
        return False  # a damaged page cannot be recognized either
