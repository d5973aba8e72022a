"""Files after faults that users of readers reported, each read as was decided before it was read."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import paragraph, word_of
from reported_files import REPORTED

from citeback.index.chunking.splitter import split
from citeback.index.readers import read_any
from citeback.index.readers.html import web_page
from citeback.index.readers.mail import mail
from citeback.index.readers.mail.headers import REPORTS
from citeback.index.readers.office import word
from citeback.index.records import Source


@pytest.mark.parametrize("name", REPORTED)
def test_a_reported_fault_is_not_ours(tmp_path: Path, name: str) -> None:
    reported = REPORTED[name]
    (tmp_path / name).write_bytes(reported.make())
    result = read_any(tmp_path / name)
    members = (
        [("", result, "")] if isinstance(result, Source) else [(m.name, m.source, m.reason) for m in result]
    )
    sources = [source for _, source, _ in members if source]
    text = "\n".join([*(s.text for s in sources), *(n for n, _, _ in members), *(r for _, _, r in members)])
    at = 0
    for words in reported.holds:
        found = text.find(words, at)
        assert found >= 0, (words, text)
        at = found + len(words)
    assert not [words for words in reported.lacks if words in text], text
    assert all(text.count(words) == 1 for words in reported.once), text
    assert sum(bool(reason) for _, _, reason in members) == reported.failures, members
    alone = {sentence for source in sources for sentence in sentences(source)}
    assert set(reported.alone) <= alone, (alone, text)


def sentences(source: Source) -> list[str]:
    chunks = split(source, list(range(0, len(source.text), 4)), 200)
    spans = [span for chunk in chunks for span in chunk.sentences]
    return [span.of(source.text).replace("\u200e", "").replace("\r\n", "\n").strip() for span in spans]


PHRASES = st.text("abcdefgh äé", min_size=1, max_size=12).map(str.split).map(" ".join).filter(bool)


@given(
    st.lists(PHRASES, min_size=1, max_size=4), st.lists(PHRASES, min_size=1, max_size=3), st.integers(0, 2)
)
def test_the_foot_of_a_table_is_read_below_its_rows(rows: list[str], feet: list[str], at: int) -> None:
    body = "".join(f"<tr><td>{words}</td><td>{n}</td></tr>" for n, words in enumerate(rows))
    foot = "".join(f"<tr><td>total {words}</td><td>{n}</td></tr>" for n, words in enumerate(feet))
    parts = ["<thead><tr><th>Fish</th><th>Count</th></tr></thead>", f"<tbody>{body}</tbody>"]
    parts.insert(at, f"<tfoot>{foot}</tfoot>")
    shown = web_page.visible_text(f"<table>{''.join(parts)}</table>".encode()).split("\n")
    expected = [f"{words}\t{n}" for n, words in enumerate(rows)]
    expected += [f"total {words}\t{n}" for n, words in enumerate(feet)]
    assert [line for line in shown if line and line != "Fish\tCount"] == expected


@pytest.mark.parametrize(
    ("style", "one_line"),
    [
        ("display:inline", True),
        ("color:red; DISPLAY : inline !important;", True),
        ("display:inline-block", False),
        ("display:block", False),
        ("", False),
    ],
)
def test_a_block_that_is_drawn_in_its_line_is_part_of_it(style: str, one_line: bool) -> None:
    page = f"<div>It costs $<div style='{style}'>5.22</div> a share.</div>"
    assert ("It costs $5.22 a share." in web_page.visible_text(page.encode())) is one_line


@settings(deadline=None)
@given(
    st.text("äöü€ß漢字доброе ab", min_size=1, max_size=20), st.sampled_from(["utf-8", "gb18030", "cp1251"])
)
def test_raw_bytes_of_a_header_are_read_in_the_encoding_of_the_text(words: str, encoding: str) -> None:
    words = " ".join(words.encode(encoding, "ignore").decode(encoding).split())
    try:
        words.encode(encoding).decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        encoding = "utf-8"  # bytes that are UTF-8 are read as such
    head = b"Subject: " + words.encode(encoding) + b"\r\nFrom: a@example.org\r\n"
    data = head + f"Content-Type: text/plain; charset={encoding}\r\n\r\nSee.".encode()
    assert mail.read(data, "m").text.startswith(f"Subject: {words}\n" if words else "From")


@given(st.binary(max_size=60).filter(lambda data: not set(data) & set(b"\r\n")))
def test_any_bytes_in_a_header_give_text_that_can_be_written(data: bytes) -> None:
    mail.read(b"From: a@example.org\r\nSubject: " + data + b"\r\n\r\nSee.", "m").text.encode()


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_a_report_says_what_became_of_a_mail(kind: str) -> None:
    said = {"Final-Recipient": "rfc822; bo@example.org", "Diagnostic-Code": "smtp; 550 no such user"}
    fields = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    data = (
        "Subject: Report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{fields}\r\n--b--\r\n"
    )
    shown = mail.read(data.encode(), "m").text
    assert all(f"{name}: {value}" in shown for name, value in said.items())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Ada", "Bo Ek", "+46 70"]),
            st.lists(PHRASES, min_size=1, max_size=3),
            st.booleans(),
        ),
        min_size=3,
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_message_of_a_chat_is_a_statement_with_all_its_lines(
    messages: list[tuple[str, list[str], bool]], end: str
) -> None:
    texts = [
        f"[01-29-2018, 23:{n:02d}:00] {who}: " + "\n".join(words.title() if big else words for words in lines)
        for n, (who, lines, big) in enumerate(messages)
    ]
    text = "".join(f"\u200e{each}{end}" for each in texts)
    assert sentences(Source(text, "t", "text")) == texts


def word_table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4), st.booleans())
def test_a_table_within_a_cell_keeps_its_rows_and_the_row_its_cells(depth: int, beside: bool) -> None:
    inner = word_table((paragraph("Tide"), paragraph("Depth")), (paragraph("low"), paragraph("2.1 m")))
    expected = ["Tide\tDepth", "low\t2.1 m"]
    for n in range(depth):
        cell = paragraph(f"above {n}") + inner + paragraph(f"below {n}")
        inner = word_table((paragraph(f"left {n}"), cell) if beside else (cell,))
        if beside:
            expected = [f"left {n}\tabove {n} below {n}", *expected]
        else:
            expected = [f"above {n}", *expected, f"below {n}"]
    shown = word.read(word_of(inner), "w").text
    assert [line for line in shown.split("\n") if line] == expected
