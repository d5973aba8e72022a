"""A small folder of documents, good and broken, for the tests of the command line."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas
from typed import Typed

LIGHT = "The lighthouse on Skerry was built in 1843.\r\n\r\nIn 1851 Ada Holm counted 412 ships from it."
TIDES = "# Tides\n\nThe tide turns twice a day. Whales pass [bold]the sound[/bold] in June.\n"
HARBOUR = "<html><body><article><h1>Harbour</h1><p>The harbour master is called Jonas Brandt, and he has \
held the post since the pier was lengthened. Fishing boats land cod on weekdays.</p></article></body></html>"
HOSTILE = "note\x1b]0;owned\x07.txt"


def pdf(path: Path, *pages: str) -> None:
    canvas = Canvas(str(path))
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()


def written(folder: Path) -> Path:
    """Write the documents into a folder and return it."""
    (folder / "light.txt").write_bytes(LIGHT.encode())
    (folder / "sea").mkdir()
    (folder / "sea/tides.md").write_text(TIDES)
    (folder / "harbour.html").write_text(HARBOUR)
    (folder / HOSTILE).write_text("The \x1b[31mparrot\x1b[0m\u202e of the captain speaks Danish.")
    pdf(folder / "survey.pdf", "The survey began in spring.", "The deepest sounding was 97 fathoms.")
    (folder / "broken.pdf").write_text("no PDF")
    (folder / "photo.xyz").write_text("unknown")
    return folder


def indexed(folder: Path, store: Path) -> Path:
    """Index the folder into a store and return the store; one of its files cannot be read."""
    assert Typed("index", folder, "--store", store).status == 1  # broken.pdf
    return store


def bridge(folder: Path) -> Path:
    """Return a folder with one document for a test to change."""
    folder.mkdir()
    (folder / "a.txt").write_text("The bridge is 120 metres long.")
    return folder
