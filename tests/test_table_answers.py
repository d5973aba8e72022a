"""Questions that are answered by computing over a table: the ask line, from files to JSON."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citeback import wire
from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, Turn
from citeback.rag.corpus import Corpus
from citeback.rag.table_answer import NOT_CERTAIN
from citeback.terminal.cli import app

SHIPS = "Country,Port,Ships\nSweden,Ystad,120\nNorway,Oslo,7\nSweden,Lund,300\nFinland,Turku,19\n"
CABLES = "Cable,Length\nNorth,5 km\nSouth,3 km\nEast,9 km\n"
ROUTES = "Route,Distance\nNorth,5 km\nSouth,3 miles\nEast,9 km\nWest,4 miles\n"
HOSTILE = (
    'Name,Amount\n"=HYPERLINK(""http://evil.example"")",5\n"<img src=x onerror=alert(1)>",7\n'
    "'); DROP TABLE t; --,11\n"
)
BERRIES = """# The harvest

The farm has four fields. Rain fell on most days of June.

| Field | Crop | Baskets |
|---|---|---|
| Hill | Raspberries | 41 |
| Mill | Currants | 26 |
| Lane | Raspberries | 12 |
| Brook | Cherries | 8 |
"""
PROSE = "The lighthouse was built in 1904. Ada Brun kept it for thirty years.\n"
PLOTS = "Plot,Holder\n12,Ada Brun\n7,Bo Ek\n31,Cilla Dahl\n"
VISITING = "The garden has 58 plots, and each plot measures 40 square metres. Frost damage is not insured.\n"
TABLE_OF_ANSWERS = """| Document | How many ships pass the lock of Osby every year? |
|---|---|
| a.md | does not say |
| b.md | 412 |
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tables")
    texts = {
        "ships.csv": SHIPS,
        "cables.csv": CABLES,
        "routes.csv": ROUTES,
        "hostile.csv": HOSTILE,
        "berries.md": BERRIES,
    }
    for name, text in {**texts, "light.txt": PROSE}.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def corpus(folder: Path, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]) -> Iterator[Corpus]:
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as opened:
        yield opened


@pytest.fixture
def asked(corpus: Corpus) -> Callable[[str, str], Answer]:
    return lambda question, name: corpus.ask(question, within=Filter(paths=(name,)))


Asking = Callable[[str, str], Answer]


def cited(corpus: Corpus, answer: Answer) -> list[str]:
    """Return the quotes of an answer, after checking each against its source."""
    citations = [c for s in answer.sentences for c in s.citations]
    for each in citations:
        assert each.span.of(corpus.source(each.document).text) == each.quote
    return [each.quote for each in citations]


@pytest.mark.parametrize(
    ("name", "question", "result", "cells"),
    [
        ("ships.csv", "What is the total number of ships in Sweden?", (420,), ["120", "300"]),
        ("berries.md", "How many baskets of raspberries in total?", (53,), ["41", "12"]),
        ("berries.md", "Which field has the most baskets?", ("Hill",), ["Hill | Raspberries | 41"]),
        ("ships.csv", "How many ports are in Sweden?", (2,), ["Sweden", "Sweden"]),
        ("ships.csv", "Which port has the most ships?", ("Lund",), ["Sweden\tLund\t300"]),
    ],
)
def test_a_table_answers_with_its_cells(
    corpus: Corpus, asked: Asking, name: str, question: str, result: tuple[object, ...], cells: list[str]
) -> None:
    answer = asked(question, name)
    assert answer.computed is not None, answer
    assert (answer.computed.result, answer.computed.document) == (result, name)
    assert cited(corpus, answer) == cells
    text = corpus.source(name).text
    marked = [span for s in answer.sentences for c in s.citations for span in c.marks]
    assert [span.of(text) for span in marked or answer.computed.cells] == (
        [str(result[0])] if marked else cells
    )
    assert answer.text.startswith(str(result[0]))
    assert not answer.abstained


def test_how_it_was_computed_stands_in_words(asked: Asking) -> None:
    answer = asked("What is the total number of ships in Sweden?", "ships.csv")
    assert answer.sentences[0].text == "420: sum of Ships where Country is Sweden, 2 of 4 rows."


def test_what_is_not_certain_is_refused_with_the_nearest_passages(asked: Asking) -> None:
    answer = asked("What is the average of the ships per captain in the north?", "ships.csv")
    assert (answer.computed, answer.abstained, answer.sentences) == (None, True, ())
    assert NOT_CERTAIN in answer.notices
    assert answer.passages


def test_mixed_units_are_said_and_not_computed(asked: Asking) -> None:
    answer = asked("What is the total distance of all routes?", "routes.csv")
    assert (answer.computed, answer.abstained) == (None, True)
    assert NOT_CERTAIN in answer.notices
    assert any("km, miles" in notice for notice in answer.notices)


def test_a_figure_has_the_unit_of_its_cells(asked: Asking) -> None:
    answer = asked("What is the total length?", "cables.csv")
    assert answer.computed is not None
    assert (answer.computed.result, answer.computed.unit) == ((17,), "km")


def test_hostile_cells_are_values(corpus: Corpus, asked: Asking) -> None:
    answer = asked("What is the total amount?", "hostile.csv")
    assert answer.computed is not None
    assert (answer.computed.result, cited(corpus, answer)) == ((23,), ["5", "7", "11"])
    answer = asked("Which name has the lowest amount?", "hostile.csv")
    assert answer.computed is None or answer.computed.result == ('=HYPERLINK("http://evil.example")',)


def test_prose_is_quoted_as_before(corpus: Corpus) -> None:
    answer = corpus.ask("Who kept the lighthouse?")
    assert (answer.computed, answer.abstained) == (None, False)
    assert NOT_CERTAIN not in answer.notices
    assert "Ada Brun" in answer.text


def test_the_json_names_plan_result_rows_and_cells(asked: Asking) -> None:
    answer = asked("What is the total number of ships in Sweden?", "ships.csv")
    printed = wire.ask(wire.single_question("q"), answer)["computed"]
    assert printed is not None
    assert (printed["result"], printed["rows"], printed["unit"]) == (420, [1, 3], "")
    assert printed["plan"] == "sum of Ships where Country is Sweden"


def test_a_batch_line_is_kept_to_its_documents(corpus: Corpus, folder: Path, tmp_path: Path) -> None:
    question = "Which field has the most baskets?"
    lines = [
        {"id": 1, "question": question, "in": ["berries.md"]},
        {"id": 2, "question": question, "in": ["light.txt"]},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = CliRunner().invoke(app, ["ask", "--batch", str(batch), "--store", str(folder / ".citeback")])
    assert done.exit_code == 0, done.output
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["computed"]["result"] == "Hill"
    assert (second["computed"], second["abstained"]) == (None, True)


def test_a_batch_line_with_no_date_is_refused_before_any_answer(folder: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "question": "Who?", "since": "yesterday"}\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["ask", "--batch", str(batch), "--store", str(folder / ".citeback")])
    assert done.exit_code == 2
    assert "yesterday" in done.output


@pytest.fixture(scope="module")
def garden(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    made = tmp_path_factory.mktemp("garden")
    texts = {"plots.csv": PLOTS, "visiting.txt": VISITING, "review.md": TABLE_OF_ANSWERS, "ships.csv": SHIPS}
    for name, text in texts.items():
        (made / name).write_text(text, encoding="utf-8")
    store = Store(made / ".citeback")
    sync(store, [made], load=lambda _: encoder)
    with corpus_over(store) as opened:
        yield opened


def test_a_sentence_that_surely_answers_goes_before_a_sum_of_numbers_of_plots(garden: Corpus) -> None:
    answer = garden.ask("How many plots does the garden have?")
    assert answer.computed is None
    assert answer.text.startswith("The garden has 58 plots")
    assert garden.ask("What is the total number of ships in Sweden?").computed is not None


def test_a_question_that_wants_a_yes_gets_no_values(garden: Corpus) -> None:
    assert (
        garden.ask("Is Ada Brun the holder of a plot?", within=Filter(paths=("plots.csv",))).computed is None
    )


def test_a_column_that_is_called_a_question_is_not_computed_with(garden: Corpus) -> None:
    answer = garden.ask(
        "How many ships pass the lock of Osby every year?", within=Filter(paths=("review.md",))
    )
    assert answer.computed is None


def test_a_short_question_goes_on_over_the_table(corpus: Corpus) -> None:
    earlier = Turn(role="user", text="What is the total number of ships in Sweden?")
    answer = corpus.ask("And in Norway?", [earlier], within=Filter(paths=("ships.csv",)))
    assert answer.computed is not None, answer
    assert answer.computed.result == (7,)


def test_a_year_without_a_row_is_refused_without_a_suggestion(
    tmp_path: Path, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> None:
    (tmp_path / "income.csv").write_text("Year,Fees\n2019,31200\n2020,29800\n2021,30500\n", encoding="utf-8")
    store = Store(tmp_path / ".citeback")
    sync(store, [tmp_path], load=lambda _: encoder)
    with corpus_over(store) as opened:
        answer = opened.ask("How much were the fees in 2025?")
    assert (answer.abstained, answer.ways) == (True, ())
    assert answer.notices == (NOT_CERTAIN, "income.csv has no row for 2025.")
