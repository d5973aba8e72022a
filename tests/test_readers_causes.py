"""Causes of faults that more than one format has: raised figures, hidden words, encoded data, notes."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import packed, saved

from citeback.index.chunking.splitter import split
from citeback.index.readers import read_any
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.html import web_page
from citeback.index.readers.mail import calendar, mail
from citeback.index.readers.office import rtf, word, workbook
from citeback.index.readers.office.number_format import format_number
from citeback.index.readers.text import json_file, markdown
from citeback.index.records import Source

PAGE = (
    "<html><head><style>{}</style></head><body><article><h1>Quay</h1>"
    "<p>The north quay costs 8,000 euros a year and is open to all.</p>{}"
    "<p>It lies behind the mole and has twelve berths for boats.</p></article></body></html>"
)


def page(body: str, style: str = "") -> str:
    return web_page.read(PAGE.format(style, body).encode(), "quay").text


def in_word(*runs: tuple[str, bool]) -> str:
    document: Any = docx.Document()
    paragraph = document.add_paragraph()
    for text, is_raised in runs:
        paragraph.add_run(text).font.superscript = is_raised
    return word.read(saved(document.save), "d").text


@given(st.integers(0, 9_999), st.integers(-999, 999))
def test_raised_figures_never_merge_with_the_figure_before_them(base: int, power: int) -> None:
    wanted = f"{base}^{power}"
    assert wanted in rtf.read(f"{{\\rtf1 is {base}{{\\super {power}}} m}}".encode(), "r").text
    assert wanted in page(f"<p>is <math><msup><mn>{base}</mn><mn>{power}</mn></msup></math> m</p>")


def test_raised_figures_in_word_documents_are_set_apart_and_ordinals_are_not() -> None:
    assert in_word(("3.2 x 10", False), ("6", True), (" litres", False)) == "3.2 x 10^6 litres"
    assert in_word(("the 4", False), ("th", True), (" lock", False)) == "the 4th lock"


@given(st.integers(1, 99), st.integers(1, 99))
def test_fractions_keep_their_bar(over: int, under: int) -> None:
    formula = f"<math><mfrac><mn>{over}</mn><mn>{under}</mn></mfrac></math>"
    assert f"is {over}/{under} inch" in page(f"<p>is {formula} inch</p>")
    assert f"is {over}⁄{under} inch" in page(f"<p>is <sup>{over}</sup>&frasl;<sub>{under}</sub> inch</p>")


@pytest.mark.parametrize(
    ("style", "is_seen"),
    [
        (".x{display:none}", False),
        ("p.x , .y { color: red; display : NONE !important }", False),
        ("#i{visibility:hidden}", False),
        ("/* .x{} */ .x{display:none} /* open", False),
        (".x{display:none} .x{display:block}", True),
        ("@media print{.x{display:none}}", True),
        ("/* .x{display:none} */", True),
        ("div.x{display:none}", True),
        (".x .z{display:none}", True),
        (".x:hover{display:none}", True),
    ],
)
def test_what_the_style_sheet_of_a_page_hides_is_not_read(style: str, is_seen: bool) -> None:
    text = page("<p class='x' id='i'>secret offer</p>", style)
    assert ("secret offer" in text) is is_seen
    assert "8,000 euros" in text


def test_most_of_a_page_is_read_even_if_a_rule_hides_it() -> None:
    body = f"<body><div class='x'><p>{'The ferry leaves at seven. ' * 30}</p></div><p>Menu</p></body>"
    assert "ferry" in web_page.visible_text(f"<style>.x{{display:none}}</style>{body}".encode())


@given(st.text(alphabet="{}.#x@;:/* display:none", max_size=80))
def test_any_style_sheet_leaves_the_page_readable(style: str) -> None:
    assert "twelve berths" in page("", style)


@pytest.mark.parametrize(
    "style", ["font-size:0", "max-height:0px; overflow:hidden", "line-height:0;font-size: 0 "]
)
def test_the_preview_line_of_a_mail_is_not_read(style: str) -> None:
    message = EmailMessage()
    message["Subject"] = "Ticket"
    message.set_content(f"<div style='{style}'>From 1 euro</div><p>It costs 34 euros.</p>", subtype="html")
    text = mail.read(message.as_bytes(), "m").text
    assert "1 euro" not in text
    assert "34 euros" in text


def test_styles_that_hide_words_hide_them_in_word_documents() -> None:
    document: Any = docx.Document()
    document.styles.add_style("Gone", 2).font.hidden = True
    based = document.styles.add_style("GoneToo", 1)
    based.font.hidden = True
    document.add_paragraph("Open price 40.").add_run("secret margin").style = "Gone"
    document.add_paragraph("secret remark", style="GoneToo")
    assert word.read(saved(document.save), "d").text == "Open price 40."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (r"A {\v no}b", "A b"),
        (r"A \v no \'e9\v0 b", "A b"),
        (r"A {\deleted no}b", "A b"),
        (r"A{\footnote\pard {\super\chftn} Rebuilt.} b", "A [ Rebuilt.] b"),
        (r'A {\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt b}}', "A b"),
        (r"A {\pict\pngblip 89504e47}b", "A b"),
        (r"{\v {no} no}A", "A"),
    ],
)
def test_rich_text_is_what_a_person_sees(markup: str, text: str) -> None:
    assert " ".join(rtf.read(rf"{{\rtf1\ansi {markup}}}".encode(), "r").text.split()) == text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (2.5, "# ?/?", "2 1/2"),
        (0.1875, "# ??/??", "3/16"),
        (2.5, "?/?", "5/2"),
        (4500, '0.0,"k"', "4.5k"),
        (1_234_567, r"000\-0000", "123-4567"),
        (46_709_123_456, "(00) 00-000 00 00", "(46) 70-912 34 56"),
        (-5, r"00\-00", "-00-05"),
        (3, 'General" boats"', "3 boats"),
    ],
)
def test_numbers_look_as_in_the_workbook(value: float, code: str, shown: str) -> None:
    assert format_number(value, code) == shown


@given(st.floats(-1e12, 1e12), st.text(alphabet='0#?.,/ -()"x\\E%', max_size=20))
def test_any_number_format_shows_something_for_any_number(value: float, code: str) -> None:
    assert isinstance(format_number(value, code), str)


_TC = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'


def test_threads_of_comments_are_read_with_their_authors_and_stand_ins_are_not() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Paint"
    book.active["A1"].comment = openpyxl.comments.Comment(
        "[Threaded comment]\n\nYour version of Excel", "tc={1}"
    )
    parts = _parts(saved(book.save))
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    thread = (
        b'<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        b' Target="../threadedComments/t1.xml"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", thread)
    parts["xl/threadedComments/t1.xml"] = (
        f'<ThreadedComments {_TC}><threadedComment ref="A1" personId="p"><text>Paid?</text></threadedComment>'
        '<threadedComment ref="A1"><text>Yes.</text></threadedComment></ThreadedComments>'
    ).encode()
    parts["xl/persons/p.xml"] = f'<personList {_TC}><person id="p" displayName="Ada"/></personList>'.encode()
    source = workbook.read(packed(parts), "b")
    assert source.text.split("\n\n")[-2:] == ["Ada: Paid?", "Yes."]
    assert source.location_at(source.text.index("Ada")) == "sheet Sheet, cell A1, comment by Ada"


def _parts(data: bytes) -> dict[str, bytes]:
    from io import BytesIO
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_printed_headers_of_a_sheet_are_read() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Fee"
    book.active.oddHeader.left.text = 'Osby & Sons "Board"'
    book.active.oddFooter.center.text = "Page &P of &N"
    book.active.oddFooter.right.text = "Valid from 1 May 2027"
    text = workbook.read(saved(book.save), "b").text
    assert "Valid from 1 May 2027" in text
    assert "&P" not in text


DATA = "data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUgAAAAUA" * 400


def test_encoded_pictures_are_in_no_chunk() -> None:
    text = (
        f"# Plan\n\nThe shed is green. ![x]({DATA}) The roof is red.\n\n[font]: {DATA}\n\nThe door is blue.\n"
    )
    source = markdown.read(text.encode(), "plan")
    assert source.text == text
    starts = list(range(0, len(text), 4))
    words = [span.of(text) for chunk in split(source, starts, 100) for span in chunk.sentences]
    assert not any("iVBOR" in each for each in words)
    assert {"The shed is green.", "The door is blue."} <= set(words)
    assert any("The roof is red." in each for each in words)


def test_encoded_pictures_are_not_in_the_text_of_pages_and_data() -> None:
    assert "iVBOR" not in page(f"<p>See {DATA} here.</p>")
    assert json_file.read(f'{{"name": "Logo", "image": "{DATA}"}}'.encode(), "j").text == "name: Logo"
    assert clean("base64, data:x;base64,AAAA") == "base64, data:x;base64,AAAA"


def test_a_calendar_says_what_repeats_and_not_when_clocks_change_or_ring() -> None:
    zone = "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\nEND:STANDARD\nEND:VTIMEZONE\n"
    alarm = "BEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM\n"
    event = f"BEGIN:VEVENT\nSUMMARY:Tea\nRRULE:FREQ=WEEKLY;BYDAY=TU\n{alarm}LOCATION:Shed\nEND:VEVENT\n"
    text = calendar.calendar_text(f"BEGIN:VCALENDAR\n{zone}{event}END:VCALENDAR\n")
    assert text == "Summary: Tea\nRepeats: weekly, on Tuesday\nPlace: Shed"


def test_flowed_lines_of_a_mail_are_paragraphs() -> None:
    head = b"Subject: x\nContent-Type: text/plain; format=flowed\n\n"
    body = b"The pump was repaired by \nthe county.\n> quoted \n> words\n \nFrom here\n-- \nAda\n"
    text = mail.read(head + body, "m").text
    assert "The pump was repaired by the county.\n> quoted\n> words" in text
    assert text.endswith("From here\n--\nAda")


def test_files_that_programs_keep_for_themselves_are_passed_over_in_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(
        packed({"plan.txt": b"The plan.", "in/~$plan.docx": b"x", "Thumbs.db": b"x", "desktop.ini": b"x"})
    )
    members = read_any(path)
    assert not isinstance(members, Source)
    assert [member.name for member in members] == ["plan.txt"]
