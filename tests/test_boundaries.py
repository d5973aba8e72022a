"""Statements are cut where a person would cut them: markers, abbreviations, and lines without full stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.chunking.splitter import split
from citeback.index.records import Source, Span

# Each text with its statements; none of it is from a data set.
PROSE = [
    ("1. Start the engine. 2. Take in the line.", ["1. Start the engine.", "2. Take in the line."]),
    (
        "It left at 2:38 p.m. EDT and came late. Nobody saw it.",
        ["It left at 2:38 p.m. EDT and came late.", "Nobody saw it."],
    ),
    ("We met at 3 p.m. Nobody else came.", ["We met at 3 p.m.", "Nobody else came."]),
    (
        "A berth costs approx. 5 euros. Showers are free.",
        ["A berth costs approx. 5 euros.", "Showers are free."],
    ),
    (
        "See Fig. 3 for the plan. The pier is shown in red.",
        ["See Fig. 3 for the plan.", "The pier is shown in red."],
    ),
    (
        "The rule is in limits.conf(5) and nowhere else. Read it.",
        ["The rule is in limits.conf(5) and nowhere else.", "Read it."],
    ),
    ("The vote was 7 vs. 5 in the end. It counts.", ["The vote was 7 vs. 5 in the end.", "It counts."]),
    ("Prof. Lie spoke first. Mrs. Moen followed.", ["Prof. Lie spoke first.", "Mrs. Moen followed."]),
    (
        "It was resolved to accept the tender of Moen Ltd. Cllr Dahl voted against.",
        ["It was resolved to accept the tender of Moen Ltd.", "Cllr Dahl voted against."],
    ),
    ("Moen Ltd. of Bergen built it, etc. and left.", ["Moen Ltd. of Bergen built it, etc. and left."]),
    ("“Is it open?” she asked. He said no.", ["“Is it open?” she asked.", "He said no."]),
    ("It grew by 2.5 percent in Q3. In Q4 it fell.", ["It grew by 2.5 percent in Q3.", "In Q4 it fell."]),
    (
        "The pier was lengthened in 1931, and the\nlight was moved to its end. Boats of more\n"
        "than 12 tonnes moor outside.",
        [
            "The pier was lengthened in 1931, and the\nlight was moved to its end.",
            "Boats of more\nthan 12 tonnes moor outside.",
        ],
    ),
]
LINES = [
    ("Chief: Ingrid Moen\nCranes: Torvald Lie\nOffice: Kari Dahl", 3),
    ("[10:02] Ada: are we on for friday\n[10:03] Bo: yes, at nine\n[10:05] Ada: bring the keys", 3),
    ("2026-03-01 08:00 pump started\n2026-03-01 08:05 pressure 4 bar\n2026-03-01 08:09 pump stopped", 3),
    ("Kari Dahl\nQuay 4\n5003 Bergen", 3),
]


def spans(text: str, language: str = "en") -> list[Span]:
    chunks = split(Source(text, "", "text"), range(len(text)), 10**6, language)
    return [span for chunk in chunks for span in chunk.sentences]


def cut(text: str, language: str = "en") -> list[str]:
    return [span.of(text) for span in spans(text, language)]


@pytest.mark.parametrize(("text", "statements"), PROSE)
def test_prose_is_cut_at_its_sentences(text: str, statements: list[str]) -> None:
    assert cut(text) == statements


@pytest.mark.parametrize(("text", "lines"), LINES)
def test_a_line_is_a_statement_where_lines_have_no_full_stops(text: str, lines: int) -> None:
    assert cut(text) == text.split("\n")
    assert len(cut(text)) == lines


def test_an_ordinal_ends_no_german_sentence() -> None:
    assert cut("Im 18. Jahrhundert kam der 3. König. Er blieb.", "de") == [
        "Im 18. Jahrhundert kam der 3. König.",
        "Er blieb.",
    ]


@given(st.text(alphabet="ab .,\n1:-A)(", max_size=200))
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    assert "".join("".join(cut(text)).split()) == "".join(text.split())
    assert all(span.of(text).strip() for span in spans(text))
