"""Timelines: what a document tells of its own time settles the dates in it; rules are no dates."""

from datetime import date

import pytest
from typed import Typed

from citeback.index.records import Document
from citeback.rag.stated_time import stated_time
from citeback.rag.timeline.dating import Dating
from citeback.rag.timeline.day_order import day_first, in_order
from citeback.rag.timeline.relative_dates import relative_dates

ROTA = """WEXBY COASTGUARD
Watch list, July 2031

Week 1 (1 to 7 July): leader Ada Holm, boat Jonas Brandt
Week 2 (8 to 14 July): leader Jonas Brandt, boat Mira Solveg
Week 3 (15 to 21 July): leader Mira Solveg, boat Ada Holm

The siren is tested on the first Monday of the month at 6 pm. Swaps are told to the leader by Friday noon.
"""
CHAT = """[12/06/2031, 18:02] Ada Holm: Who brings the rope tonight?
[13/06/2031, 07:55] Jonas Brandt: I have the rope in the van.
"""
LETTER = """Hafenamt Wexby

Wexby, den 19. Februar 2031

Der Rat hat am 6. Februar beschlossen, im September 2031 zu feiern. Am 14. September spielt die Kapelle.
"""
RULES = """# Rules of the quay (edition of 2031)

Fires are allowed from 1 November to 31 March on the stones.
"""
MAIL = """From: Ada Holm <ada@wexby.example>
To: Jonas Brandt <jonas@wexby.example>
Date: Mon, 3 Mar 2031 10:00:00 +0000
Subject: The rope
Message-ID: <1@wexby.example>

The rope comes on 5 April.

> We lost it on 1 March.
"""


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str | None, str | None, bool]]:
    folder = tmp_path_factory.mktemp("dating")
    documents = folder / "documents"
    documents.mkdir()
    files = {"rota.txt": ROTA, "chat.txt": CHAT, "letter.txt": LETTER, "rules.md": RULES, "rope.eml": MAIL}
    for name, text in files.items():
        (documents / name).write_text(text)
    assert Typed("index", documents, "--store", folder / "store").status == 0
    (timeline,) = Typed("timeline", "--store", folder / "store", "--json").lines
    return {
        each["place"]["quote"]: (each["date"], each["until"], each["certain"]) for each in timeline["entries"]
    }


def test_each_line_of_a_rota_is_dated_by_its_head(
    entries: dict[str, tuple[str | None, str | None, bool]],
) -> None:
    line = "Week 2 (8 to 14 July): leader Jonas Brandt, boat Mira Solveg"
    assert entries[line] == ("2031-07-08", "2031-07-14", True)


def test_other_dates_of_a_file_tell_which_number_is_the_day(
    entries: dict[str, tuple[str | None, str | None, bool]],
) -> None:
    (line,) = [each for each in entries if "Who brings" in each]
    assert entries[line][0] == "2031-06-12"


def test_the_date_line_of_a_letter_and_its_other_dates_give_the_year(
    entries: dict[str, tuple[str | None, str | None, bool]],
) -> None:
    assert entries["Am 14. September spielt die Kapelle."][0] == "2031-09-14"


def test_a_season_ends_after_it_begins_and_the_year_alone_is_unsure(
    entries: dict[str, tuple[str | None, str | None, bool]],
) -> None:
    rule = "Fires are allowed from 1 November to 31 March on the stones."
    assert entries[rule] == ("2031-11-01", "2032-03-31", False)


def test_rules_heads_of_emails_and_quoted_lines_are_not_dated(
    entries: dict[str, tuple[str | None, str | None, bool]],
) -> None:
    assert not [each for each in entries if "siren" in each or "Swaps" in each]
    assert [each for each in entries if "rope comes" in each]
    assert not [each for each in entries if each.startswith((">", "Date:"))]


@pytest.mark.parametrize(
    "rule",
    [
        "The doctor is there on Monday, Tuesday and Thursday.",
        "There is no ferry on a Sunday.",
        "The siren is tested on the first Monday of the month.",
        "Please order by Thursday for the following week.",
    ],
)
def test_what_is_so_every_week_has_no_date(rule: str) -> None:
    assert not list(relative_dates(rule, date(2031, 6, 4)))


def test_only_months_are_reckoned_without_an_exact_day() -> None:
    text = "It ended yesterday, and began in March."
    assert [each.value for each in relative_dates(text, date(2031, 7, 15), exact=False)] == ["2031-03"]


def test_numbers_that_contradict_each_other_settle_nothing() -> None:
    assert day_first("13/06/2031 and 06/14/2031") is None
    assert in_order("12/06/2031", None) == ""


@pytest.mark.parametrize("written", ["00/05/2031", "05/00/2031", "31/02/2031", "29/02/2031", "05/06/0000"])
def test_a_day_that_no_calendar_has_is_none(written: str) -> None:
    assert in_order(written, True) == ""


@pytest.mark.parametrize(
    ("name", "text", "stated"),
    [
        ("log-2031-02-31.txt", "The log.", "2031-02"),
        ("log-2032-02-29.txt", "The log.", "2032-02-29"),
        ("log.txt", "Report 20\u0662\u0664\n\nThe log.", ""),
        ("log-20\u0662\u0664.txt", "The log.", ""),
    ],
)
def test_names_and_heads_without_a_real_day_date_a_document_by_what_is_left(
    name: str, text: str, stated: str
) -> None:
    document = Document(
        name=name, folder="", path=name, size=0, mtime_ns=0, sha256="", title="Log", kind="text"
    )
    assert stated_time(document, text) == stated
    assert Dating.of(document, text).known == bool(stated)
