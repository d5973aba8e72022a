"""Sheets with traps: what is answered must be right, and what mixes units must not be answered."""

from decimal import Decimal

import pytest
from table_traps import TRAPS, Trap

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.table import tables

TOTALS = "Month,Income,Costs\nJanuary,100,(20)\nFebruary,150,(30)\nMarch,90,(25)\nTotal,340,(75)\n"
UNITS = "Route,Distance (km),Duration\nNorth,5,1:20\nSouth,12,2:05\nEast,9,0:50\nWest,,1:00\n"
MIXED = "Item,Price\nPen,$5\nInk,€7\nPad,$3\nBox,€9\n"
PERCENT = "Region,Share,Members\nNorth,12.5%,40\nSouth,37.5%,90\nEast,50%,130\n"
ORDERS = (
    "Order,Customer,Date,Amount\n1001,Baker,3 March 2023,120\n1002,Cole,15 June 2023,80\n"
    "1003,Baker,2 January 2024,200\n1004,Dunn,,60\n1005,Cole,9 May 2024,40\n"
)
ANSWERED = (
    (TOTALS, "What is the total income?", Decimal(340)),
    (TOTALS, "Which month had the highest income?", "February"),
    (TOTALS, "What were the total costs?", Decimal(-75)),
    (TOTALS, "How many months are listed?", Decimal(3)),
    (TOTALS, "What is the average income?", Decimal("113.333333")),
    (TOTALS, "What was the income in March?", "90"),
    (UNITS, "What is the total distance?", Decimal(26)),
    (UNITS, "What is the average distance?", Decimal("8.666667")),
    (MIXED, "What is the price of the pen?", "$5"),
    (PERCENT, "Which region has the largest share?", "East"),
    (PERCENT, "What is the share of North?", "12.5%"),
    (PERCENT, "How many regions have a share over 20%?", Decimal(2)),
    (PERCENT, "How many more members does East have than North?", Decimal(90)),
    (ORDERS, "What is the total amount for Baker?", Decimal(320)),
)
RIGHT_IF_ANSWERED = (
    (UNITS, "Which route is the longest?", "South"),
    (UNITS, "Which route has the shortest duration?", "East"),
    (ORDERS, "Which customer has the highest total amount?", "Baker"),
    (UNITS, "How many routes are longer than 6 km?", Decimal(2)),
    (PERCENT, "How many members are there in total?", Decimal(260)),
    (ORDERS, "How many orders were placed in 2023?", Decimal(2)),
    (ORDERS, "What is the total amount of orders in 2023?", Decimal(200)),
    (ORDERS, "What was the first order of Cole?", "1002"),
    (ORDERS, "How many customers are there?", Decimal(3)),
    (ORDERS, "Which order came after order 1002?", "1003"),
)
MIXING = (
    "What is the total price?",
    "What is the average price of all items?",
    "Which item has the highest price?",
    "Which item is the cheapest by price?",
)


def asked(sheet: str, question: str) -> TableReadings:
    return compute(question, tables(read(sheet.encode(), "sheet"))[0], Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(("sheet", "question", "value"), ANSWERED)
def test_a_trap_is_read_as_a_person_reads_it(sheet: str, question: str, value: object) -> None:
    readings = asked(sheet, question)
    assert readings.confidence >= ReadingWeights.load().threshold
    assert readings.evaluated[0].result.values == (value,)
    assert readings.checked(Analyzer()).confidence == readings.confidence


@pytest.mark.parametrize(("sheet", "question", "value"), RIGHT_IF_ANSWERED)
def test_what_is_answered_is_right(sheet: str, question: str, value: object) -> None:
    readings = asked(sheet, question)
    sure = readings.confidence >= ReadingWeights.load().threshold
    assert not sure or readings.evaluated[0].result.values == (value,)


@pytest.mark.parametrize("question", MIXING)
def test_currencies_are_not_mixed(question: str) -> None:
    readings = asked(MIXED, question)
    assert readings.confidence < ReadingWeights.load().threshold
    assert "Price is in several units: $, €." in readings.mixed_units


def surest(trap: Trap, weights: ReadingWeights) -> TableReadings:
    found = tables(read(trap.sheet.encode(), "sheet"))
    return max((compute(trap.question, t, Analyzer(), weights) for t in found), key=lambda r: r.confidence)


def test_sheets_with_traps_are_answered_and_rightly() -> None:
    weights = ReadingWeights.load()
    sure = [(t, r) for t in TRAPS if (r := surest(t, weights)).confidence >= weights.threshold]
    wrong = [(t.name, t.question) for t, r in sure if r.evaluated[0].result.values != t.values]
    assert wrong == []
    assert len(TRAPS) >= 200
    assert len(sure) >= 0.95 * len(TRAPS)
