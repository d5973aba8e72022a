"""Answers that were kept: plans as JSON, computed again, stale after a change; figures of their cells."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from citeback import wire
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.readers.text.csv import read
from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.page.state.computed_table import MOST_WHOLE, shown_table
from citeback.page.views.computed import computed_table
from citeback.rag.answer import Answer, Computation, Verdict
from citeback.rag.corpus import open_corpus
from citeback.rag.tables.aggregate_runner import rounded_figure
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.readings import readings as all_readings
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Aggregate, GroupRanking, HeadRanking, Measure, Plan
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.recipe import Recipe
from citeback.rag.tables.recomputed import Standing, heads, recomputed
from citeback.rag.tables.result import NotComputed, Result, plain_values
from citeback.rag.tables.stored_plan import parsed_plan, stored_plan
from citeback.rag.tables.table import Table, tables
from citeback.terminal.cli import app

SHIPS = (
    "Country,Port,Ships,Year\nSweden,Ystad,120,2001\nNorway,Oslo,7,2002\nSweden,Lund,300,2003\n"
    "Finland,Turku,19,2004\n"
)
QUESTIONS = (
    "What is the total number of ships in Sweden?",
    "How many ports are in Sweden?",
    "Which country has the most ships in total?",
    "What is the difference in ships between Ystad and Oslo?",
    "What is the average of ships?",
    "Which port had the most ships before 2003?",
    "How many more ships has Lund than Turku?",
)
TOTAL = "What is the total number of ships in Sweden?"


def sheet(text: str) -> Source:
    return read(text.encode(), "ships.csv")


def made(words: str, source: Source) -> Iterator[tuple[Table, Plan, Result]]:
    """Yield the plans that a question may mean, with their results."""
    table = with_derived(tables(source)[0])
    about = QuestionOnTable(Mentions(QuestionWords(words, Analyzer()), table, Analyzer()))
    queries = ListQueries(table, about.mentions.row_terms)
    for reading in islice(all_readings(about, queries), 120):
        try:
            yield table, reading.plan, PlanRunner(table, queries).run(reading.plan)
        except NotComputed:
            continue


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_plan_is_the_same_after_it_was_kept(words: str) -> None:
    for table, plan, result in made(words, sheet(SHIPS)):
        kept = json.loads(json.dumps(stored_plan(plan)))
        assert parsed_plan(kept, len(table.head)) == plan
        recipe = Recipe(0, heads(table), kept)
        again = recomputed({"a": sheet(SHIPS)}, recipe, plain_values(result.values), result.unit, Analyzer())
        assert again.standing is Standing.COMPUTED, (plan, result, again)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"kind": "aggregate"},
        {"kind": "none"},
        {"kind": ["aggregate"]},
        {"kind": "aggregate", "rows": {}, "measure": "sum", "column": 9},
        {"kind": "aggregate", "rows": {"order": {"column": -1}}, "measure": "cells", "column": 0},
        {"kind": "groups", "rows": {}, "by": 4},
    ],
)
def test_what_is_no_plan_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="plan"):
        parsed_plan(stored, 4)


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=6), s, max_size=3)))  # fmt: skip # noqa: E501
def test_any_json_is_a_plan_or_refused(value: object) -> None:
    for stored in ({"kind": "aggregate", "rows": value}, {"kind": "combination", "first": value}):
        with pytest.raises(ValueError, match="plan"):
            parsed_plan(stored, 4)


def by_hand(table: Table, plan: Plan, result: Result) -> None:
    """Assert that a result follows from its cells alone."""
    texts = [table.texts[r][c] for r, c in result.cells]
    numbers = [v.number for r, c in result.cells if (v := table.columns[c].values[r]).number is not None]
    value = result.values[0]
    if isinstance(plan, Aggregate) and isinstance(value, Decimal):
        rows = len({r for r, _ in result.cells})
        expected = {
            Measure.COUNT: Decimal(rows),
            Measure.RUN: Decimal(rows),
            Measure.DISTINCT: Decimal(len({t.casefold() for t in texts if t})),
            Measure.SUM: sum(numbers, Decimal(0)),
            Measure.AVERAGE: sum(numbers, Decimal(0)) / max(1, len(numbers)),
            Measure.MOST: max(numbers, default=Decimal(0)),
            Measure.LEAST: min(numbers, default=Decimal(0)),
            Measure.SPAN: max(numbers, default=Decimal(0)) - min(numbers, default=Decimal(0)),
        }[plan.measure]
        assert value == rounded_figure(expected), plan
    elif isinstance(plan, HeadRanking):
        assert {*result.values} <= {table.head[c].text for _, c in result.cells}
    elif isinstance(plan, Aggregate | GroupRanking) and isinstance(value, str):
        assert {*map(str, result.values)} <= set(texts), plan


SCORES = "Opponent,Score,Result\nElm,3–1,Won\nFir,2–2,Drawn\nIvy,4–0,Won\nOak,1–2,Lost\n"


@pytest.mark.parametrize("text", [SHIPS, SCORES])
@pytest.mark.parametrize(
    "words", [*QUESTIONS, "How many games in a row were won?", "Who was beaten by the most?"]
)
def test_no_answer_has_a_figure_that_is_not_in_its_cells(words: str, text: str) -> None:
    for table, plan, result in made(words, sheet(text)):
        by_hand(table, plan, result)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """Return a folder with its index, and an answer that was computed from it."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "ships.csv").write_text(SHIPS, encoding="utf-8")
    sync(Store(folder / ".citeback"), [folder], load=load_encoder)
    with open_corpus(folder) as corpus:
        return folder, corpus.ask(TOTAL, within=Filter(paths=("ships.csv",)))


def computation(answer: Answer) -> Computation:
    assert answer.computed is not None
    return answer.computed


def test_a_computed_sentence_says_so(kept: tuple[Path, Answer]) -> None:
    assert [each.verdict for each in kept[1].sentences] == [Verdict.COMPUTED]


@pytest.mark.parametrize(
    ("change", "standing", "result"),
    [
        (("", ""), Standing.COMPUTED, (420,)),
        (("120", "125"), Standing.STALE, (425,)),
        (("Finland", "Sweden"), Standing.STALE, (439,)),
        (("Norway,Oslo,7", "Norway,Oslo,8"), Standing.COMPUTED, (420,)),
        (("Country,Port", "Land,Port"), Standing.GONE, ()),
    ],
)
def test_a_changed_cell_makes_an_answer_stale(
    kept: tuple[Path, Answer], change: tuple[str, str], standing: Standing, result: tuple[int, ...]
) -> None:
    done = computation(kept[1])
    assert done.recipe is not None
    now = recomputed({"a": sheet(SHIPS.replace(*change))}, done.recipe, done.result, done.unit, Analyzer())
    assert (now.standing, now.result) == (standing, result)


def test_verify_computes_kept_answers_again(kept: tuple[Path, Answer], tmp_path: Path) -> None:
    folder, answer = kept
    lines = [dict(wire.ask(wire.single_question(TOTAL), answer))]
    lines.append(json.loads(json.dumps(lines[0]).replace("420", "419")))
    lines.append({"id": 3, "question": "?", "sentences": [{"citations": [{"document": "gone.md", "start": 0, "end": 1, "quote": "a"}]}]})  # fmt: skip # noqa: E501
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    command = ["verify", "--answers", str(file), "--store", str(folder / ".citeback")]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 1, done.output
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["verdict"], each["was"], each["now"]) for each in found] == [
        ("computed", 420, 420),
        ("stale", 419, 420),
        ("gone", None, None),
    ]
    assert "was 419, is 420" in CliRunner().invoke(app, command).output


def test_the_page_shows_the_table_with_its_cells_and_a_plot(kept: tuple[Path, Answer]) -> None:
    shown = shown_table({"ships.csv": sheet(SHIPS)}, computation(kept[1]))
    assert shown is not None
    assert (set(shown.marked), shown.left_out) == ({(0, 2), (2, 2)}, 0)
    assert [(p.label, p.said) for p in shown.points] == [("Ystad", "120"), ("Lund", "300")]
    html = computed_table(shown)
    assert html.count("<mark>") == 2 and "<svg" in html and "<rect" in html
    assert "2 cells marked" in html


def test_a_long_table_shows_the_marked_rows() -> None:
    text = "Name,Amount\n" + "".join(f"n{n},{n}\n" for n in range(MOST_WHOLE + 20))
    (table,) = tables(sheet(text))
    cells = tuple(table.rows[n][1].span for n in range(10, 40))
    done = Computation("a", "sum", (1,), "", (), cells, Recipe(0, ("Name", "Amount"), {}))
    shown = shown_table({"a": sheet(text)}, done)
    assert shown is not None
    assert (shown.numbers, shown.left_out) == (tuple(range(11, 41)), MOST_WHOLE + 20 - 30)


def test_copied_cells_are_no_formulas_and_no_markup() -> None:
    text = 'Name,Amount\n=1+1,-5\n<img src=x onerror=alert(1)>,"7"\n'
    (table,) = tables(sheet(text))
    cells = tuple(row[1].span for row in table.rows)
    shown = shown_table(
        {"a": sheet(text)}, Computation("a", "", (2,), "", (), cells, Recipe(0, ("Name", "Amount"), {}))
    )
    assert shown is not None
    assert shown.csv.splitlines()[1] == "'=1+1,-5"
    assert "<img" not in computed_table(shown)
