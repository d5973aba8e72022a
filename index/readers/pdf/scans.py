"""Detects scanned pages in PDFs.

A page counts as scanned if it has no text but a picture, or text that is not legible.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from citeback.index.errors import ReadError
from citeback.index.readers.ocr import MAX_OCR_PAGES, available

_PICTURES, _DRAWINGS = (raw.FPDF_PAGEOBJ_IMAGE,), (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING)
_FEWEST_DRAWINGS = 20  # on a page of letters drawn as shapes; fewer are rules and frames
_DEEP = 3  # nesting depth of pictures in form objects
_SCALE = 2.0  # dots per point (1/72 inch)
_MOST_PIXELS = 8_000_000


def scanned_pages(
    document: pdfium.PdfDocument, blank: Iterable[int], illegible: Iterable[int] = ()
) -> list[int]:
    """Return the pages (from 0) whose text is to be recognized; none if that is not possible.

    These are the pages without text that hold a picture, and those with an `illegible` text layer.
    """
    if not available():
        return []
    results = sorted([*(number for number in blank if _holds(document, number, _PICTURES)), *illegible])
    return results if len(results) <= MAX_OCR_PAGES else []


def shows_something(document: pdfium.PdfDocument, number: int) -> bool:
    """Return whether a page without text (from 0) shows a picture, or drawings that may be letters."""
    return _holds(document, number, _PICTURES) or _holds(document, number, _DRAWINGS, _FEWEST_DRAWINGS)


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


def _holds(document: pdfium.PdfDocument, number: int, kinds: Sequence[int], fewest: int = 1) -> bool:
    try:
        page = document[number]
        try:
            return sum(1 for _ in islice(page.get_objects(filter=kinds, max_depth=_DEEP), fewest)) == fewest
        finally:
            page.close()
    except pdfium.PdfiumError:
        return False  # a damaged page cannot be recognized either
