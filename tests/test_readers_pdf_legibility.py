"""Pages of PDFs that are pictures, or whose font gives wrong characters."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_made import PROSE, made, pictured

from citeback.index.errors import ReadError
from citeback.index.readers import read_any
from citeback.index.readers.pdf import pdf, scans
from citeback.index.readers.pdf.legibility import is_legible
from citeback.index.records import ArchiveMember, Source


@pytest.mark.parametrize(
    ("pages", "named", "reason"),
    [
        (("Text.", "", ""), "pages 2, 3", "2 of 3 pages have no text: pages 2, 3"),
        (("", "Text."), "page 1", "1 of 2 pages has no text: page 1"),
        (("Text.", "", "", "", "Text.", ""), "pages 2-4, 6", "4 of 6 pages have no text: pages 2-4, 6"),
    ],
)
def test_pages_that_are_pictures_are_listed(
    tmp_path: Path, pages: Sequence[str], named: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "available", lambda: False)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pictured(*pages))
    members = read_any(path)
    assert not isinstance(members, Source)
    whole, part = members
    assert whole.source
    assert "Text." in whole.source.text
    assert part == ArchiveMember(named, None, "", f"not read: a part: {reason}")


def test_empty_pages_are_not_listed() -> None:
    assert pdf.read(made([["Text."], [], ["More."]]), "stem").unread == ()


def shifted(text: str, by: int) -> str:
    return "".join(chr((ord(char) - 32 + by) % 95 + 32) for char in text)


@given(st.sampled_from([-29, -5, -3, -2, -1, 1, 2, 3, 4, 5]), st.integers(0, 100))
def test_pages_of_wrong_characters_are_told_from_words(by: int, start: int) -> None:
    text = (PROSE[start:] + PROSE)[:200]
    assert is_legible(text)
    assert not is_legible(shifted(text, by))


@pytest.mark.parametrize("text", ["", "OK " * 300, "4711 0815 " * 300, "Паром уходит в семь утра. " * 20])
def test_what_is_no_prose_is_not_taken_for_wrong_characters(text: str) -> None:
    assert is_legible(text)


def test_a_page_of_wrong_characters_is_listed_and_the_others_are_read() -> None:
    wrong = [shifted(PROSE, 1)[:70], shifted(PROSE, 1)[70:140], shifted(PROSE, 1)[140:]]
    source = pdf.read(made([["Tickets are sold on board."], wrong]), "stem")
    assert source.text.strip() == "Tickets are sold on board."
    assert [part.name for part in source.unread] == ["page 2"]
    assert "wrong characters" in source.unread[0].reason
    with pytest.raises(ReadError, match="unreadable text"):
        pdf.read(made([wrong]), "stem")
