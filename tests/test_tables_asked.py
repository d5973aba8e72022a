"""Questions for something that a table does not tell: its rows are no answer, however well they fit."""

from collections.abc import Callable, Iterator

import pytest

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus
from citeback.rag.tables.asked_thing import looks_up
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.table import tables

SHIFTS = (
    "Night,From,Guard,Stand-in\n4,6 April 2025,Ines Karr,Tom Aldous\n5,13 April 2025,Per Holm,Rita Quist\n"
)
REPAIRS = (
    "Repair,Date,Client,Machine,Class,Days,Done\nR-1,2025-03-04,Birch Mill,Lathe,C2,4,open\n"
    "R-2,2025-03-11,Sundby Dairy,Press,C1,2,done\nR-3,2025-03-12,Birch Mill,Press,C3,1.5,open\n"
)
ROOMS = "Thing,Room\nProjector,12\nLadder,Cellar\n"
NOT_IN_TABLE = (
    (SHIFTS, "When was Rita Quist born?"),
    (SHIFTS, "When did Ines Karr join the firm?"),
    (SHIFTS, "Where does Ines Karr live?"),
    (REPAIRS, "Who signed the contract with Sundby Dairy?"),
    (REPAIRS, "What is the address of Sundby Dairy?"),
    (REPAIRS, "What caused the fire on 11 March 2025?"),
    (REPAIRS, "Where is Birch Mill?"),
    (REPAIRS, "What rebate was offered to Birch Mill?"),
)
IN_TABLE = (
    (SHIFTS, "When is Ines Karr the guard?", "6 April 2025"),
    (SHIFTS, "Who is the stand-in in night 4?", "Tom Aldous"),
    (REPAIRS, "Which repair is of Sundby Dairy?", "R-2"),
    (REPAIRS, "What is the machine of R-2?", "Press"),
    (REPAIRS, "Which jobs are of class C1?", "R-2"),
    (ROOMS, "Where is the projector?", "12"),
)


def asked(sheet: str, question: str) -> TableReadings:
    return compute(question, tables(read(sheet.encode(), "sheet"))[0], Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(("sheet", "question"), NOT_IN_TABLE)
def test_a_lookup_of_another_thing_is_no_answer(sheet: str, question: str) -> None:
    readings = asked(sheet, question)
    assert readings.asks_for_another
    assert readings.confidence == 0


@pytest.mark.parametrize(("sheet", "question", "value"), IN_TABLE)
def test_what_a_column_or_a_row_is_called_is_looked_up(sheet: str, question: str, value: str) -> None:
    readings = asked(sheet, question)
    assert not readings.asks_for_another
    assert value in [str(v) for each in readings.evaluated for v in each.result.values]


PUMP = """# Pump HP-7

| Property | Value |
| --- | --- |
| Power draw | 40 W (idle), 90 W (max.) |
| Weight | 5.1 kg |
| Warranty | 24 months |
"""


@pytest.mark.parametrize(
    "question", ["How much power does the HP-7 use at most?", "Which property has the highest value?"]
)
def test_properties_in_several_units_are_not_ranked(question: str) -> None:
    sheet = 'Property,Value\nPower draw,"40 W (idle), 90 W (max.)"\nWeight,5.1 kg\nWarranty,24 months\n'
    assert all(looks_up(each.plan) for each in asked(sheet, question).evaluated)


def test_figures_in_one_unit_are_still_ranked() -> None:
    readings = asked("Cable,Length\nNorth,5 km\nSouth,3 km\nEast,9 km\n", "Which cable is the longest?")
    assert readings.evaluated[0].result.values == ("East",)


def test_the_row_of_a_property_is_quoted(corpus: Corpus) -> None:
    answer = corpus.ask("How much power does the HP-7 use at most?", within=Filter(paths=("pump.md",)))
    assert not answer.abstained
    assert "90 W" in answer.text
    assert not answer.notices


@pytest.fixture(scope="module")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("asked")
    for name, text in (("shifts.csv", SHIFTS), ("repairs.csv", REPAIRS), ("pump.md", PUMP)):
        (folder / name).write_text(text, encoding="utf-8")
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("repairs.csv", "What is the address of Sundby Dairy?"),
        ("repairs.csv", "Who signed the contract with Sundby Dairy?"),
        ("shifts.csv", "Where does Ines Karr live?"),
    ],
)
def test_nor_is_its_row_quoted(corpus: Corpus, name: str, question: str) -> None:
    answer = corpus.ask(question, within=Filter(paths=(name,)))
    assert (answer.abstained, answer.sentences) == (True, ())
