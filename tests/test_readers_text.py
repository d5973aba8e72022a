"""Plain text: the file itself, and the few headings that are evident."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from citeback.index.readers import read
from citeback.index.readers.text import plain_text

LINES = st.lists(
    st.sampled_from(
        ["\ufeff", "\r\n", "\r", "\n", " ", "\u200f", "𝒳", "שלום", "===", "---", "Words", "a b. "]
    )
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
).map("".join)


def headings(of: str) -> list[tuple[int, str]]:
    source = plain_text.read(of.encode(), "stem")
    return [(heading.level, heading.span.of(source.text)) for heading in source.headings]


@pytest.mark.parametrize("suffix", [".txt", ".log", ".md"])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=LINES)
def test_the_text_is_what_open_reads(tmp_path: Path, suffix: str, written: str) -> None:
    assume(written.strip().strip("\ufeff").strip() and "\x1b$" not in written)
    path = tmp_path / f"any{suffix}"
    path.write_bytes(written.encode())
    with path.open(encoding="utf-8", newline="") as file:
        assert read(path).text == file.read()


@given(LINES)
def test_headings_are_whole_lines_in_order(written: str) -> None:
    assume("\x1b$" not in written)
    source = plain_text.read(written.encode(), "stem")
    for heading in source.headings:
        before = re.split(r"[\r\n]", written[: heading.span.start])[-1]
        after = re.split(r"[\r\n]", written[heading.span.end :])[0]
        assert re.fullmatch(r"[\s\ufeff]*", before)
        assert not after.strip()
    assert [h.span for h in source.headings] == sorted({h.span for h in source.headings})


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n \n"])
def test_a_first_line_alone_above_text_is_the_title(newline: str, mark: str) -> None:
    written = mark + "  Inching closer \n\nThe text begins here.".replace("\n", newline)
    source = plain_text.read(written.encode(), "stem")
    assert source.title == "Inching closer"
    assert [(h.level, h.span.of(source.text)) for h in source.headings] == [(1, "Inching closer")]


@pytest.mark.parametrize(
    "written",
    [
        "Two sentences. They end here.\n\nMore.",
        "Dear reader,\n\nMore.",
        "No blank line\nafter it.",
        "No blank line\r\nafter it.",
        "Nothing follows\n\n",
        "a" * 251 + "\n\nMore.",
        "name\tvalue\n\nMore.",
        "* * *\n\nMore.",
        "one line",
    ],
)
def test_other_first_lines_are_no_titles(written: str) -> None:
    assert plain_text.read(written.encode(), "stem").title == "stem"
    assert headings(written) == []


@pytest.mark.parametrize("line", ["A sentence stands here.", "Is it a question?", "a" * 121])
def test_a_first_line_that_is_one_sentence_names_the_text_but_is_no_heading(line: str) -> None:
    source = plain_text.read(f"{line}\n\nMore.".encode(), "stem")
    assert source.title == line
    assert source.headings == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_line_that_names_a_speaker_is_the_heading_of_what_is_said(newline: str) -> None:
    written = (
        "A title\n\nText.\n\nada said...\n\nThe lock is shut.\n\n  Ada Holm wrote on May 3:\n\nIt is open.\n"
    )
    assert headings(written.replace("\n", newline)) == [
        (1, "A title"),
        (6, "ada said..."),
        (6, "Ada Holm wrote on May 3:"),
    ]


@pytest.mark.parametrize(
    "written",
    ["Text.\n\nShe said so.\n\nMore.", "Text.\n\nAda. Bo said: no\n\nMore.", "Text.\n\nsaid...\n\nMore."],
)
def test_a_sentence_that_says_something_is_no_speaker(written: str) -> None:
    assert headings(written) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_underlined_lines_are_headings(newline: str) -> None:
    written = "Top\n===\n\nText.\n\nPart one\n--------\ntext\n\nPart two\n---\ntext"
    assert headings(written.replace("\n", newline)) == [(1, "Top"), (2, "Part one"), (2, "Part two")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_numbered_lines_above_a_paragraph_are_headings(newline: str) -> None:
    written = (
        "Minutes of the pier society\n\n1. Cranes\nThe north crane was painted. It cost 40 euros.\n\n"
        "2. Berths\n2.1 A berth is let for one year, and no longer.\n2.2 It may not be sublet.\n\n"
        "3.1 Fees of guests\nGuests pay for each night they stay, in advance."
    )
    expected = [
        (1, "Minutes of the pier society"),
        (2, "1. Cranes"),
        (2, "2. Berths"),
        (3, "3.1 Fees of guests"),
    ]
    assert headings(written.replace("\n", newline)) == expected


@pytest.mark.parametrize(
    "written",
    [
        "To do:\n\n1. Open the lid\n2. Press the red switch until it clicks twice",
        "Terms.\n\n3. The tenant shall pay the Fees and the\nDeposit in advance.",
        "Terms.\n\n1. Ada Holm\nQuay 4\n5003 Bergen",
        "Terms.\n\n2. Nobody may swim here.\nWhoever does is sent away by the harbour master.",
    ],
)
def test_items_and_wrapped_lines_are_no_headings(written: str) -> None:
    assert headings(written) == []


@pytest.mark.parametrize(
    "written",
    [
        "Text.\n\nname  value\n-----------\na  1",
        "Text.\n\nlong enough a line\n--\n",
        "Text.\n\nx\n----------\n",
        "Text.\nlast line of a paragraph\n----\n",
        "Text.\n\n-\n---\n",
        "Text.\n\na | b\n-----\n",
    ],
)
def test_tables_and_rules_are_no_headings(written: str) -> None:
    assert headings(written) == []


def test_printed_pages_are_read_as_they_are() -> None:
    text = (
        "Rules\n\nGoods that\n\nHolm    [Page 1]\n\fHolm    Rules    March\n\ncan burn.\n\nHolm    [Page 2]\n"
    )
    source = plain_text.read(text.encode(), "rules")
    assert source.text == text


def test_form_feeds_between_pages_without_running_lines_change_nothing() -> None:
    text = "Paid out\n\n812.40\n\f\nPaid out\n\n790.15\n\f\nPaid out\n\n845.00\n"
    source = plain_text.read(text.encode(), "slips")
    assert source.text == text
    assert not source.pages
