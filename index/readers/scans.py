"""Pages of a PDF that are pictures of text, as scanners make them. Must never know how text is read.

A page counts as one where it has no text and holds a picture; a blank page is a blank page.
"""

from collections.abc import Iterable

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from index.errors import ReadError
from index.readers.ocr import MOST, available

_DEEP = 3  # pictures within forms within forms
_SCALE = 2.0  # dots for a 72nd of an inch
_MOST_PIXELS = 8_000_000


def scanned(document: pdfium.PdfDocument, blank: Iterable[int]) -> list[int]:
    """Return which of the pages (from 0) that have no text are pictures; none where those cannot be read."""
    found = [number for number in blank if _holds_picture(document, number)] if available() else []
    return found if len(found) <= MOST else []


def picture_of(document: pdfium.PdfDocument, number: int) -> Image:
    """Return a page (from 0) as the picture that its text is read from. Raises ReadError."""
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
        return False  # whatever is on it, it cannot be read either
