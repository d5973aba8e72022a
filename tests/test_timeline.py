"""Timelines: dates as written, dates reckoned from the day of their document, and their order."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.sync.sync import sync
from citeback.rag.timeline.relative_dates import WEEKDAYS, relative_dates
from citeback.rag.timeline.timeline import ANOTHER, FROM_LINE, NO_DATE, TWO_READINGS, stated_dates

WEDNESDAY = "2024-06-05"
HABITS = (
    "The office is open from Monday to Saturday between 8 am and 6 pm.",
    "The launch will be serviced every twelve months from now on.",
    "It is inspected once a year, in March.",
    "The choir meets every Monday.",
)


def document(day: str) -> Document:
    return Document(
        name="a.txt", folder="", path="", size=0, mtime_ns=0, sha256="", title="", kind="text", date=day
    )


@pytest.mark.parametrize(
    ("text", "value", "until", "written", "certain"),
    [
        ("It ended on 31 May 2024.", "2024-05-31", "", "31 May 2024", True),
        ("It ended yesterday.", "2024-06-04", "", "yesterday", True),
        ("It began last Tuesday.", "2024-06-04", "", "last Tuesday", True),
        ("It began last Wednesday.", "2024-05-29", "", "last Wednesday", True),
        ("On Monday it began.", "2024-06-03", "", "On Monday", False),
        ("It will end on Friday.", "2024-06-07", "", "on Friday", False),
        ("In March it began.", "2024-03", "", "In March", False),
        ("In August it began.", "2023-08", "", "In August", False),
        ("It will begin in August.", "2024-08", "", "in August", False),
        ("It began two days ago.", "2024-06-03", "", "two days ago", True),
        ("It began three weeks ago.", "2024-05-15", "", "three weeks ago", False),
        ("It ends in 10 days' time.", "2024-06-15", "", "in 10 days' time", True),
        ("It ends next month.", "2024-07", "", "next month", True),
        ("Last year it rained.", "2023", "", "Last year", True),
        ("It is shut this quarter.", "2024-Q2", "", "this quarter", True),
        ("It opens on 3 January.", "2024-01-03", "", "3 January", True),
        ("It stood from 1843 to 1845.", "1843", "1845", "1843 to 1845", True),
        ("Between 3 May and 5 June it was shut.", "2024-05-03", "2024-06-05", "3 May and 5 June", True),
        ("On Tuesday, 4 June 2024, it ended.", "2024-06-04", "", "4 June 2024", True),
        ("On Monday, 17 April 2000, it ended.", "2000-04-17", "", "17 April 2000", True),
        ("It ended on 17 April 2000 (Monday).", "2000-04-17", "", "17 April 2000", True),
        ("It begins on Monday next week.", "2024-06-10", "", "on Monday next week", True),
        ("It is on 20 and 21 June 2026.", "2026-06-20", "2026-06-21", "20 and 21 June 2026", True),
        ("Bitte bis zum 30. September zahlen.", "2024-09-30", "", "30. September", True),
        ("Signed 03/04/2024 by both.", "2024", "", "03/04/2024", False),
    ],
)
def test_a_date_is_reckoned_from_the_day_of_its_document(
    text: str, value: str, until: str, written: str, certain: bool
) -> None:
    (stated,) = stated_dates(text, document(WEDNESDAY), 100)
    assert (stated.value, stated.until, stated.written, stated.certain) == (value, until, written, certain)
    assert text[stated.span.start - 100 : stated.span.end - 100] == written
    assert bool(stated.note) == (stated.resolved or stated.note == TWO_READINGS)


@pytest.mark.parametrize(
    "text", ["It may rain.", "They march on.", "Sundays are quiet.", "The last of us.", *HABITS]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert [each.value for each in stated_dates(text, document(WEDNESDAY))] == []


def test_without_a_date_of_its_own_nothing_is_reckoned() -> None:
    (stated,) = stated_dates("It ended yesterday.", document(""))
    assert (stated.value, stated.certain, stated.note) == ("", False, NO_DATE)
    assert [each.value for each in stated_dates("It ended in 1843.", document(""))] == ["1843"]


@given(st.dates(date(1900, 1, 8), date(2100, 1, 1)), st.sampled_from(WEEKDAYS))
def test_last_and_next_are_within_a_week(day: date, weekday: str) -> None:
    for which, sign in (("last", -1), ("next", 1)):
        (found,) = relative_dates(f"It is {which} {weekday.title()}.", day)
        value = date.fromisoformat(found.value)
        assert value.weekday() == WEEKDAYS.index(weekday)
        assert timedelta(0) < sign * (value - day) <= timedelta(7)


@given(st.text(st.sampled_from("lastnexigoMondyMarch 123'-’inth\n"), max_size=200), st.dates())
def test_any_text_is_read(text: str, day: date) -> None:
    for found in relative_dates(text, day):
        assert found.value and text[found.span.start : found.span.end]


@pytest.mark.parametrize("unit", ["last ", "in ", "on Mon", "2 days ", "the day ", "May ", "to 1843 "])
def test_long_texts_are_read_in_time(unit: str) -> None:
    assert len(stated_dates(unit * (40_000 // len(unit)), document(WEDNESDAY))) >= 0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "news.md").write_text(
        "# Ferry strike\n\nDate: 5 June 2024\n\n"
        "The ferry strike began last Tuesday. The bakery opened in 1843."
    )
    (folder / "letter.txt").write_text(
        "The crew of the ferry voted for a strike on 20 May 2024. It rained in town yesterday."
    )
    (folder / "copy.txt").write_text("People say: the bakery opened in 1843.\n\nThe bakery opened in 1843.")
    sync(Store(folder / "store"), [folder], load=load_encoder)
    yield folder / "store"


def test_a_timeline_is_in_order_with_exact_words(store: Path) -> None:
    timeline = Typed("timeline", "--store", store, "--json").json
    assert [each["date"] for each in timeline["entries"]] == [
        "1843",
        "1843",
        "2024-05-20",
        "2024-06-04",
        "2024-06-05",
        None,
    ]
    assert (timeline["total"], timeline["documents"], timeline["unread"]) == (6, 3, 0)
    for each in timeline["entries"]:
        for place in (each["place"], *each["also"]):
            text = (store.parent / place["document"]).read_text()
            assert text[place["start"] : place["end"]] == place["quote"]
        text = (store.parent / each["place"]["document"]).read_text()
        assert text[each["start"] : each["end"]] == each["written"]
    assert sorted(len(each["also"]) for each in timeline["entries"]) == [0, 0, 0, 0, 0, 1]
    printed = Typed("timeline", "--store", store).out
    assert (
        "2024-06-04\n" in printed
        and "“last Tuesday”: reckoned from the document's date (2024-06-05)" in printed
    )
    assert "no date (uncertain)" in printed and "6 dated statements; 3 of 3 documents read." in printed


def test_a_timeline_is_about_what_is_asked(store: Path) -> None:
    timeline = Typed("timeline", "--store", store, "--about", "ferry strike", "--json").json
    assert [each["date"] for each in timeline["entries"]] == ["2024-05-20", "2024-06-04"]
    assert timeline["about"] == "ferry strike"
    blank = Typed("timeline", "--store", store, "--about", " . ")
    assert blank.status == 1 and "Nothing says what it is about" in blank.err


def test_dates_of_documents_and_lines_of_chats_are_dated(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("Date: 9 September 2024\n\nDark mode was added.\n\nLast updated: 8 May 2024")
    (folder / "b.md").write_text(
        "Signed on 3 June 2025.\n\nReleased: 4 May 2025\n\n| 2019 | 312 |\n| 2020 | 315 |"
    )
    (folder / "chat.txt").write_text(
        "[2026-01-19, 12:40] Joel Hartnell: Thanks. Priya confirmed it.\n"
        "[2026-01-20, 10:05] Lukas Feld: Who takes the late shift on Friday? It was long yesterday.\n"
    )
    sync(Store(tmp_path / "store"), [folder], load=load_encoder)
    timeline = Typed("timeline", "--store", tmp_path / "store", "--json").json
    told = [(each["date"], each["place"]["quote"], each["note"]) for each in timeline["entries"]]
    late = "[2026-01-20, 10:05] Lukas Feld: Who takes the late shift on Friday? It was long yesterday."
    assert told == [
        ("2024-09-09", "Date: 9 September 2024", ""),
        ("2025-05-04", "Released: 4 May 2025", ""),
        ("2025-06-03", "Signed on 3 June 2025.", ""),
        ("2026-01-19", "[2026-01-19, 12:40] Joel Hartnell: Thanks. Priya confirmed it.", ""),
        ("2026-01-19", late, FROM_LINE),
        ("2026-01-20", late, ""),
        ("2026-01-23", late, f"{FROM_LINE}; {ANOTHER}"),
    ]
    printed = Typed("timeline", "--store", tmp_path / "store").out
    assert "reckoned from the date of its line\n" in printed
