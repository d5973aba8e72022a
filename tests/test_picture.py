"""A page is drawn in a process of its own, its words marked, from the very file that was indexed."""

import os
import signal
from collections.abc import Iterator
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
from citeback.index.sandbox.page_image import PageRenderer
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.process import module_command
from citeback.index.sandbox.worker import Worker

WORDS = "The northern lock is 340 metres long."


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "lock.pdf"
    sheet = Canvas(str(path))
    sheet.drawString(72, 700, WORDS)
    sheet.save()
    digest = sha256(path.read_bytes()).hexdigest()
    return Document("lock.pdf", str(tmp_path), str(path), 1, 1, digest, "", "pdf")


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    with PageRenderer() as renderer:
        yield renderer


def coloured(png: bytes) -> tuple[Image.Image, int]:
    image = Image.open(BytesIO(png)).convert("RGB")
    return image, sum(n for n, (r, g, b) in image.getcolors(2**24) or [] if r > 200 and b < 180)  # type: ignore[misc]


def test_the_words_are_marked_on_their_page(document: Document, renderer: PageRenderer) -> None:
    start = read(Path(document.path)).text.index("340")
    drawn = renderer.draw(document, 1, Span(start, start + 10), 0)
    image, area = coloured(drawn.png)
    assert 500 < area < image.width * image.height / 100
    assert drawn.top is not None and 0.1 < drawn.top < 0.2
    plain = renderer.draw(document, 1, Span(0, 0), 0)
    assert plain.top is None and coloured(plain.png)[1] == 0


def test_a_page_within_a_file_is_drawn(document: Document, tmp_path: Path, renderer: PageRenderer) -> None:
    alone = renderer.draw(document, 1, Span(0, 3), 0)
    message = EmailMessage()
    lock = Path(document.path).read_bytes()
    message.add_attachment(
        packed({"in/lock.pdf": lock}), maintype="application", subtype="zip", filename="a.zip"
    )
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message))
    attached = replace(document, path=str(path), member="a.zip!/in/lock.pdf")
    assert renderer.draw(attached, 1, Span(0, 3), 0) == alone
    for gone in ("a.zip!/lock.pdf", "b.zip", "a.zip"):
        with pytest.raises(ReadError, match=r"no longer contains|has changed"):
            renderer.draw(replace(attached, member=gone), 1, Span(0, 3), 0)


def test_what_cannot_be_drawn_is_told(document: Document, renderer: PageRenderer) -> None:
    assert renderer.draw(document, 1, Span(0, 1), 0).png
    with pytest.raises(ReadError, match="no page 2"):
        renderer.draw(document, 2, Span(0, 1), 0)
    Path(document.path).write_bytes(b"%PDF-1.7 and then nothing")
    with pytest.raises(ReadError, match="has changed since"):
        renderer.draw(document, 1, Span(0, 1), 0)
    Path(document.path).unlink()
    with pytest.raises(ReadError, match="No such file"):
        renderer.draw(document, 1, Span(0, 1), 0)
    with pytest.raises(ReadError, match="no pages that can be drawn"):
        renderer.draw(replace(document, kind="text"), 1, Span(0, 1), 0)


def test_one_process_draws_every_page_and_another_follows_it(document: Document) -> None:
    started = list[Worker]()

    def start() -> Worker:
        started.append(Worker.start(module_command("citeback.index.sandbox.page_image")))
        return started[-1]

    with PageRenderer(WorkerPool(start, 2)) as renderer:
        renderer.warm()
        first = renderer.draw(document, 1, Span(0, 3), 0)
        renderer.draw(document, 1, Span(4, 9), 0)
        assert len(started) == 1
        os.kill(started[0].pid, signal.SIGKILL)  # as a page may do that crashes its reader
        assert renderer.draw(document, 1, Span(0, 3), 0) == first
        assert len(started) == 2
