"""PDFs with given lines on their pages, and what they say."""

import io
from collections.abc import Sequence

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PROSE = (
    "the ferry leaves at seven in the morning from the north quay and returns at six in the evening except "
    "on Sundays when nobody pays for a ticket on board because the keeper of the lock has a quiet day with "
    "just a box"
)


def made(pages: Sequence[Sequence[str]], title: str = "", encrypt: StandardEncryption | None = None) -> bytes:
    """Return a PDF with these lines on its pages."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=encrypt)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pictured(*pages: str) -> bytes:
    """Return a PDF with a page for each text, and a page with a picture for each empty one."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in pages:
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.drawInlineImage(Image.new("RGB", (20, 20)), 72, 600, 300, 100)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
