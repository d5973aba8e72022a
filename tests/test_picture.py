"""A page is drawn in a process of its own, its words marked, from the very file that was indexed."""

from dataclasses import replace
from email.message import EmailMessage
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from samples import packed

from citeback.index.errors import ReadError
from citeback.index.readers import read
from citeback.index.records import Document, Span
from citeback.index.sandbox.page_image import highlighted, page_image, visible_strip

WORDS = "The northern lock is 340 metres long."


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "lock.pdf"
    sheet = Canvas(str(path))
    sheet.drawString(72, 700, WORDS)
    sheet.save()
    digest = sha256(path.read_bytes()).hexdigest()
    return Document("lock.pdf", str(tmp_path), str(path), 1, 1, digest, "", "pdf")


def coloured(png: bytes) -> tuple[Image.Image, int]:
    image = Image.open(BytesIO(png)).convert("RGB")
    return image, sum(n for n, (r, g, b) in image.getcolors(2**24) or [] if r > 200 and b < 180)  # type: ignore[misc]


def test_the_words_are_marked_on_the_strip_around_them(document: Document) -> None:
    start = read(Path(document.path)).text.index("340")
    image, area = coloured(page_image(document, 1, Span(start, start + 10), 0))
    whole, same = coloured(page_image(document, 1, Span(start, start + 10), 0, whole=True))
    assert image.width == whole.width and image.height < whole.height / 3
    assert 500 < area < image.width * image.height / 20
    assert abs(area - same) < area / 5


def test_a_page_within_a_file_is_drawn(document: Document, tmp_path: Path) -> None:
    alone = page_image(document, 1, Span(0, 3), 0)
    message = EmailMessage()
    lock = Path(document.path).read_bytes()
    message.add_attachment(
        packed({"in/lock.pdf": lock}), maintype="application", subtype="zip", filename="a.zip"
    )
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message))
    attached = replace(document, path=str(path), member="a.zip!/in/lock.pdf")
    assert page_image(attached, 1, Span(0, 3), 0) == alone
    for gone in ("a.zip!/lock.pdf", "b.zip", "a.zip"):
        with pytest.raises(ReadError, match=r"no longer contains|has changed"):
            page_image(replace(attached, member=gone), 1, Span(0, 3), 0)


def test_what_cannot_be_drawn_is_told(document: Document) -> None:
    with pytest.raises(ReadError, match="no page 2"):
        page_image(document, 2, Span(0, 1), 0)
    Path(document.path).write_bytes(b"%PDF-1.7 and then nothing")
    with pytest.raises(ReadError, match="has changed since"):
        page_image(document, 1, Span(0, 1), 0)
    Path(document.path).unlink()
    with pytest.raises(ReadError, match="No such file"):
        page_image(document, 1, Span(0, 1), 0)


def test_a_picture_without_boxes_is_whole() -> None:
    out = BytesIO()
    Image.new("RGB", (10, 20), "white").save(out, "PNG")
    assert Image.open(BytesIO(highlighted(out.getvalue(), [], whole=False))).size == (10, 20)
    assert visible_strip([0.5], [0.52]) == (0.4, 0.62)
    assert visible_strip([0.0], [0.01])[0] == 0.0
