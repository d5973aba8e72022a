"""Tables of one layout in several files, asked as one: each cell cites its own file."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from citeback import wire
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.generations.store import Store
from citeback.index.readers.text.csv import read
from citeback.index.readers.text.markdown import read as read_markdown
from citeback.index.search.filters import Filter
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.index.sync.sync import sync
from citeback.page.state.computed_table import shown_table
from citeback.page.views.computed import computed_table
from citeback.rag.answer import Answer, AnswerCompleted
from citeback.rag.corpus import Corpus, open_corpus
from citeback.rag.file_layouts import FileLayouts, TooLarge
from citeback.rag.tables.joined_files import MOST_FILES, FileTable, file_tables, joined_files
from citeback.terminal.cli import app

PORTS = ("Ystad", "Lund", "Oslo")
HEADS = ("Port", "Ships", "Crew")


def ships(month: int, port: int) -> int:
    return 10 * month + 3 * port + (month * port) % 7


def month_rows(month: int) -> list[list[str]]:
    rows = [[port, str(ships(month, n)), str(5 + n + month)] for n, port in enumerate(PORTS)]
    return [list(HEADS), *rows, ["Total", str(sum(ships(month, n) for n in range(3))), ""]]


def a_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(map(",".join, rows)).encode()


def a_workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("months")
    for name in ("csv", "books", "versions", "wide", "prices"):
        (made / name).mkdir()
    for month in range(1, 13):
        (made / "csv" / f"calls-2024-{month:02d}.csv").write_bytes(a_csv(month_rows(month)))
        sheets = {"Calls": [["Harbour", "Boats", "Hands"], *month_rows(month)[1:]]}
        (made / "books" / f"log {month} 2023.xlsx").write_bytes(a_workbook(sheets))
    names = ("January", "February", "March", "April")
    barges = {
        name: [["Pier", "Barges"], ["North", str(n)], ["South", str(2 * n)]]
        for n, name in enumerate(names, 3)
    }
    (made / "sheets.xlsx").write_bytes(a_workbook(barges))
    for year in (2024, 2025):
        heads = ["Item", "Elm (£)", "Oak (£)"]
        visits = [
            heads,
            ["First visit, 15 minutes", str(year - 1980), str(year - 1990)],
            ["Home visit", "90", "80"],
        ]
        work = [heads, ["Cat spay", str(year - 1900), str(year - 1910)], ["Rabbit spay", "70", "60"]]
        (made / "prices" / f"price-list-{year}.xlsx").write_bytes(
            a_workbook({"Visits": visits, "Work": work})
        )
    for version in (1, 2):
        rows = [["Crane", "Tonnes"], ["Red", "12"], ["Blue", "14"], ["Grey", str(20 + version)]]
        (made / "versions" / f"cranes_v{version}.csv").write_bytes(a_csv(rows))
    return made


@pytest.fixture(scope="module")
def corpus(folder: Path, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]) -> Iterator[Corpus]:
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as opened:
        yield opened


def whole_year(port: int) -> int:
    return sum(ships(month, port) for month in range(1, 13))


def cited(corpus: Corpus, answer: Answer) -> list[str]:
    citations = [c for s in answer.sentences for c in s.citations]
    for each in citations:
        assert each.span.of(corpus.source(each.document).text) == each.quote
    return [each.document for each in citations]


@pytest.mark.parametrize(
    ("question", "folder_name", "result"),
    [
        ("What is the total number of ships in Lund?", "csv/", (whole_year(1),)),
        ("What is the total number of ships in Lund in March 2024?", "csv/", (ships(3, 1),)),
        ("Which month has the most ships in total?", "csv/", ("December 2024",)),
        ("What is the sum of ships?", "csv/", (sum(map(whole_year, range(3))),)),
        ("What is the total number of boats in Oslo?", "books/", (whole_year(2),)),
        ("What is the total number of barges in North?", "sheets.xlsx", (3 + 4 + 5 + 6,)),
    ],
)
def test_monthly_files_are_asked_as_one(
    corpus: Corpus, question: str, folder_name: str, result: tuple[object, ...]
) -> None:
    answer = corpus.ask(question, within=Filter(paths=(folder_name,)))
    assert answer.computed is not None, answer
    assert answer.computed.result == result, answer.text
    assert "Asked as one table" in answer.text
    assert set(cited(corpus, answer)) <= set(answer.computed.documents)


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("What does a first visit cost at Oak these days?", "35"),
        ("What does a cat spay cost at Elm now?", "125"),
    ],
)
def test_a_question_about_the_present_is_asked_of_the_latest_year(
    corpus: Corpus, question: str, result: str
) -> None:
    answer = corpus.ask(question, within=Filter(paths=("prices/",)))
    assert answer.computed is not None, answer
    assert answer.computed.result == (result,), answer.text
    assert cited(corpus, answer) == ["prices/price-list-2025.xlsx"]


def test_without_a_word_for_the_present_both_years_are_named(corpus: Corpus) -> None:
    answer = corpus.ask("What does a cat spay cost at Elm?", within=Filter(paths=("prices/",)))
    assert answer.computed is not None, answer
    assert answer.computed.result == ("124", "125"), answer.text


def test_monthly_files_of_a_year_are_all_of_the_present(corpus: Corpus) -> None:
    layouts = FileLayouts(generation=corpus.visible_generation(ALL_NAMES), within=Filter(paths=("csv/",)))
    found = layouts.joined("How many ships are there now?", "csv/calls-2024-03.csv", HEADS)
    assert found is not None
    assert len(found.documents) == 12
    assert not layouts.is_outdated("How many ships are there now?", "csv/calls-2024-03.csv", HEADS)


def test_cells_cite_their_own_file_and_add_up(corpus: Corpus) -> None:
    answer = corpus.ask("What is the total number of ships in Lund?", within=Filter(paths=("csv/",)))
    assert answer.computed is not None
    assert len(answer.computed.documents) == 12
    said = [(name, span.of(corpus.source(name).text)) for name, span in answer.computed.places]
    assert sum(int(text) for _, text in said) == whole_year(1)
    assert len({name for name, _ in said}) == 12
    assert "Not counted as a row: Total" in answer.text


def test_a_question_that_names_a_file_is_asked_of_that_file(corpus: Corpus) -> None:
    question = "What is the total number of ships in Lund in calls-2024-03?"
    layouts = FileLayouts(generation=corpus.visible_generation(ALL_NAMES), within=Filter(paths=("csv/",)))
    assert layouts.joined(question, "csv/calls-2024-03.csv", HEADS) is None
    assert layouts.joined("How many ships?", "csv/calls-2024-03.csv", HEADS) is not None
    answer = corpus.ask("What is the total number of ships?", within=Filter(paths=("csv/calls-2024-03.csv",)))
    assert answer.computed is not None
    assert answer.computed.documents == ("csv/calls-2024-03.csv",)


def test_versions_of_one_table_are_not_added_up(corpus: Corpus) -> None:
    answer = corpus.ask("What is the total of tonnes?", within=Filter(paths=("versions/",)))
    assert "Asked as one table" not in answer.text


def test_only_documents_that_pass_the_filter_are_asked(corpus: Corpus) -> None:
    few = Filter(paths=("calls-2024-01.csv", "calls-2024-02.csv"))
    answer = corpus.ask("What is the total number of ships in Lund?", within=few)
    assert answer.computed is not None
    assert answer.computed.result == (ships(1, 1) + ships(2, 1),)
    assert len(answer.computed.documents) == 2


def test_files_that_a_user_may_not_see_are_no_part_of_the_table(corpus: Corpus) -> None:
    question, visible = "What is the total number of ships in Lund?", NameFilter(("csv/", "!csv/*-1?.csv"))
    *_, last = corpus.stream(question, within=Filter(paths=("csv/",)), visible=visible)
    assert isinstance(last, AnswerCompleted)
    computed = last.answer.computed
    assert computed is not None
    assert computed.documents == tuple(f"csv/calls-2024-{month:02d}.csv" for month in range(1, 10))
    assert computed.result == (sum(ships(month, 1) for month in range(1, 10)),)
    assert "-12" not in last.answer.text


def test_the_page_shows_the_cells_of_all_files(corpus: Corpus) -> None:
    answer = corpus.ask("What is the total number of ships in Lund?", within=Filter(paths=("csv/",)))
    assert answer.computed is not None
    shown = shown_table({name: corpus.source(name) for name in answer.computed.documents}, answer.computed)
    assert shown is not None
    assert shown.head == (*HEADS, "Month")
    assert len(shown.marked) == 12
    assert computed_table(shown).count("<mark>") == 12
    assert [row[3] for row in shown.rows][:2] == ["January 2024", "February 2024"]


def test_a_kept_answer_is_computed_again_over_its_files(corpus: Corpus, folder: Path, tmp_path: Path) -> None:
    answer = corpus.ask("What is the total number of ships in Lund?", within=Filter(paths=("csv/",)))
    lines = tmp_path / "kept.jsonl"
    lines.write_text(json.dumps(wire.ask(wire.single_question(answer.question), answer)) + "\n")
    run = CliRunner().invoke(
        app, ["verify", "--answers", str(lines), "--json", "--store", str(folder / ".citeback")]
    )
    assert json.loads(run.output.splitlines()[0])["verdict"] == "computed", run.output
    other = tmp_path / "other"
    (other / "csv").mkdir(parents=True)
    for path in (folder / "csv").iterdir():
        (other / "csv" / path.name).write_bytes(path.read_bytes())
    changed = other / "csv" / "calls-2024-07.csv"
    changed.write_bytes(changed.read_bytes().replace(b"Lund,", b"Lund,1"))
    sync(Store(other / ".citeback"), [other], load=load_encoder)
    run = CliRunner().invoke(
        app, ["verify", "--answers", str(lines), "--json", "--store", str(other / ".citeback")]
    )
    assert json.loads(run.output.splitlines()[0])["verdict"] == "stale", run.output


def parts(*texts: str, names: tuple[str, ...] = ()) -> list[FileTable]:
    named = names or tuple(f"part-{n}.csv" for n in range(len(texts)))
    return [
        each
        for name, text in zip(named, texts, strict=True)
        for each in file_tables(name, read(text.encode(), name))
    ]


def test_files_are_put_in_the_order_of_their_months_and_numbers() -> None:
    one = "Port,Ships\nOslo,{}\nLund,{}\n"
    texts = [one.format(n, n + 1) for n in range(3)]
    by_month = joined_files(parts(*texts, names=("b_march.csv", "b_jan.csv", "b_feb.csv")))
    assert by_month is not None
    assert [row[-1].text for row in by_month.table.rows[::2]] == ["January", "February", "March"]
    assert by_month.table.head[-1].text == "Month"
    by_number = joined_files(parts(*texts, names=("site 10.csv", "site 9.csv", "site 1.csv")))
    assert by_number is not None
    assert [row[-1].text for row in by_number.table.rows[::2]] == ["1", "9", "10"]
    assert by_number.table.head[-1].text == "File"
    found = [by_number.file_of(row).document for row in (0, 2, 5)]
    assert found == ["site 1.csv", "site 9.csv", "site 10.csv"]


def test_what_is_no_part_of_a_whole_is_not_joined() -> None:
    comma, point = "Port;Price\nOslo;1,25\nLund;2,50\n", "Port;Price\nYstad;1.25\nVaasa;2.50\n"
    assert joined_files(parts(comma, point)) is None
    assert joined_files(parts(comma)) is None
    assert joined_files(parts(comma, comma)) is None
    month = joined_files(parts(comma, comma, names=("rent-2024-01.csv", "rent-2024-02.csv")))
    assert month is not None
    assert month.table.columns[1].values[0].number == Decimal("1.25")


def test_too_many_files_are_said(tmp_path: Path) -> None:
    for n in range(MOST_FILES + 1):
        (tmp_path / f"part-{n}.csv").write_text(f"Port,Ships\nOslo,{n}\nLund,{n + 500}\n")
    sync(Store(tmp_path / ".citeback"), [tmp_path], load=load_encoder)
    with open_corpus(tmp_path) as opened:
        layouts = FileLayouts(generation=opened.visible_generation(ALL_NAMES), within=Filter())
        with pytest.raises(TooLarge, match="101 files are called like part-0"):
            layouts.joined("How many ships?", "part-0.csv", ("Port", "Ships"))
        answer = opened.ask("What is the total number of ships in Oslo?")
    assert answer.computed is None
    assert any("at most 100" in notice for notice in answer.notices), answer


@pytest.mark.parametrize("heading", ["{0} June", "Sheet {0}"])
def test_headings_with_numbers_of_any_length_are_names(heading: str) -> None:
    rows = "| Port | Ships |\n|---|---|\n| Ystad | 1 |\n| Lund | {0} |\n"
    text = "".join(f"# {heading.format('7' * 5_000 + str(n))}\n\n{rows.format(n)}\n" for n in (1, 2))
    found = joined_files(list(file_tables("a.md", read_markdown(text.encode(), "a"))))
    assert found and len(found.files) == 2
