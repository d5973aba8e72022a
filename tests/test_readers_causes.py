"""Causes of faults that more than one format has: raised figures, hidden words, encoded data, notes."""

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from samples import packed, saved

from citeback.index.chunking.splitter import split
from citeback.index.readers import read_any
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.html import web_page
from citeback.index.readers.mail import calendar, mail
from citeback.index.readers.office import rtf, word, workbook
from citeback.index.readers.office.number_format import format_number
from citeback.index.readers.pdf import pdf
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


def test_struck_out_words_and_closed_dialogs_are_not_read() -> None:
    dialogs = "<dialog><p>secret</p></dialog><dialog open>Hello</dialog>"
    text = page(f"<p>The fee is <del>30</del> <ins>45</ins>.</p>{dialogs}")
    assert "fee is 45" in text
    assert "30" not in text
    assert "secret" not in text
    assert "Hello" in text


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 999)), min_size=2, max_size=6))
def test_rows_of_a_page_keep_empty_first_cells_and_breaks_within_cells(rows: list[tuple[bool, int]]) -> None:
    cells = "".join(f"<tr><td>{'A<br>B' if full else ''}</td><td>{n}</td></tr>" for full, n in rows)
    wanted = [f"{'A B' if full else ''}\t{n}" for full, n in rows]
    head = "<p>Fees:</p><table><tr><th>Berth</th><th>Fee</th></tr>"
    table = web_page.visible_text(f"{head}{cells}</table>".encode())
    assert table.split("\n")[3:] == wanted


def test_a_cell_of_a_page_that_is_laid_out_as_a_table_is_a_paragraph() -> None:
    words = "The ferry leaves at seven. " * 6
    assert (
        web_page.visible_text(f"<table><tr><td></td><td>{words}</td></tr></table>".encode()) == words.strip()
    )


def test_rows_of_word_tables_begin_where_they_are_drawn() -> None:
    document: Any = docx.Document()
    table = document.add_table(2, 3)
    for n, text in enumerate(("Town", "2024", "2025", "", "380", "412")):
        table.cell(n // 3, n % 3).text = text
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    row.get_or_add_trPr().append(OxmlElement("w:gridBefore", attrs={qn("w:val"): "1"}))
    assert word.read(saved(document.save), "d").text == "Town\t2024\t2025\n\t380\t412"


def test_forwarded_messages_say_who_wrote_them_and_headers_are_windows_1252() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Crane", "Bo Ek <bo@example.org>"
    inner.set_content("It is closed.")
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("See below.")
    outer.add_attachment(inner)
    text = mail.read(outer.as_bytes(), "m").text
    assert "Subject: Crane\nFrom: Bo Ek <bo@example.org>\n\nIt is closed." in text
    assert "Pris €50" in mail.read(b"Subject: =?iso-8859-1?Q?Pris_=8050?=\n\nx\n", "m").text


def test_entities_in_exported_messages_are_characters() -> None:
    assert json_file.read(b'{"text": "Low &amp; high &lt;today&gt;"}', "j").text == "text: Low & high <today>"
    assert json_file.read(b'{"text": "AT&T &c; 5 & 6"}', "j").text == "text: AT&T &c; 5 & 6"


def test_heads_of_columns_are_read_once_above_their_first_rows() -> None:
    def sheet(letter: str) -> list[str]:
        return [
            "Berth Holder Fee",
            *(f"{letter}{n} Holm {300 + n}" for n in range(1, 5)),
            "Osby Harbour Board",
        ]

    text = pdf.read(drawn([sheet(letter) for letter in "ABCD"]), "fees").text
    assert text.startswith("Berth Holder Fee\nA1 Holm 301")
    assert text.count("Berth Holder Fee") == 1


def drawn(pages: list[list[str]]) -> bytes:
    file = BytesIO()
    canvas = Canvas(file)
    for lines in pages:
        for n, line in enumerate(lines):
            canvas.drawString(72, 760 - 16 * n, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_labels_of_fields_end_where_the_next_field_begins() -> None:
    file = BytesIO()
    canvas = Canvas(file)
    for n, name in enumerate(("yes", "no")):
        canvas.acroForm.radio(name="insured", value=name, selected=not n, x=160 + 80 * n, y=615)
        canvas.drawString(190 + 80 * n, 620, name)
    canvas.save()
    assert "yes: yes" in pdf.read(file.getvalue(), "form").text


def test_charts_and_diagrams_of_word_documents_are_read() -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    parts = _parts(saved(docx.Document().save))
    name = "word/_rels/document.xml.rels"
    added = "".join(
        f'<Relationship Id="x{kind}" Type="{relation}/{kind}" Target="{kind}.xml"/>'
        for kind in ("chart", "diagramData")
    )
    parts[name] = parts[name].replace(b"</Relationships>", f"{added}</Relationships>".encode())
    parts["word/chart.xml"] = (
        f'<c:c xmlns:c="{drawing}/chart"><c:ser><c:tx><c:v>2025</c:v></c:tx>'
        '<c:cat><c:pt idx="0"><c:v>Ferry</c:v></c:pt></c:cat>'
        '<c:val><c:pt idx="0"><c:v>1204</c:v></c:pt></c:val></c:ser></c:c>'
    ).encode()
    parts["word/diagramData.xml"] = (
        f'<d xmlns:a="{drawing}/main"><a:p><a:r><a:t>Dredge first</a:t></a:r></a:p></d>'.encode()
    )
    text = word.read(packed(parts), "d").text
    assert "Ferry\t1204" in text
    assert "Dredge first" in text
