"""What a person sees in a file is its text, and what is hidden from them is not: one test for each cause."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.errors import ReadError
from citeback.index.files.scan import list_files
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.common.decode import fix_double_encoding
from citeback.index.readers.html import feed, web_page
from citeback.index.readers.mail import calendar, mail, outlook
from citeback.index.readers.mail.compressed_rtf import decompressed
from citeback.index.readers.text import csv, json_file, subtitles
from citeback.index.search.analyzer import Analyzer

PAGE = "<html><head><title>Quay</title></head><body><article><h1>Quay</h1>{}</article></body></html>"


def page(body: str) -> str:
    return web_page.read(PAGE.format(body).encode(), "quay").text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>secret</p>",
        "<p style='color:red; visibility: hidden'>secret</p>",
        "<div hidden><p>secret</p></div>",
        "<noscript>secret</noscript>",
    ],
)
def test_what_a_browser_hides_is_not_read(hidden: str) -> None:
    text = page(f"<p>The berth costs 40 euros.</p>{hidden}<p>It lies in the north.</p>")
    assert "secret" not in text
    assert "40 euros" in text
    assert "in the north" in text


def test_exponents_and_notes_do_not_merge_with_figures() -> None:
    text = page("<p>It holds 2 × 10<sup>5</sup> litres, built in 1871<sup><a href='#n3'>3</a></sup>.</p>")
    assert "10^5" in text
    assert "1871 [3]" in text


def test_a_formula_is_read_once() -> None:
    formula = (
        "<span class='katex'><span class='katex-mathml'><math><semantics><mrow><mi>F</mi></mrow>"
        "<annotation encoding='application/x-tex'>F = ma</annotation></semantics></math></span>"
        "<span class='katex-html'>F=ma</span></span>"
    )
    assert page(f"<p>The force is {formula} here.</p>").count("F = ma") == 1
    assert "F=ma" not in page(f"<p>The force is {formula} here.</p>")


def test_the_reading_above_characters_is_left_out() -> None:
    assert "山は高い" in page("<p><ruby>山<rt>やま</rt></ruby>は高い。</p>")


def test_times_and_callouts_are_read() -> None:
    text = page(
        "<p>Due on <time>4 May 2027</time> at the latest, before the crane is let to another yard.</p>"
        "<figure class='callout'><div>!</div><div>Nobody may stand below the hook at any time.</div></figure>"
    )
    assert "4 May 2027" in text
    assert "below the hook" in text


def test_cells_that_stretch_keep_the_columns() -> None:
    table = (
        "<table><tr><th rowspan=2>Pier</th><th colspan=2>Depth</th></tr><tr><th>east</th><th>west</th></tr>"
        "<tr><td>A</td><td>3</td><td>4</td></tr></table>"
    )
    rows = [line for line in page(f"<p>Depths in metres.</p>{table}").split("\n") if "\t" in line]
    assert rows == ["Pier\tDepth east\tDepth west", "A\t3\t4"]


@given(st.integers(min_value=-3, max_value=10**9))
def test_a_span_of_any_size_is_read_in_bounds(span: int) -> None:
    text = page(f"<table><tr><td colspan={span}>wide</td><td>b</td></tr></table>")
    assert 1 <= text.count("wide") <= 1_000


@pytest.mark.parametrize(
    ("given_text", "rows"),
    [
        ("sep=;\nTown;People\nOsby;3\n", ["Town\tPeople", "Osby\t3"]),
        (",2024,2025\nPilots,11,13\n", ["\t2024\t2025", "Pilots\t11\t13"]),
        ('a\tb\n"half\tx\nc\td\n', ["a\tb", '"half\tx', "c\td"]),
        ('n,said\n1,"he \\"did\\", she said"\n2,"so"\n', ["n\tsaid", '1\the "did", she said', "2\tso"]),
        ("List of berths\n\nBerth,Fee\nA1,30\nA2,31\n", ["List of berths", "Berth\tFee", "A1\t30", "A2\t31"]),
    ],
)
def test_rows_of_a_table_keep_their_cells(given_text: str, rows: list[str]) -> None:
    text = csv.read(given_text.encode(), "t").text
    assert [line for line in text.split("\n") if line] == rows


def test_the_head_is_found_below_a_title() -> None:
    source = csv.read(b"List of berths\n\nBerth,Fee\nA1,30\nA2,31\n", "t")
    assert [heading.span.of(source.text) for heading in source.headings] == ["Berth\tFee"]


def test_a_paragraph_of_xml_is_one_and_attributes_that_say_something_are_read() -> None:
    text = feed.read(
        b"<r><p>The <i>Sula</i> left in <b>May</b>.</p><m body='Bring the spare key.' id='4'/></r>", "r"
    ).text
    assert "The Sula left in May." in text
    assert "body: Bring the spare key." in text


def test_text_in_pieces_is_joined_and_pages_in_json_are_read_as_pages() -> None:
    text = json_file.read(
        b'{"text": ["Closed until ", {"type": "bold", "text": "noon"}, "."],'
        b' "body": "<p>Low <b>water</b></p>"}',
        "j",
    ).text
    assert "Closed until noon." in text
    assert "Low water" in text
    assert "<b>" not in text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_text_that_was_decoded_twice_is_mended_and_other_text_is_not_lost(text: str) -> None:
    twice = text.encode().decode("latin-1")
    assert fix_double_encoding(twice) == text or fix_double_encoding(twice) == twice
    assert fix_double_encoding(fix_double_encoding(text)) == fix_double_encoding(text)


def test_the_page_of_a_mail_is_read_where_the_plain_text_is_a_stub() -> None:
    message = EmailMessage()
    message["Subject"] = "Berth"
    message.set_content("This mail needs a program that shows pages. Please open it in another program.")
    message.add_alternative("<p>Your berth is number 12.</p>", subtype="html")
    assert "number 12" in mail.read(message.as_bytes(), "m").text


def test_the_plain_text_of_a_mail_is_read_where_it_says_the_same() -> None:
    message = EmailMessage()
    message["Subject"] = "Berth"
    message.set_content("Your berth is number 12. See you!")
    message.add_alternative("<p>Your berth is <b>number 12</b>. See you!</p><p>ad</p>", subtype="html")
    assert "ad" not in mail.read(message.as_bytes(), "m").text.split()


def test_latin_1_in_mail_is_windows_1252() -> None:
    raw = b"Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\nIt costs \x8050 \x96 firm.\n"
    assert "€50 – firm" in mail.read(raw, "m").text


def test_an_invitation_is_read_as_what_when_and_where() -> None:
    text = calendar.read(
        b"BEGIN:VEVENT\r\nSUMMARY:Inspection\\, east\r\nDTSTART:20270504T083000Z\r\n"
        b"LOCATION:Shed\r\n 4\r\nEND:VEVENT",
        "c",
    ).text
    assert text == "Summary: Inspection, east\nStart: 2027-05-04 08:30 UTC\nPlace: Shed4"


def test_rolling_captions_are_read_once() -> None:
    cues = (
        "WEBVTT\n\n00:00:00.100 --> 00:00:01.000\nthe pump\n\n"
        "00:00:01.000 --> 00:00:02.000\nthe pump\nstarts at six\n\n"
        "00:00:02.000 --> 00:00:03.000\nstarts at six\nevery day\n"
    )
    assert subtitles.read(cues.encode(), "v").text.split("\n") == ["the pump", "starts at six", "every day"]


def test_a_soft_line_end_parts_words() -> None:
    assert clean("one\vtwo") == "one\ntwo"


def test_what_is_not_seen_does_not_split_a_term() -> None:
    analyzer = Analyzer("en")
    assert analyzer.terms("flood\u00adgate lock\u200bkeeper") == analyzer.terms("floodgate lockkeeper")


def test_files_that_programs_keep_for_themselves_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("~$plan.docx", "desktop.ini", "Thumbs.db", ".~lock.plan.odt#", "plan.txt"):
        (folder / name).write_text("x")
    folder_listing = list_files([str(folder)], tmp_path / "store")
    assert [file.name for file in folder_listing.files] == ["plan.txt"]
    assert not folder_listing.rejected


def compressed(text: bytes) -> bytes:
    """Return rich text as Outlook stores it, without references: eight bytes after each control byte."""
    body = b"".join(b"\0" + text[n : n + 8] for n in range(0, len(text), 8))
    head = (len(body) + 12).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return head + b"LZFu" + bytes(4) + body


@given(st.binary(max_size=200))
def test_rich_text_of_outlook_is_expanded(text: bytes) -> None:
    assert decompressed(compressed(text)) == text
    assert decompressed(bytes(4) + len(text).to_bytes(4, "little") + b"MELA" + bytes(4) + text) == text


def test_references_of_compressed_rich_text_are_followed_and_may_overlap() -> None:
    # Eight literals, then two references: "rtf1" of the initial window, and a run of the byte before.
    start = 2
    words = [(start << 4 | 2), ((207 + 12 - 1) << 4 | 3)]
    body = b"\0abcdefgh" + b"\3" + b"".join(word.to_bytes(2, "big") for word in words)
    assert (
        decompressed(bytes(4) + (17).to_bytes(4, "little") + b"LZFu" + bytes(4) + body)
        == b"abcdefghrtf111111"
    )


@given(st.binary(max_size=300))
def test_damaged_compressed_rich_text_is_expanded_or_refused(body: bytes) -> None:
    size = (10_000).to_bytes(4, "little")
    assert len(decompressed(bytes(4) + size + b"LZFu" + bytes(4) + body)) <= 10_000
    with pytest.raises(ReadError):
        decompressed(b"\xff" * 8 + b"LZFu" + body)
    with pytest.raises(ReadError):
        decompressed(body[:8])


def test_a_message_with_a_body_in_rich_text_alone_is_read() -> None:
    class _Properties:
        def binary_prop_value(self, _: int) -> bytes:
            return compressed(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}The crane is tested on Friday.\par}")

    class _Message:
        body, html_body, properties = None, None, _Properties()

    assert outlook.message_body(_Message()) == "The crane is tested on Friday."
