"""Faults reported in PDFs: threads, files and what is right.

What is right was decided before the files were read.
"""

from collections.abc import Mapping

from made import drawn
from reported_file import Reported
from reportlab.pdfgen.canvas import Canvas


def pdf_of(stream: str, font: str = "") -> bytes:
    """Return a page of 600 by 800 points with this content; /F is Helvetica, or `font` if given."""
    font = font or "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
        " /Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        font,
    )
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer << /Size 6 /Root 1 0 R >>\n%%EOF".encode("latin-1")


def repeated(canvas: Canvas) -> None:
    for shift in (0, 0.3, 0.6):
        canvas.drawString(72 + shift, 700, "Closed on Mondays.")
    canvas.drawString(72, 680, "The kiosk sells ice in summer.")


LIGATURES = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding"
    " /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
)


def turned_heads(canvas: Canvas) -> None:
    for n, words in enumerate(("Fish", "Landed", "Returned")):
        canvas.saveState()
        canvas.translate(150 + 60 * n, 640)
        canvas.rotate(90)
        canvas.drawString(0, 0, words)
        canvas.restoreState()
    for n, cells in enumerate((("Eels", "12", "40"), ("Pike", "7", "31"))):
        for m, words in enumerate(cells):
            canvas.drawString(145 + 60 * m, 620 - 20 * n, words)


SIDEWAYS = (
    "The ferry leaves the north quay at seven.",
    "It is back by noon, and the bar on board",
    "serves coffee and buns until eleven.",
    "Dogs travel free of charge.",
)


def sideways(canvas: Canvas) -> None:
    canvas.rotate(90)
    for n, words in enumerate(SIDEWAYS):
        canvas.drawString(72, -100 - 16 * n, words)


def footers(canvas: Canvas) -> None:
    endings = ("The pilot boat was paid for by the town and", "The store of ropes was moved to the house of")
    starts = ("by three owners of nets.", "the lock keeper in spring.")
    for n in range(3):
        y = 760
        if n:
            canvas.drawString(72, y, starts[n - 1])
        for m in range(4):
            canvas.drawString(
                72, y - 20 - 16 * m, f"Berth {n * 7 + m * 3} was let to the crew {'abcd'[m]}{n}."
            )
        if n < 2:
            canvas.drawString(72, y - 100, endings[n])
        canvas.drawString(72, 40, f"© Osby Harbour 2026. All rights reserved.   {n + 1} / 3")
        canvas.showPage()


def gaps(canvas: Canvas) -> None:
    lines = ((700, "Warehouses that hold more than half (51 per cent"), (672, "or more) of the ice of the"))
    for y, words in (*lines, (658, "town, and"), (630, "its salt, are free of rent.")):
        canvas.drawString(72, y, words)


def kerned(_: None = None) -> bytes:
    return pdf_of(
        "BT /F 12 Tf 72 700 Td [(The) -278 (br) 18 (eakw) 25 (ater) -278 (is) -278 (long.)] TJ ET\n"
        "BT /F 12 Tf 72 680 Td (It) Tj 12 0 Td (was) Tj 26 0 Td (built) Tj 29 0 Td (in 1871.) Tj ET"
    )


def upwards(canvas: Canvas) -> None:
    lines = (
        "The dredger works in April.",
        "It is hired by the county.",
        "The mud goes to the north field.",
        "No one pays.",
    )
    for n in reversed(range(4)):
        canvas.drawString(72, 700 - 16 * n, lines[n])


def cells_of_two_lines(canvas: Canvas) -> None:
    for y, cells in (
        (700, ("Fish", "Season", "Limit")),
        (680, ("Eel", "May to", "3")),
        (668, ("", "August", "")),
    ):
        for x, words in zip((72, 200, 330), cells, strict=True):
            canvas.drawString(x, y, words)
    for x, words in zip((72, 200, 330), ("Pike", "June", "9"), strict=True):
        canvas.drawString(x, 648, words)


def spaced(_: None = None) -> bytes:
    return pdf_of(
        "BT /F 12 Tf 4 Tc 72 700 Td (NOTICE TO CREWS) Tj 0 Tc 0 -20 Td [(T) 80 (ower 2 is shut.)] TJ ET"
    )


PDFS: Mapping[str, Reported] = {
    "repeated.pdf": Reported(
        "chrismattmann/tika-python#314",
        lambda: drawn(repeated),
        ("Closed on Mondays.\nThe kiosk sells ice",),
        once=("Closed", "Mondays"),
    ),
    "ligatures.pdf": Reported(
        "py-pdf/pypdf#598",
        lambda: pdf_of("BT /F 12 Tf 72 700 Td (Nine \\001elds were \\002ooded.) Tj ET", LIGATURES),
        ("Nine fields were flooded.",),
    ),
    "kerned.pdf": Reported(
        "py-pdf/pypdf#2336, #1328", kerned, ("The breakwater is long.", "It was built in 1871.")
    ),
    "turned-heads.pdf": Reported(
        "jsvine/pdfplumber#1102, #942",
        lambda: drawn(turned_heads),
        ("Fish", "Landed", "Returned", "Eels", "12", "40", "Pike", "7", "31"),
    ),
    "sideways.pdf": Reported("yfedoseev/pdf_oxide#813", lambda: drawn(sideways), ("\n".join(SIDEWAYS),)),
    "footers.pdf": Reported(
        "docling-project/docling#1625",
        lambda: drawn(footers),
        lacks=("2 / 3",),
        alone=(
            "The pilot boat was paid for by the town and\nby three owners of nets.",
            "The store of ropes was moved to the house of\nthe lock keeper in spring.",
        ),
    ),
    "gaps.pdf": Reported(
        "microsoft/markitdown#2370",
        lambda: drawn(gaps),
        alone=(
            "Warehouses that hold more than half (51 per cent\nor more) of the ice of the\ntown, and\n"
            "its salt, are free of rent.",
        ),
    ),
    "spaced.pdf": Reported("xberg-io/xberg#962, #1291", spaced, ("NOTICE TO CREWS", "Tower 2 is shut.")),
    "upwards.pdf": Reported(
        "SteveTheKiller/KillerPDF#66",
        lambda: drawn(upwards),
        ("The dredger", "It is hired", "The mud goes", "No one pays."),
    ),
    "two-lines.pdf": Reported(
        "jsvine/pdfplumber#1056",
        lambda: drawn(cells_of_two_lines),
        ("Fish\tSeason\tLimit", "Eel\tMay to", "Pike\tJune\t9"),
    ),
}
