"""Scans and pictures are read where the extra `ocr` is installed, and words lead back to the picture."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from citeback.index.errors import NeedsOcr, ReadError
from citeback.index.readers import read
from citeback.index.readers.pdf import pdf
from citeback.index.readers.pdf.drawing import draw, draw_picture
from citeback.index.records import Document, Source, Span
from citeback.index.sandbox.page_image import PageRenderer
from citeback.index.sandbox.pool import WorkerPool

pytest.importorskip("rapidocr", reason="needs the extra ocr: pip install -e '.[ocr]' -c constraints.txt")

LOCK = ["The northern lock is 340 metres long.", "Nobody knew why it was subop-", "timal for ships."]
SHIPS = ["In 2022, 412 ships passed the canal."]
LEFT, TOP, LINE = 72, 760, 20


def sheets(pages: Sequence[Sequence[str]]) -> list[Image.Image]:
    """Return pages as a scanner makes them of paper."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for lines in pages:
        canvas.setFont("Times-Roman", 13)
        for n, line in enumerate(lines):
            canvas.drawString(LEFT, TOP - LINE * n, line)
        canvas.showPage()
    canvas.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        return [page.render(scale=2).to_pil() for page in document]


def scan(pages: Sequence[Sequence[str]], typed: str = "") -> bytes:
    """Return a PDF of pictures, and after them a page with a text layer where something is typed."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for sheet in sheets(pages):
        canvas.drawImage(ImageReader(sheet), 0, 0, 595, 842)
        canvas.showPage()
    if typed:
        canvas.drawString(LEFT, TOP, typed)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(count=1) as made:
        yield made


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scans") / "lock.pdf"
    path.write_bytes(scan([LOCK, SHIPS], "The last page was typed."))
    return path


@pytest.fixture(scope="module")
def found(scanned: Path, workers: WorkerPool) -> Source:
    source = workers.read(scanned)
    assert isinstance(source, Source)
    return source


def test_a_scan_is_read_page_by_page_and_what_is_typed_stands(found: Source) -> None:
    assert found.text == (
        "The northern lock is 340 metres long.\nNobody knew why it was suboptimal for ships.\n\n"
        "In 2022, 412 ships passed the canal.\n\nThe last page was typed."
    )
    assert found.location_at(found.text.index("412")) == "page 2"
    assert found.location_at(found.text.index("typed")) == "page 3"


def test_words_of_a_scan_lead_back_to_where_they_stand_on_the_picture(scanned: Path, found: Source) -> None:
    data = scanned.read_bytes()
    for words, page, line in (("340 metres", 1, 0), ("timal for ships", 1, 2), ("412 ships", 2, 0)):
        start = found.text.index(words)
        drawn = draw(data, page, Span(start, start + len(words)), found.pages[page - 1])
        box = drawn.boxes[-1]
        assert box.top * 842 < 842 - TOP + LINE * line < box.bottom * 842 + 8
        assert LEFT - 10 < box.left * 595 < box.right * 595 < 330
    start = found.text.index("typed")
    assert len(draw(data, 3, Span(start, start + 5), found.pages[2]).boxes) == 1


def test_its_page_is_drawn_with_the_words_marked(scanned: Path, found: Source) -> None:
    digest = sha256(scanned.read_bytes()).hexdigest()
    document = Document("lock.pdf", "", str(scanned), 1, 1, digest, "", "pdf")
    start = found.text.index("412 ships")
    with PageRenderer() as renderer:
        drawn = renderer.draw(document, 2, Span(start, start + 9), found.pages[1])
    shown = Image.open(BytesIO(drawn.png)).convert("RGB")
    assert sum(n for n, (r, g, b) in shown.getcolors(2**24) or [] if r > 200 and b < 180) > 500  # type: ignore[misc]


def test_a_scan_says_first_how_much_there_is_to_be_read(scanned: Path, tmp_path: Path) -> None:
    with pytest.raises(NeedsOcr, match="no text layer; 3 pages") as notice:
        pdf.read(scanned.read_bytes(), "stem")
    assert notice.value.pages == 2
    blank = tmp_path / "blank.pdf"
    blank.write_bytes(scan([[]]))
    with pytest.raises(ReadError, match="no text layer; 1 page"):
        read(blank, recognise=True)


def test_pictures_and_those_in_archives_are_read(workers: WorkerPool, tmp_path: Path) -> None:
    first, second = sheets([SHIPS, LOCK[:1]])
    first.save(tmp_path / "ships.tif", save_all=True, append_images=[second])
    second.save(tmp_path / "lock.png")
    source = workers.read(tmp_path / "ships.tif")
    assert isinstance(source, Source)
    assert (source.kind, source.text) == ("picture", f"{SHIPS[0]}\n\n{LOCK[0]}")
    assert source.location_at(len(source.text) - 1) == "page 2"
    with ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(tmp_path / "lock.png", "lock.png")
        archive.writestr("note.txt", "A note.")
    members = workers.read(tmp_path / "both.zip")
    assert not isinstance(members, Source)
    assert [member.source and member.source.text for member in members] == [LOCK[0], "A note."]


def test_a_word_that_a_line_of_a_picture_broke_is_whole_and_marked_on_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "lock.png"
    sheets([LOCK])[0].save(path)
    source = read(path, recognise=True)
    assert source.text == f"{LOCK[0]}\nNobody knew why it was suboptimal for ships."
    start = source.text.index("suboptimal")
    boxes = draw_picture(path.read_bytes(), 1, Span(start, start + len("suboptimal")), 0).boxes
    assert [box.left > 0.3 for box in boxes] == [True, False]
    assert boxes[0].bottom < boxes[1].bottom


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ReadError, match="damaged or invalid picture"):
        read(tmp_path / "a.png")
