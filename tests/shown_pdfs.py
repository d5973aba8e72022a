"""Files for the phrases of the manual about PDFs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from made import (
    drawn,
)
from reportlab.pdfgen.canvas import Canvas
from shown_file import WORDS, Shown


def a_pdf(draw: Callable[[Canvas], None], words: str = WORDS) -> Shown:
    def both(canvas: Canvas) -> None:
        canvas.drawString(72, 780, "The harbour of Osby.")
        draw(canvas)

    return Shown("a.pdf", lambda: drawn(both), words)


def invisible(canvas: Canvas) -> None:
    words = canvas.beginText(72, 600)
    words.setTextRenderMode(3)
    words.textOut(WORDS)
    canvas.drawText(words)


def columns(canvas: Canvas) -> None:
    for n, (left, right) in enumerate(
        (("Birds", "Herons"), ("grey", "seven"), ("white", "nine"), ("red", "six"))
    ):
        canvas.drawString(72, 700 - 20 * n, left)
        canvas.drawString(300, 700 - 20 * n, right)


def pictured(canvas: Canvas) -> None:
    from PIL.Image import new

    canvas.showPage()
    canvas.drawInlineImage(new("L", (8, 8)), 0, 0, 500, 800)


def shifted(canvas: Canvas) -> None:
    canvas.showPage()
    words = "The ferry leaves at seven in the morning from the north quay of the town and is back by noon. "
    for n in range(9):
        canvas.drawString(72, 700 - 20 * n, "".join(chr(ord(c) + 1) if c.isalpha() else c for c in words))


def foot_noted(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "One of the boats")
    canvas.setFont("Helvetica", 7)
    canvas.drawString(72, 120, f"1 Of {WORDS}")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(320, 700, "came and left.")


def pages(canvas: Canvas, foot: str = "-") -> None:
    for n in range(1, 5):
        canvas.drawString(72, 700, f"Boat {n} came.")
        canvas.drawString(72, 680, f"It left on day {n * n}.")
        canvas.drawString(72, 660, "It was late.")
        canvas.drawString(300, 40, f"{foot} {n}{' -' if foot == '-' else ''}")
        canvas.showPage()
        canvas.drawString(72, 780, f"Osby in year {n}.")


def box(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "Birds:")
    canvas.acroForm.textfield(name="b", value=WORDS, x=150, y=695, width=200, height=20)


def raw_pdf(annotation: str, *more: str, catalog: str = "") -> bytes:
    objects = (
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
        " /Contents 4 0 R /Annots [6 0 R] >>",
        "<< /Length 37 >>\nstream\nBT /F 12 Tf 72 700 Td (Osby.) Tj ET  \nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        annotation,
        "<< /Type /Filespec /F (birds.txt) /UF (birds.txt) /EF << /F 8 0 R >> >>",
        f"<< /Type /EmbeddedFile /Length {len(WORDS)} >>\nstream\n{WORDS}\nendstream",
        *more,
    )
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n%%EOF".encode()


PDFS: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("PDF", "read", "text by columns"): a_pdf(lambda canvas: canvas.drawString(72, 700, WORDS)),
        ("PDF", "read", "tables"): a_pdf(columns, "grey seven"),
        ("PDF", "read", "footnotes below the text"): a_pdf(
            foot_noted, f"One of the boats\ncame and left.\n\n1 Of {WORDS}"
        ),
        ("PDF", "read", "running lines, once"): a_pdf(
            lambda canvas: pages(canvas, f"{WORDS}, page"), f"{WORDS}, page 4"
        ),
        ("PDF", "read", "form fields"): a_pdf(box, f"Birds: {WORDS}"),
        ("PDF", "read", "comments"): Shown(
            "a.pdf",
            lambda: raw_pdf(f"<< /Type /Annot /Subtype /Text /Rect [1 1 9 9] /T (Bo) /Contents ({WORDS}) >>"),
        ),
        ("PDF", "read", "embedded files"): Shown(
            "a.pdf",
            lambda: raw_pdf("<< >>", catalog="/Names << /EmbeddedFiles << /Names [(birds.txt) 7 0 R] >> >>"),
        ),
        ("PDF", "read", "files attached to a page"): Shown(
            "a.pdf", lambda: raw_pdf("<< /Type /Annot /Subtype /FileAttachment /Rect [1 1 9 9] /FS 7 0 R >>")
        ),
        ("PDF", "listed", "pages without text"): a_pdf(pictured, "1 of 2 pages has no text: page 2"),
        ("PDF", "listed", "pages with wrong characters"): a_pdf(shifted, "1 of 2 pages has unreadable text"),
        ("PDF", "listed", "XFA forms"): Shown(
            "a.pdf",
            lambda: raw_pdf(
                "<< >>",
                "<< /Length 7 >>\nstream\n<xdp/> \nendstream",
                catalog="/NeedsRendering true /AcroForm << /Fields [] /XFA 9 0 R >>",
            ),
            "an XFA form",
        ),
        ("PDF", "passed over", "page numbers"): a_pdf(pages, "- 2 -"),
        ("PDF", "passed over", "invisible words"): a_pdf(invisible),
    }
)
"""Files by format, column and phrase of the table."""
