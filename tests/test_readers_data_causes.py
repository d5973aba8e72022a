"""Causes of faults in tables as text, exports, notebooks, XML, archives and lists of lines."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.chunking.splitter import split
from citeback.index.readers import read_any
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.html import feed
from citeback.index.readers.text import csv, json_file, notebook
from citeback.index.records import Source


@given(
    st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99)), min_size=2, max_size=6)
)
def test_semicolons_divide_tables_with_decimal_commas(rows: list[tuple[int, int, int]]) -> None:
    lines = "".join(f"A{n};{a},{b};{b},{c}\n" for n, (a, b, c) in enumerate(rows))
    wanted = [f"A{n}\t{a},{b}\t{b},{c}" for n, (a, b, c) in enumerate(rows)]
    assert csv.read(lines.encode(), "t").text.split("\n") == wanted


@pytest.mark.parametrize(
    ("data", "cells"),
    [
        ('"Holm, A";"N, O";1\n"Ek, B";"S, O";2\n', "Holm, A\tN, O\t1"),
        ("1,2,3\n4,5,6\n", "1\t2\t3"),
        ("a,b;c,d\ne,f;g,h\ni,j;k,l\n", "a\tb;c\td"),
        ("1,5\t2,5\n3,5\t4,5\n", "1,5\t2,5"),
    ],
)
def test_the_delimiter_is_what_divides_the_rows(data: str, cells: str) -> None:
    assert csv.read(data.encode(), "t").text.startswith(cells)


def test_exported_chats_say_each_message_once() -> None:
    telegram = {
        "from": "Ada",
        "text": ["Closed until ", {"type": "bold", "text": "May"}],
        "text_entities": [{"text": "x"}],
    }
    assert json_file.read(json.dumps(telegram).encode(), "t").text == "from: Ada\n\ntext\n\nClosed until May"
    slack = {
        "ts": "1",
        "text": "See <https://x.org/a|the fees>, <@U2> in <#C1|harbour>",
        "blocks": [{"text": "again"}],
    }
    shown = json_file.read(json.dumps(slack).encode(), "t").text
    assert shown == "ts: 1\ntext: See the fees, @U2 in harbour"
    assert json_file.read(b'{"blocks": [{"text": "kept"}], "a": "x < y > z"}', "t").text.count("kept") == 1


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"data": {"text/html": "<table><tr><td>A2</td><td>310</td></tr></table>"}}, "A2\t310"),
        (
            {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by zero"},
            "ZeroDivisionError: by zero",
        ),
        (
            {"data": {"text/markdown": "The mean is 4.", "text/plain": "<x.Markdown object>"}},
            "The mean is 4.",
        ),
        ({"data": {"text/plain": "<Figure size 640x480>"}}, ""),
        ({"data": {"text/plain": "412"}}, "412"),
    ],
)
def test_results_of_a_notebook_are_what_it_shows(output: dict[str, object], text: str) -> None:
    book = {"cells": [{"cell_type": "code", "source": "f()", "outputs": [output]}]}
    assert notebook.read(json.dumps(book).encode(), "n").text == f"f()\n\n{text}".strip()


@given(st.text(alphabet="abc12", min_size=1, max_size=9), st.integers(0, 999))
def test_attributes_of_elements_without_words_are_read(name: str, fee: int) -> None:
    text = feed.read(f'<h><b id="{name}" fee="{fee}"/><link href="x" rel="y"/></h>'.encode(), "x").text
    assert text == f"id: {name}\nfee: {fee}"


def spoiled(name: str, flag: bool) -> bytes:
    """Return an archive in which one of two members is encrypted, or damaged."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("good.txt", "Twelve boats.")
        made.writestr(name, "These words are spoiled.")
    data = bytearray(out.getvalue())
    if flag:
        entry = data.rfind(b"PK\x01\x02")
        data[entry + 8] |= 1
    else:
        data[data.index(b"These")] ^= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("encrypted", "reason"),
    [(True, "encrypted: needs a password"), (False, "damaged: it cannot be unpacked")],
)
def test_one_bad_member_leaves_the_others_of_an_archive(tmp_path: Path, encrypted: bool, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(spoiled("bad.txt", encrypted))
    result = read_any(tmp_path / "a.zip")
    assert not isinstance(result, Source)
    assert [(each.name, each.source.text if each.source else each.reason) for each in result] == [
        ("bad.txt", reason),
        ("good.txt", "Twelve boats."),
    ]


@given(st.integers(300, 900), st.booleans())
def test_bytes_in_base64_are_no_text_and_long_words_are(length: int, in_lines: bool) -> None:
    data = ("iVBORw0KGgoAAAANSUhEUgAABgQ3x9Zk1" * 30)[:length]
    shown = "\n".join(data[n : n + 60] for n in range(0, length, 60)) if in_lines else data
    if not in_lines or length % 60 == 0:
        assert clean(f"a {shown} b").split() == ["a", "b"]
    assert clean("acgt" * length) == "acgt" * length


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<d><p>The <a>sea <b>Z <c>m</c></b></a> grew in <e>June</e>.</p></d>", "The sea Z m grew in June."),
        ("<d><p>One <a>two</a></p><p>Three</p></d>", "One two\n\nThree"),
    ],
)
def test_words_with_elements_among_them_are_one_paragraph(markup: str, text: str) -> None:
    assert feed.read(markup.encode(), "x").text == text


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (
            [
                "10:15 From Ada to All:",
                "\tclosed till may",
                "10:16 From Bo:",
                "\twhere is it",
                "10:17 From Cy:",
                "\tthere",
            ],
            3,
        ),
        (
            [
                "[4.3.26, 10:15:22] Ada: it",
                "is closed",
                "[4.3.26, 10:16:22] Bo: oh.",
                "[4.3.26, 10:17:22] Cy: no.",
            ],
            3,
        ),
        (["1 Scope .............. 3", "2 Fees ............... 5", "3 Rules .............. 9"], 3),
        (["A1   310", "A2   430"], 2),
    ],
)
def test_lines_that_show_it_are_statements(lines: list[str], count: int) -> None:
    source = Source("\n".join(lines), "t", "text")
    found = [
        span for chunk in split(source, list(range(0, len(source.text), 4)), 200) for span in chunk.sentences
    ]
    assert len(found) == count
