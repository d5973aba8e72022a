"""Columns of times that may be in hours or in minutes, and columns of figures that may be years."""

from decimal import Decimal

import pytest

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.formatted_figure import formatted
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.result import plain_values
from citeback.rag.tables.table import tables

HOURS = "Employee,Hours worked,Team\nAda,45:00,North\nBen,30:30,South\n"
TRACKS = "Track,Length\nDawn,3:39\nDusk,4:02\nNoon,12:30\n"
SONGS = "#,Title,Producer(s),Time\n1,Dawn,Juju,3:36\n2,Dusk,Laze,4:24\n3,Noon,Ty,3:31\n"
RUNNERS = "Name,Finish\nAda,59:30\nBen,1:02:30\n"
SHIFTS = "Shift,Duration\nEarly,7:30\nLate,8:15\nNight,9:45\n"
GUESSES = "Person,Value\nAda,45:00\nBen,30:30\n"
OPENING = "Place,Start\nPool,09:30\nHall,10:00\nBarn,11:30\n"
CLINIC = (
    "Month,GP visits,Missed visits\nJanuary,1840,112\nFebruary,1715,97\nMarch,1902,121\nApril,1688,88\n"
    "May,1745,104\nJune,1610,79\n"
)
SCHOOL = "Month,Pupils away\nOct,4\nNov,7\nDec,9\nJan,12\nFeb,5\n"
DESKS = (
    "Month,Desk,Calls\nMarch,North,10\nMarch,South,5\nJanuary,North,1\nJanuary,South,2\nFebruary,North,20\n"
    "April,South,400\n"
)


def asked(text: str, question: str) -> TableReadings:
    table = tables(read(text.encode(), "sheet"))[0]
    return compute(question, table, Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (HOURS, "What is the total of hours worked?", "75:30:00"),
        (HOURS, "How many hours were worked in total?", "75:30:00"),
        (HOURS, "What is the average of hours worked?", "37:45:00"),
        (TRACKS, "What is the total length?", "20:11"),
        (RUNNERS, "What is the total of finish?", "2:02:00"),
        (SHIFTS, "What is the total duration?", "25:30:00"),
    ],
)
def test_the_column_says_whether_times_are_in_hours(text: str, question: str, answer: str) -> None:
    first = asked(text, question).evaluated[0].result
    assert formatted(first.values[0], first.unit) == answer


@pytest.mark.parametrize(("text", "head"), [(GUESSES, "value"), (OPENING, "start")])
@pytest.mark.parametrize("question", ["What is the total {}?", "What is the average {}?"])
def test_times_that_nothing_explains_are_not_added_up(text: str, head: str, question: str) -> None:
    readings = asked(text, question.format(head))
    assert readings.confidence < ReadingWeights.load().threshold
    assert not readings.literal


def test_rows_with_times_are_put_in_order_whatever_they_are_in() -> None:
    assert asked(GUESSES, "Who has the highest value?").evaluated[0].result.values == ("Ada",)


def test_minutes_are_compared_with_minutes() -> None:
    rows = asked(SONGS, "How many songs are less than 4 minutes in time?").evaluated[0].result.rows
    assert rows == (0, 2)


@pytest.mark.parametrize("question", ["Who has hours worked over 40:00?", "Who has over 40 hours worked?"])
def test_hours_are_compared_with_hours(question: str) -> None:
    rows = asked(HOURS, question).evaluated[0].result.rows
    assert rows == (0,)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (CLINIC, "How many missed visits were there in total from January to June?", 601),
        (CLINIC, "How many GP visits were there from January to March?", 5457),
        (CLINIC, "How many missed visits were there between February and April?", 306),
        (CLINIC, "How many missed visits were there from March to May?", 313),
        (CLINIC, "What is the total of missed visits for February to May?", 410),
        (CLINIC, "Total missed visits January through May", 522),
        (SCHOOL, "How many pupils away were there from November to January?", 28),
        (DESKS, "How many calls were there from January to March?", 38),
        (DESKS, "How many calls were there from January to March at desk North?", 31),
    ],
)
def test_from_one_month_to_another_is_all_between(text: str, question: str, value: int) -> None:
    readings = asked(text, question)
    assert plain_values(readings.evaluated[0].result.values) == (value,)
    assert readings.confidence >= ReadingWeights.load().threshold


def test_months_that_run_backwards_are_no_range_and_no_pair() -> None:
    readings = asked(CLINIC, "How many missed visits were there in total from June to January?")
    assert not any(Decimal(191) in each.result.values for each in readings.evaluated)
    assert readings.confidence < ReadingWeights.load().threshold


def test_figures_like_years_are_counts_beside_a_column_that_counts_the_same() -> None:
    readings = asked(CLINIC, "How many GP visits were there in total?")
    assert readings.literal
    assert plain_values(readings.evaluated[0].result.values) == (10500,)
