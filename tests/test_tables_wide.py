"""A table of 1,000 columns; heads with numbers; what is said where a long table is too wide."""

from decimal import Decimal
from pathlib import Path

import pytest

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.corpus import open_corpus
from citeback.rag.table_answer import NOT_CERTAIN
from citeback.rag.tables.explanation import described
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.table import MOST_CHARS, tables

STATIONS = ("Hill", "Mill", "Lane", "Brook")
SENSORS = 999


def figure(row: int, sensor: int) -> int:
    return (7 * sensor + 13 * row) % 101


def sheet(rows: int) -> str:
    head = ",".join(["Station", *(f"Sensor {n}" for n in range(1, SENSORS + 1))])
    lines = (
        ",".join([STATIONS[r % 4], *(str(figure(r, n)) for n in range(1, SENSORS + 1))]) for r in range(rows)
    )
    return "\n".join([head, *lines]) + "\n"


def asked(question: str) -> TableReadings:
    (table,) = tables(read(sheet(4).encode(), "sensors"))
    return compute(question, table, Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(
    ("question", "way", "result"),
    [
        ("What is the sum of Sensor 512?", "sum of Sensor 512", sum(figure(r, 512) for r in range(4))),
        ("What is Sensor 77 at Hill?", "Sensor 77 where Station is Hill", str(figure(0, 77))),
    ],
)
def test_a_table_of_a_thousand_columns_is_asked(question: str, way: str, result: int | str) -> None:
    readings = asked(question)
    first = readings.evaluated[0]
    assert described(readings.table, first.plan) == way
    assert first.result.values == ((Decimal(result) if isinstance(result, int) else result),)
    assert readings.confidence > 0.7
    assert readings.checked(Analyzer()).confidence > 0


def test_a_long_table_that_is_too_wide_says_so(tmp_path: Path) -> None:
    (tmp_path / "sensors.csv").write_text(sheet(150))
    assert (tmp_path / "sensors.csv").stat().st_size > MOST_CHARS
    sync(Store(tmp_path / ".citeback"), [tmp_path], load=load_encoder)
    with open_corpus(tmp_path) as corpus:
        answer = corpus.ask("What is the sum of Sensor 512?", within=Filter(paths=("sensors.csv",)))
    assert answer.computed is None
    said = [
        notice for notice in answer.notices if "a table of this length is asked if it has 2 to 64" in notice
    ]
    assert (NOT_CERTAIN in answer.notices, len(said)) == (True, 1), answer.notices
