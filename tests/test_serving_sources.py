"""Permanent links and pages of documents, over HTTP."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from scripted import ScriptedCorpus, source
from served import served

from citeback.index.readers import read
from citeback.index.records import Document


def test_a_permanent_link_shows_the_words_or_that_they_changed() -> None:
    from citeback.wire.permalinks import permanent_link

    corpus = ScriptedCorpus({"a b.md": source("Sixty-two were killed.")})
    made = permanent_link("a b.md", wire_span(0, 9), "Sixty-two")
    for client in served(corpus):
        shown = client.get(made.path)
        assert shown.status_code == 200 and ">Sixty-two</mark>" in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        corpus.sources = {"a b.md": source("Other words stand here.")}
        changed = client.get(made.path)
        assert "has changed since it was cited" in changed.text and "<mark" not in changed.text
        corpus.sources = {}
        assert client.get(made.path).status_code == 410
        assert client.get("/source/a b.md?at=1-x&words=").status_code == 404


def wire_span(start: int, end: int) -> Any:
    from citeback.index.records import Span

    return Span(start, end)


def test_a_page_of_a_pdf_is_drawn_by_its_own_place_in_the_text(tmp_path: Path) -> None:
    sheet = Canvas(str(tmp_path / "two.pdf"))
    for words in ("The first page.", "The second page."):
        sheet.drawString(72, 700, words)
        sheet.showPage()
    sheet.save()
    result = read(tmp_path / "two.pdf")
    digest = sha256((tmp_path / "two.pdf").read_bytes()).hexdigest()

    class Shelf(ScriptedCorpus):
        @property
        def documents(self) -> tuple[Document, ...]:
            return (Document("two.pdf", "", str(tmp_path / "two.pdf"), 1, 0, digest, "", "pdf"),)

    start = result.text.index("second")
    for client in served(Shelf({"two.pdf": result})):
        drawn = [
            client.get(f"/pages/two.pdf?page={page}&at={start}-{start + 6}&whole=true") for page in (1, 2, 3)
        ]
    assert [each.status_code for each in drawn] == [200, 200, 404]
    marked = [Image.open(BytesIO(each.content)).convert("RGB").getcolors(2**24) or [] for each in drawn[:2]]
    yellow = [sum(n for n, (r, _, b) in colours if r > 200 and b < 180) for colours in marked]  # type: ignore[misc]
    assert yellow[0] == 0 and yellow[1] > 100
