"""Versions of a document: clauses that differ, corrections, which one counts, and what is no conflict."""

from typing import Any

import pytest
from typed import Typed

from citeback.index.records import Document, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.conflicts.series import series_member
from citeback.rag.conflicts.versions import AmendmentFinder
from citeback.rag.folder_statements import Statement, StatementPlace
from citeback.rag.stated_time import head_end, stated_time

MOORING = """# Mooring contract (edition of {year}{note})

Between the harbour office and the boatman.

1. **Fee.** The boatman pays {fee} crowns a season.
2. **Fires.** {fires}
3. **Dogs.** A dog may be kept on board.
4. **Paint.** The hull must be {paint}.
5. **Keys.** The harbour office keeps a key of each boat.
"""
OLD = {
    "year": "2031",
    "note": "",
    "fee": "400",
    "fires": "Fires are allowed after dusk.",
    "paint": "painted white",
}
NEW = {
    "year": "2033",
    "note": ", replaces that of 2031",
    "fee": "450",
    "fires": "No fire may be lit on the quay or on board.",
    "paint": "of a colour that the office has approved",
}
MAIL = """From: {one} <one@wexby.example>
To: {other} <two@wexby.example>
Date: {day}
Subject: The winter store
Message-ID: <{n}@wexby.example>

{text}
"""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("versions")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "mooring-2031.md").write_text(MOORING.format(**OLD))
    (documents / "mooring-2033.md").write_text(MOORING.format(**NEW))
    (documents / "minutes-2031-03-02.txt").write_text(
        "Minutes of the board, 2 March 2031\n\nThe list of boats in the winter store has 14 names.\n"
    )
    (documents / "minutes-2031-04-06.txt").write_text(
        'Minutes of the board, 6 April 2031\n\nThe minutes are right; for "14 names" read "19 names".\n'
    )
    for n, (one, other, day, text) in enumerate(
        [
            (
                "Ada Holm",
                "Jonas Brandt",
                "Mon, 3 Mar 2031 10:00:00 +0000",
                "The store is dry and locked at night.",
            ),
            (
                "Jonas Brandt",
                "Mira Solveg",
                "Tue, 4 Mar 2031 10:00:00 +0000",
                "Thank you, I have the key of it now.",
            ),
        ]
    ):
        mail = MAIL.format(one=one, other=other, day=day, text=text, n=n)
        (documents / f"mail-{n}.eml").write_text(mail)
    for day, iron in (("2031-05-03", "0.2"), ("2031-05-10", "0.6")):
        rows = f"Free iron of the water\t{iron}\tmg/l\t0.9\nLead of the water\t0.1\tmg/l\t0.2"
        text = f"Water test of the quay, {day}\n\nSubstance\tResult\tUnit\tLimit\n{rows}\n"
        (documents / f"water-test-{day}.txt").write_text(text)
    assert Typed("index", documents, "--store", folder / "store").status == 0
    output = Typed("conflicts", "--store", folder / "store", "--json", "--all").lines
    result: list[dict[str, Any]] = output[0]["conflicts"]
    return result


def test_clauses_that_two_versions_word_differently_are_listed(listed: list[dict[str, Any]]) -> None:
    newer = {each["newer"]["place"]["quote"].split("**")[1]: each for each in listed if "**" in quote(each)}
    assert newer.keys() == {"Fee.", "Fires.", "Paint."}
    assert all(each["replaces"] for each in newer.values())
    assert {each["newer"]["place"]["date"] for each in newer.values()} == {"2033"}
    assert {each["older"]["place"]["date"] for each in newer.values()} == {"2031"}


def test_a_correction_conflicts_with_the_words_that_it_corrects(listed: list[dict[str, Any]]) -> None:
    (correction,) = [each for each in listed if "read" in quote(each)]
    assert correction["differences"] == [{"newer": "19 names", "older": "14 names"}]
    assert correction["older"]["place"]["document"] == "minutes-2031-03-02.txt"


def test_heads_of_emails_and_results_of_two_samples_do_not_conflict(listed: list[dict[str, Any]]) -> None:
    documents = {each["newer"]["place"]["document"] for each in listed}
    assert documents == {"mooring-2033.md", "minutes-2031-04-06.txt"}


def quote(conflict: dict[str, Any]) -> str:
    return str(conflict["newer"]["place"]["quote"])


@pytest.mark.parametrize(
    ("name", "text", "time"),
    [
        ("rota.txt", "HARBOUR WATCH\nRota, July 2031\n\nFrom 3 May 2030 on.", "2031-07"),
        ("letter.txt", "Hafenamt\n\nWexby, den 3. Mai 2031\n\nSeit 1990 gilt das.", "2031-05-03"),
        ("notes.md", "# Notes of the board, 21 May 2031\n\nThe pier opened in 1904.", "2031-05-21"),
        ("rules-2031.txt", "Rules of the quay\n\nThe quay was built in 1904.", "2031"),
        ("fees-2031-05.csv", "Boat,Fee\nSkiff,2040", "2031-05"),
        ("quay.txt", "The quay\n\nIt was built in 1904.", ""),
    ],
)
def test_when_a_document_is_from_is_read_from_its_head_or_name(name: str, text: str, time: str) -> None:
    kind = "csv" if name.endswith(".csv") else "text"
    document = Document(name=name, folder="", path=name, title="", kind=kind, sha256="", mtime_ns=0, size=0)
    assert stated_time(document, text) == time


def test_the_head_ends_at_an_empty_line_behind_the_title() -> None:
    text = "# Title\n\nBy Ada Holm\n\nThe text."
    assert text[: head_end(text)].endswith("Holm")


def test_versions_without_numbered_clauses_have_none_that_differ() -> None:
    texts = {"rules-2031.md": "Dogs are allowed.", "rules-2032.md": ""}
    places = {name: [StatementPlace(name, Span(0, len(text)))] for name, text in texts.items()}
    documents = [
        Document(
            name=name, folder="", path=name, size=0, mtime_ns=0, sha256="", title=title, kind="text", date=day
        )
        for name, title, day in (
            ("rules-2031.md", "Rules", "2031-01-01"),
            ("rules-2032.md", "Rules, replaces", "2032-01-01"),
        )
    ]
    members = {each.name: series_member(each) for each in documents}
    statements = [Statement(place=each[0], text="Dogs.", headings=()) for each in places.values()]
    finder = AmendmentFinder(texts.__getitem__, Analyzer())
    assert list(finder.amendments(documents, members, statements, ())) == []


def test_a_clause_is_compared_with_one_other() -> None:
    old, new = "1. **Fee.** The fee is 3.\n" * 3, "1. **Fee.** The fee is 4.\n"
    finder = AmendmentFinder({"old": old, "new": new}.__getitem__, Analyzer())
    before = [StatementPlace("old", Span(26 * n, 26 * n + 25)) for n in range(3)]
    clauses = [list(finder._clauses(each)) for each in (before, [StatementPlace("new", Span(0, 25))])]
    assert len(list(finder._aligned(*clauses))) == 1
