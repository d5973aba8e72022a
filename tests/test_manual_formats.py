"""The manual's table of formats: each phrase is tried with a file, and each file stands for a phrase."""

from pathlib import Path

import pytest
from formats_shown import SHOWN, Shown

from citeback.index.errors import ReadError
from citeback.index.readers import ocr, picture, read_any
from citeback.index.records import Source, Span
from citeback.rag.evidence.statements import is_statement

PAGE = Path(__file__).parents[1] / "docs" / "manual" / "adding.md"
COLUMNS = ("read", "listed", "passed over")
NEVER_CITED = "comments (never cited)"
WITH_RECOGNITION = "text, with text recognition"


def table() -> dict[str, dict[str, list[str]]]:
    """Return the phrases of the manual's table, by format and column."""
    lines = (
        PAGE.read_text()
        .split("\n| format | read | listed | passed over |\n")[1]
        .split("\n\n")[0]
        .splitlines()
    )
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]
    return {
        name: {
            column: [] if cell == "-" else cell.split("; ")
            for column, cell in zip(COLUMNS, cells, strict=True)
        }
        for name, *cells in rows
    }


def test_each_phrase_has_a_file_and_each_file_a_phrase() -> None:
    said = {
        (name, column, phrase) for name, row in table().items() for column in row for phrase in row[column]
    }
    assert said == set(SHOWN)


@pytest.mark.parametrize("key", SHOWN, ids=lambda key: " - ".join(key))
def test_what_the_manual_says_of_a_format_is_so(
    tmp_path: Path, key: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: Shown = SHOWN[key]
    recognise = key[2] == WITH_RECOGNITION
    monkeypatch.setattr(ocr, "available", lambda: recognise)
    monkeypatch.setattr(picture, "OcrEngine", lambda: lambda frame: ocr.OcrText(shown.words, ()))
    (tmp_path / shown.name).write_bytes(shown.make())
    texts, reasons, sources = [], [], []
    try:
        result = read_any(tmp_path / shown.name, recognise)
        members = [(result, "")] if isinstance(result, Source) else [(m.source, m.reason) for m in result]
        sources = [source for source, _ in members if source]
        texts = [source.text for source in sources]
        reasons = [reason for _, reason in members if reason]
    except ReadError as error:
        reasons = [str(error)]
    _, column, phrase = key
    assert any(shown.words in text for text in texts) is (column == "read" or phrase == NEVER_CITED)
    assert any(shown.words in reason for reason in reasons) is (column == "listed")
    if phrase == NEVER_CITED:
        start = texts[0].index(shown.words)
        assert not is_statement(sources[0], Span(start, start + len(shown.words)))
