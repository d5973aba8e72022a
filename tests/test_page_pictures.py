"""Pictures of pages are drawn once for a file as it is, and a bounded number of them is kept."""

import os
from pathlib import Path

import pytest

from citeback.index.errors import ReadError
from citeback.index.records import Document, Span
from citeback.index.sandbox.page_image import PagePicture
from citeback.page.state.page_pictures import PagePictures


def test_a_picture_is_drawn_once_for_a_file_as_it_is(tmp_path: Path) -> None:
    path, drawn = tmp_path / "a.pdf", list[int]()
    path.write_bytes(b"%PDF")
    document = Document("a.pdf", str(tmp_path), str(path), 4, 0, "00", "A", "pdf")

    class Drawing:
        def draw(self, document: Document, page: int, span: Span, start: int) -> PagePicture:
            drawn.append(page)
            return PagePicture(b"x" * 10, None)

        def warm(self) -> None:
            raise AssertionError

        def close(self) -> None:
            raise AssertionError

    pictures = PagePictures(Drawing(), most=25)
    for page in (1, 1, 2, 1):
        assert pictures.of(document, page, Span(0, 1), 0).png == b"x" * 10
    assert drawn == [1, 2]
    pictures.of(document, 3, Span(0, 1), 0)  # there is room for two: the first that was not looked at goes
    pictures.of(document, 1, Span(0, 1), 0)
    pictures.of(document, 2, Span(0, 1), 0)
    assert drawn == [1, 2, 3, 2]
    os.utime(path, ns=(1, 1))
    pictures.of(document, 2, Span(0, 1), 0)
    assert drawn == [1, 2, 3, 2, 2]
    path.unlink()
    with pytest.raises(ReadError, match="no longer there"):
        pictures.of(document, 2, Span(0, 1), 0)
