"""A small folder of made documents, of every kind that the page shows in its own way."""

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from reportlab.pdfgen.canvas import Canvas

LEASE = (
    ("Lease of the mill", "", "1. Term", "The lease of the mill ends in nine years."),
    ("2. Deposit", "The deposit for the mill is 900 crowns,", "which the owner returns within a month."),
)
PORTS = "Country,Port,Ships\nSweden,Ystad,120\nNorway,Oslo,7\nSweden,Lund,300\nFinland,Turku,19\n"
TOLLS = "Payer,Toll in crowns\nBaltic Line,1200\nBaltic Line,800\nNorth Line,450\nBaltic Line,950\n"
MONTHS = "Month,Passages\n2024-01,31\n2024-02,28\n2024-03,40\n2024-04,55\n2024-05,61\n2024-06,58\n"
CANAL = """# The canal in {year}

## Who keeps the canal?

The keeper of the canal is {keeper}. She was appointed on 3 May {appointed}.

## How long is the canal?

The canal is {length} kilometres long. In {year}, {ships} ships passed the canal.
"""
CANALS = (
    {"year": 2023, "keeper": "Ada Holm", "appointed": 2019, "length": 54, "ships": 398},
    {"year": 2024, "keeper": "Nora Lind", "appointed": 2024, "length": 57, "ships": 412},
)
MINUTES = (
    ("Decision", "The council decided on 12 June 2024 to repair the northern lock for 45,000 crowns."),
    ("Noise", "Ships shall not sound their horns between ten in the evening and six in the morning."),
)
TASKS = (
    ("Task", "Who", "Until"),
    ("Order the gates", "Nora Lind", "1 July 2024"),
    ("Tell the ships", "Ada Holm", "1 August 2024"),
)


def write_folder(folder: Path) -> None:
    """Write the documents, one of which cannot be read."""
    folder.mkdir(parents=True)
    (folder / "ports.csv").write_text(PORTS)
    (folder / "tolls.csv").write_text(TOLLS)
    (folder / "passages.csv").write_text(MONTHS)
    (folder / "reports").mkdir()
    for each in CANALS:
        (folder / "reports" / f"canal-{each['year']}.md").write_text(CANAL.format(**each))
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing")
    _write_lease(folder / "lease.pdf")
    _write_minutes(folder / "minutes.docx")


def _write_lease(path: Path) -> None:
    sheet = Canvas(str(path))
    for words in LEASE:
        sheet.setFont("Times-Roman", 13)
        for n, line in enumerate(words):
            sheet.drawString(72, 740 - 20 * n, line)
        sheet.showPage()
    sheet.save()


def _write_minutes(path: Path) -> None:
    minutes = Document()
    minutes.core_properties.author, minutes.core_properties.created = (
        "Nora Lind",
        datetime(2024, 6, 12, tzinfo=UTC),
    )
    minutes.add_heading("Minutes of the council", 1)
    for heading, words in MINUTES:
        minutes.add_heading(heading, 2)
        minutes.add_paragraph(words)
    table = minutes.add_table(rows=len(TASKS), cols=len(TASKS[0]))
    for row, values in zip(table.rows, TASKS, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    minutes.save(str(path))
