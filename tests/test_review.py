"""A table of answers: cells with exact sources, saved as they come, in files that compute nothing."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
from openpyxl import load_workbook
from typed import Typed

from citeback.index.errors import SettingsError
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.review.cell import CellSource, TableCell
from citeback.rag.review.saved_cells import FILENAME, SavedCells, cell_key
from citeback.rag.review.shortest_answer import shortest_answer
from citeback.rag.review.table import check_questions
from citeback.wire.table_files import write_table

LEASE = "The lease of the mill ends on 31 May 2024. The rent is paid to Ada Holm. It may not be sublet."
SALE = "The mill was sold to Jonas Brandt. The price was paid in full on the day of the sale."
QUESTIONS = "# dates and names\nWhen does the lease of the mill end?\n\nWho was the mill sold to?\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "lease [1].txt").write_text(LEASE)
    (folder / "sale.txt").write_text(SALE)
    (folder.parent / "questions.txt").write_text(QUESTIONS)
    assert Typed("index", folder, "--store", folder / "store").status == 0
    yield folder


def test_each_document_is_asked_and_unchanged_ones_only_once(folder: Path, tmp_path: Path) -> None:
    store, questions = folder / "store", folder.parent / "questions.txt"
    table = Typed("table", questions, "--store", store, "--json").json
    assert table["questions"] == ["When does the lease of the mill end?", "Who was the mill sold to?"]
    rows = {row["document"]: row["cells"] for row in table["rows"]}
    assert rows["lease [1].txt"][0]["answer"] == "31 May 2024"
    assert rows["sale.txt"][1]["answer"] == "Jonas Brandt"
    for name, text in (("lease [1].txt", LEASE), ("sale.txt", SALE)):
        for cell in rows[name]:
            assert (cell["answer"] is None) == (cell["source"] is None) and not cell["saved"]
            if source := cell["source"]:
                assert text[source["start"] : source["end"]] == source["quote"]
    assert S_IMODE((store / FILENAME).stat().st_mode) == 0o600
    # Again: nothing is asked. With a changed document and a new question, only what is new.
    again = Typed("table", questions, "--store", store, "--json").json
    assert all(cell["saved"] for row in again["rows"] for cell in row["cells"])
    (folder / "sale.txt").write_text(SALE.replace("Jonas Brandt", "Maud Berg"))
    assert Typed("index", "--store", store).status == 0
    changed = {
        r["document"]: r["cells"] for r in Typed("table", questions, "--store", store, "--json").json["rows"]
    }
    assert [cell["saved"] for cell in changed["lease [1].txt"]] == [True, True]
    assert [cell["saved"] for cell in changed["sale.txt"]] == [False, False]
    assert changed["sale.txt"][1]["answer"] == "Maud Berg"
    out = tmp_path / "review.md"
    done = Typed("table", questions, "--store", store, "--in", "sale.txt", "--out", out)
    assert done.status == 0 and "| sale.txt |" in out.read_text() and "lease" not in out.read_text()[70:]


def cell(answer: str, document: str = "a.txt") -> TableCell:
    source = CellSource(Span(0, len(answer)), answer, 2, "page 2") if answer else None
    return TableCell(document, "Q?", answer, source, 0.75)


def test_what_looks_like_a_formula_is_text_in_every_file(tmp_path: Path) -> None:
    cells = [cell("=1+1\x07"), cell("", "=b.txt")]
    write_table(tmp_path / "t.csv", ["Q?"], cells)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file)
    assert header == ["document", "Q?", "Q? (words)", "Q? (place)", "Q? (confidence)", "Q? (link)"]
    assert first[:2] == ["a.txt", "'=1+1\x07"] and second[:3] == ["'=b.txt", "does not say", ""]
    write_table(tmp_path / "t.xlsx", ["Q?"], cells)
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1\ufffd", "s")
    assert sheet["B2"].hyperlink is None
    write_table(tmp_path / "t.xlsx", ["Q?"], cells, "http://here")
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None and sheet["B2"].hyperlink
    assert str(sheet["B2"].hyperlink.target).startswith("http://here/source/a.txt?at=0-5&words=")
    write_table(tmp_path / "t.json", ["Q?"], cells)
    assert json.loads((tmp_path / "t.json").read_text())["rows"][1]["cells"][0]["answer"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.json", "t.xlsx"]


def test_saved_cells_survive_damage_and_keep_to_their_key(tmp_path: Path) -> None:
    key = cell_key("00", "Q?", "1")
    with SavedCells.open(tmp_path) as saved:
        saved.save(key, cell("412"))
        saved.save("other", cell(""))
    with (tmp_path / FILENAME).open("a") as file:
        file.write('[1]\n{"key": "odd", "source": 3}\n{"key": "cut')
    with SavedCells.open(tmp_path) as saved:
        kept = saved.cell(key, "b.txt", "Q?")
        assert kept is not None
        assert (kept.document, kept.answer, kept.source, kept.saved) == (
            "b.txt",
            "412",
            cell("412").source,
            True,
        )
        assert saved.cell("odd", "b.txt", "Q?") is None
        assert saved.cell(cell_key("01", "Q?", "1"), "b.txt", "Q?") is None
        saved.save("new", cell("x"))
    with SavedCells.open(tmp_path) as saved:  # the line that was cut short did not swallow the next one
        assert saved.cell("new", "b.txt", "Q?") is not None


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("When does it end?", "It ends on 31 May 2024.", "31 May 2024"),
        ("May the mill be sublet?", "The mill may not be sublet.", "no"),
        ("May the mill be sublet?", "The mill may be sublet.", "yes"),
        ("May the mill be sublet?", "Ada Holm is paid.", "Ada Holm is paid."),
        ("What is the mill?", "The mill is a house.", "The mill is a house."),
    ],
)
def test_the_shortest_words_answer(question: str, quote: str, answer: str) -> None:
    assert shortest_answer(question, quote, Analyzer()) == answer


@pytest.mark.parametrize("questions", [[], [" "], ["x" * 2001], ["a?", "a?"], [f"{n}?" for n in range(101)]])
def test_what_cannot_be_asked_is_refused(questions: list[str]) -> None:
    with pytest.raises(SettingsError):
        check_questions(questions)


def test_the_command_refuses_bad_files(folder: Path, tmp_path: Path) -> None:
    store, questions = folder / "store", folder.parent / "questions.txt"
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "none.txt").write_text("\n# nothing\n")
    for arguments in (
        [tmp_path / "bad.txt"],
        [tmp_path / "none.txt"],
        [questions, "--out", tmp_path / "t.doc"],
        [questions, "--out", tmp_path / "gone" / "t.csv"],
    ):
        done = Typed("table", *arguments, "--store", store)
        assert done.status == 1 and "Next:" in done.err, arguments
