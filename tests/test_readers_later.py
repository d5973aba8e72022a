"""Causes of the faults in the seventh batch of reported files, each with inputs of many kinds."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from made import drawn
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers.html import web_page
from citeback.index.readers.mail import mail
from citeback.index.readers.mail.calendar import calendar_text
from citeback.index.readers.pdf import pdf
from citeback.index.readers.text import json_file

WORDS = st.text("abcdefgh äé", min_size=1, max_size=12).map(str.split).map(" ".join).filter(bool)
HEADERS = [
    b"Subject: Crane",
    b"From: ada@example.org",
    b"X-Long: a\r\n b",
    b"Date: Tue, 1 Dec 2026 12:00:00 +0000",
]
STRAY = st.sampled_from(
    [b"this line is no header", b">From daemon Tue Sep 29 12:22:20", b"=== stored ===", b"a b: c"]
)


@given(STRAY, st.integers(0, 3), WORDS)
def test_a_line_among_the_headers_that_is_none_does_not_end_them(stray: bytes, at: int, body: str) -> None:
    lines = [*HEADERS[:at], stray, *HEADERS[at:]]
    data = b"\r\n".join([*lines, b"Content-Type: text/plain; charset=utf-8", b"", body.encode()])
    source = mail.read(data, "stem")
    assert source.title == "Crane"
    assert source.text.endswith(f"\n\n{body}")
    assert stray.decode() not in source.text


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_words_that_follow_headers_without_a_blank_line_are_not_lost(lines: list[str]) -> None:
    data = "\r\n".join(["Subject: Crane", "From: ada@example.org", *lines, "", "It is late."]).encode()
    text = mail.read(data, "stem").text
    assert all(line in text for line in lines)


@given(st.integers(1, 900), st.lists(WORDS, min_size=1, max_size=5))
def test_items_of_a_list_have_the_numbers_that_a_browser_draws(start: int, items: list[str]) -> None:
    body = "".join(f"<li><b>{words}</b></li>" for words in items)
    shown = web_page.visible_text(f"<p>Do:</p><ol start={start}>{body}</ol>".encode()).split("\n")
    assert shown[2:] == [f"{n}. {words}" for n, words in enumerate(items, start)]


def test_a_list_that_lays_out_a_page_or_has_no_marks_has_no_numbers() -> None:
    for page in (
        "<ol><li><div>a</div></li></ol>",
        "<ol style='list-style: none'><li>a</li></ol>",
        "<nav><ol><li>a</li></ol></nav>",
        "<ol><li>1) a</li></ol>",
    ):
        assert web_page.visible_text(page.encode()) in ("a", "1) a")


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,12})\.[0-9]{1,12}", fullmatch=True))
def test_a_number_keeps_the_digits_that_it_is_written_with(number: str) -> None:
    assert json_file.read(f'{{"fee": {number}}}'.encode(), "stem").text == f"fee: {number}"
    assert json_file.read(f"[{number}, 7]".encode(), "stem").text == f"{number}\n7"
    assert json.loads(number) == float(number)


@given(st.text('abc ;:,="', max_size=12).map(lambda words: words.replace('"', "").strip() or "Bo"))
def test_a_name_in_quotes_may_hold_colons_and_semicolons(name: str) -> None:
    event = f'BEGIN:VEVENT\nATTENDEE;ROLE=CHAIR;CN="{name}";X-A="b:c":mailto:bo@example.org\nEND:VEVENT'
    assert calendar_text(event) == f"Attendee: {name} <bo@example.org>"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 3), min_size=3, max_size=6), st.integers(0, 2))
def test_a_cell_of_several_lines_does_not_break_its_table(heights: list[int], column: int) -> None:
    def page(canvas: Canvas) -> None:
        y = 700
        for n, height in enumerate(heights):
            for x in range(3):
                canvas.drawString(72 + 130 * x, y, f"cell {n} {x}")
            for more in range(1, height):
                canvas.drawString(72 + 130 * column, y - 12 * more, f"more {more}")
            y -= 12 * height + 8

    rows = []
    for n, height in enumerate(heights):
        rows.append("\t".join(f"cell {n} {x}" for x in range(3)))
        last = n == len(heights) - 1
        rows += [("" if last else "\t" * column) + f"more {more}" for more in range(1, height)]
    assert pdf.read(drawn(page), "stem").text == "\n".join(rows)
