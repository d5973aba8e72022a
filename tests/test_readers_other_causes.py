"""Causes of faults outside Office: PDFs, web pages, mail, rich text, tables as text, exports, archives."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import drawn
from reportlab.pdfgen.canvas import Canvas
from samples import packed

from citeback.index.chunking.splitter import split
from citeback.index.readers import read_any
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.html import ebook, feed, web_page
from citeback.index.readers.mail import calendar, contacts, mail, notes
from citeback.index.readers.mail.plain_body import unflowed, without_encoded_files
from citeback.index.readers.office import rtf
from citeback.index.readers.pdf import pdf
from citeback.index.readers.pdf.embedded_files import mentions
from citeback.index.readers.pdf.table_gaps import table_gaps
from citeback.index.readers.text import csv, json_file, notebook
from citeback.index.records import Box, Source, Span


def read_pdf(draw: Callable[[Canvas], None]) -> str:
    return pdf.read(drawn(draw), "p").text


@settings(max_examples=15, deadline=None)
@given(st.integers(-99, 99).filter(bool), st.sampled_from([5, -4]))
def test_raised_figures_of_a_pdf_are_set_apart_and_lowered_ones_are_not(power: int, rise: int) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 12)
        text.textOut("It holds 3.2 x 10")
        text.setRise(rise)
        text.setFont("Helvetica", 7)
        text.textOut(str(power))
        text.setRise(0)
        text.setFont("Helvetica", 12)
        text.textOut(" litres of water.")
        canvas.drawText(text)

    shown = read_pdf(draw)
    assert (f"10^{power} litres of water." in shown) is (rise > 0)


def test_invisible_words_of_a_pdf_are_read_only_below_a_picture() -> None:
    def draw(canvas: Canvas, scanned: bool) -> None:
        if scanned:
            from PIL.Image import new

            canvas.drawInlineImage(new("L", (8, 8)), 0, 0, 500, 800)
        else:
            canvas.drawString(72, 700, "The crane lifts five tonnes.")
        text = canvas.beginText(72, 650)
        text.setTextRenderMode(3)
        text.textOut("It lifts ninety tonnes.")
        canvas.drawText(text)

    assert read_pdf(lambda canvas: draw(canvas, False)) == "The crane lifts five tonnes."
    assert read_pdf(lambda canvas: draw(canvas, True)) == "It lifts ninety tonnes."


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()).filter(any), min_size=2, max_size=5))
def test_cells_of_a_pdf_table_stay_below_their_heads(filled: list[tuple[bool, bool]]) -> None:
    rows = [("Berth", "Winter", "Summer"), ("A0", "100", "200")]
    rows += [(f"A{n}", "1" * a, "2" * b) for n, (a, b) in enumerate(filled, start=1)]

    def draw(canvas: Canvas) -> None:
        for n, row in enumerate(rows):
            for x, cell in zip((72, 200, 330), row, strict=True):
                canvas.drawString(x, 700 - 20 * n, cell)

    shown = read_pdf(draw).split("\n")
    assert shown == ["\t".join(row).rstrip() for row in rows]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=30))
def test_any_pieces_give_edits_in_order(places: list[tuple[int, int]]) -> None:
    text = " ".join("ab" for _ in places)
    pieces = [(Span(3 * n, 3 * n + 2), Box(x, y, x + 5, y + 4)) for n, (x, y) in enumerate(places)]
    edits = list(table_gaps(text, pieces))
    assert all(one.end <= other.start for one, other in pairwise(edits))
    assert all(not text[edit.start : edit.end].strip() for edit in edits)


@pytest.mark.parametrize("upright", [False, True])
def test_an_option_is_named_with_what_its_group_is_about(upright: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Kind of berth:")
        for n, name in enumerate(("guest", "season", "winter")):
            x, y = (180, 700 - 22 * n) if upright else (180 + 100 * n, 700)
            canvas.acroForm.radio(name="kind", value=name, selected=name == "season", x=x, y=y - 5, size=15)
            canvas.drawString(x + 20, y, name)

    shown = read_pdf(draw)
    assert shown.endswith("Kind of berth: season")
    assert shown.count("Kind of berth") == 2


@pytest.mark.parametrize(
    ("last", "following", "whole"),
    [
        ("an agreement that was signed in spring with", "Norrstroem AB, which had bid lowest.", True),
        ("the mole, the quay and", "Osby itself.", True),
        ("This is the last sentence of it.", "Norrstroem AB was founded in 1962.", False),
        ("Chapter Seven", "The harbour was dredged.", False),
    ],
)
def test_a_sentence_goes_on_after_a_page_if_its_last_word_says_so(
    last: str, following: str, whole: bool
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, last)
        canvas.showPage()
        canvas.drawString(72, 700, following)

    assert (f"{last}\n{following}" in read_pdf(draw)) is whole


ATTACHED = {
    1: "<< /Type /Catalog /Pages 2 0 R >>",
    2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
    " /Contents 4 0 R /Annots [6 0 R] >>",
    4: "<< /Length 41 >>\nstream\nBT /F 12 Tf 72 700 Td (See the plan.) Tj ET \nendstream",
    5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: "<< /Type /Annot /Subtype /FileAttachment /Rect [72 600 90 620] /FS 7 0 R >>",
    7: "<< /Type /Filespec /F (plan.txt) /EF << /F 8 0 R >> >>",
    8: "<< /Type /EmbeddedFile /Length 23 >>\nstream\nThe mole is 212 m long.\nendstream",
}


def test_files_attached_to_a_page_are_members(tmp_path: Path) -> None:
    body = "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in ATTACHED.items())
    (tmp_path / "a.pdf").write_text(f"%PDF-1.7\n{body}trailer << /Size 9 /Root 1 0 R >>\n%%EOF")
    result = read_any(tmp_path / "a.pdf")
    assert not isinstance(result, Source)
    assert [each.source and (each.name, each.source.text) for each in result] == [
        ("", "See the plan."),
        ("plan.txt", "The mole is 212 m long."),
    ]


def test_names_in_compressed_objects_are_found() -> None:
    import zlib

    packed_objects = zlib.compress(b"<< /Subtype /FileAttachment >>")
    data = b"1 0 obj << /Type /ObjStm /N 1 >>\nstream\r\n" + packed_objects + b"\nendstream"
    assert mentions(data, b"/FileAttachment")
    assert not mentions(data, b"/Filespec")


PAGE = "<html><body><article><h1>Quay</h1><p>{}</p><p>{}</p></article></body></html>"
PROSE = (
    "The north quay was built in 1871 and has twelve berths for boats of up to nine metres, all year round. "
    * 2
)


def page(body: str) -> str:
    return web_page.read(PAGE.format(body, PROSE).encode(), "q").text


WIKIPEDIA = (
    '<span class="mwe-math-element"><span style="display: none;"><math alttext="x">{}</math></span>'
    '<img class="mwe-math-fallback-image-inline" alt="{{\\displaystyle E=mc^{{2}}}}"></span>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (WIKIPEDIA.format("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>"), "E=mc^2"),
        (WIKIPEDIA.format(""), "E=mc^{2}"),
        ('<img class="latex" alt="a+b" src="x.png">', "a+b"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>", "(a+b)/2"),
        ("<math><msqrt><mn>16</mn></msqrt></math>", "√(16)"),
    ],
)
def test_formulas_of_a_page_are_read_once(body: str, text: str) -> None:
    assert f"is {text} here" in page(f"It is {body} here")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<label><input type='checkbox' checked> paid</label>", "☑ paid"),
        ("<label><input type=checkbox> paid</label>", "☐ paid"),
        ("Holder <input value='Eva Lund'>", "Holder Eva Lund"),
        ("Holder <input type=hidden value=x17>", "Holder"),
        ("Quay <select><option>S<option selected>N</select> set", "Quay N set"),
        ("Quay <select><option>S<option>N</select> set", "Quay S set"),
        ("See <video>Your browser is old.</video> here", "See here"),
    ],
)
def test_controls_show_their_state(body: str, text: str) -> None:
    shown = page(body)
    assert text in shown
    assert "x17" not in shown


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        ("position:absolute; left:-9999px", False),
        ("opacity: 0", False),
        ("opacity: 0.5", True),
        ("height:0; overflow:hidden", False),
        ("height:0", True),
        ("color: transparent", False),
        ("font-size:1px", False),
        ("font-size:11px", True),
        ("clip: rect(0,0,0,0)", False),
        ("text-indent:-9em", True),
    ],
)
def test_words_out_of_sight_are_not_read(style: str, seen: bool) -> None:
    assert ("one euro" in page(f"<span style='{style}'>for one euro</span> Fees")) is seen


def test_a_page_that_a_script_fades_in_is_read() -> None:
    body = "".join(f"<p style='opacity:0'>{PROSE}</p>" for _ in range(3))
    assert "1871" in web_page.read(f"<html><body>{body}</body></html>".encode(), "q").text


@given(st.text(alphabet="abcåж", min_size=1, max_size=9), st.text(alphabet="abcåж", min_size=1, max_size=9))
def test_places_where_a_word_may_be_divided_do_not_divide_it(one: str, other: str) -> None:
    assert clean(f"{one}\u200b{other}") == clean(f"{one}\u00ad{other}") == one + other
    assert clean("ภาษา\u200bไทย") == "ภาษา\u200bไทย"


def test_marks_of_notes_and_style_sheets_of_an_e_book() -> None:
    chapter = (
        "<html xmlns:epub='e'><head><link rel='stylesheet' href='s.css'/></head><body><h1>Tower</h1>"
        "<p>Built in 1871<a epub:type='noteref' href='#n'>1</a> here.</p>"
        "<p class='gone'>Draft.</p></body></html>"
    )
    book = "<p><m><item id='a' href='a.xhtml'/></m><s><itemref idref='a'/></s></p>"
    container = "<c><rootfile full-path='c.opf'/></c>"
    parts = {
        "META-INF/container.xml": container,
        "c.opf": book,
        "a.xhtml": chapter,
        "s.css": ".gone{display:none}",
    }
    text = ebook.read(packed({name: part.encode() for name, part in parts.items()}), "e").text
    assert text == "Tower\n\nBuilt in 1871 [1] here."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (r"A{\*\atnauthor Bo Ek}{\*\annotation check it} b", "A b\n\nBo Ek: check it"),
        (r"{\header The Board\par}A b{\footer Osby}", "The Board\n\nA b\n\nOsby"),
        (r"A b{\shp{\*\shpinst{\shptxt The mast is 12 m.}}{\shprslt again}}", "A b\n\nThe mast is 12 m."),
        (r"{\fonttbl{\f0 Arial;}{\f1\fcharset204 Cyr;}}{\f1\'cf\'f0} b", "Пр b"),
        (r"{\fonttbl{\f3\froman\fcharset2 Symbol;}}25 {\f3\'b0}C", "25 °C"),
        (r"\u-10179?\u-8694? b", "😊 b"),
    ],
)
def test_rich_text_is_read_with_what_stands_beside_it(markup: str, text: str) -> None:
    assert rtf.read(rf"{{\rtf1\ansi {markup}}}".encode(), "r").text == text


def test_places_in_rich_text_name_comments_and_headers() -> None:
    source = rtf.read(rb"{\rtf1 {\header Board}A{\*\atnauthor Bo}{\*\annotation why}}", "r")
    assert source.location_at(0) == "header"
    assert source.location_at(source.text.index("why")) == "comment by Bo"


def test_flowed_lines_may_end_with_a_space_that_is_no_part_of_them() -> None:
    assert unflowed("https://x.org/har \nbour is  \nopen.", joined=True) == "https://x.org/harbour is open."
    assert unflowed("It is \nopen.") == "It is open."


@given(st.text(alphabet="ab \n`begin64en", max_size=80))
def test_text_without_an_encoded_file_is_unchanged(text: str) -> None:
    assert without_encoded_files(text) == text or "\nend" in text


AMP = (
    "Subject: T\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=B\n\n--B\n"
    "Content-Type: text/plain\n\nSee the web.\n--B\nContent-Type: text/x-amp-html\n\n<html amp4email>"
    f"<body>{'Choose a seat. ' * 9}</body></html>\n--B\n"
    "Content-Type: text/html\n\n<p>Your seat is 14C, see you.</p>\n--B--\n"
)


def test_the_part_of_a_mail_with_scripts_is_not_its_text() -> None:
    text = mail.read(AMP.encode(), "m").text
    assert "14C" in text
    assert "Choose" not in text


@pytest.mark.parametrize(
    ("flags", "seen"), [("0009", False), ("0008", False), ("0001", True), ("none", True)]
)
def test_deleted_messages_of_a_mailbox_are_not_read(flags: str, seen: bool) -> None:
    kept = "From a Tue May 31 12:00:00 2022\nSubject: B\n\nOpen.\n>From Monday on.\n"
    box = f"From a Tue May 31 12:00:00 2022\nX-Mozilla-Status: {flags}\nSubject: A\n\nSecret.\n\n{kept}"
    text = mail.box(box.encode(), "b").text
    assert ("Secret." in text) is seen
    assert "\nFrom Monday on." in text


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


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("DTEND;VALUE=DATE:20260706", "End: 2026-07-05"),
        ("DTEND:20260706T100000", "End: 2026-07-06 10:00"),
        ("DURATION:PT1H30M", "Duration: 1 h 30 min"),
        ("DURATION:P1DT2H", "Duration: 1 day 2 h"),
        ("COMMENT:Bring a vest", "Comment: Bring a vest"),
        ("DESCRIPTION:<b>Bring</b> the log", "Description: Bring the log"),
        ("EXDATE:20260706T100000,20260713T100000", "Except: 2026-07-06 10:00, 2026-07-13 10:00"),
    ],
)
def test_entries_of_a_calendar_are_as_a_person_sees_them(line: str, shown: str) -> None:
    assert calendar.calendar_text(f"BEGIN:VEVENT\n{line}\nEND:VEVENT") == shown


def test_labels_that_a_person_gave_name_what_a_contact_has() -> None:
    card = (
        "BEGIN:VCARD\nFN:Ada\nitem1.TEL:+46\nitem1.X-ABLabel:Boat\nitem2.X-ABRELATEDNAMES:Bo\n"
        "item2.X-ABLabel:_$!<Spouse>!$_\nEND:VCARD"
    )
    assert contacts.read(card.encode(), "c").text == "Name: Ada\nPhone (Boat): +46\nSpouse: Bo"


def test_tasks_of_notes_show_whether_they_are_done() -> None:
    item = '<li style="--en-checked:{};"><div>{}</div></li>'
    content = f"<en-note><ul>{item.format('true', 'Grease')}{item.format('false', 'Test')}</ul></en-note>"
    task = "<task><title>Call</title><taskStatus>open</taskStatus><dueDate>20260417T090000Z</dueDate></task>"
    export = f"<en-export><note><content><![CDATA[{content}]]></content>{task}</note></en-export>"
    assert notes.read(export.encode(), "n").text == "☑ Grease\n☐ Test\n\n☐ Call, due 2026-04-17"


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


def test_a_label_stands_above_its_field_or_near_its_box() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Full name")
        canvas.acroForm.textfield(name="n", value="Eva Lund", x=72, y=670, width=200, height=20)
        canvas.drawString(72, 640, "Insurance")
        canvas.acroForm.checkbox(name="i", checked=True, x=150, y=635, size=14)
        canvas.drawString(300, 640, "Crew")
        canvas.acroForm.checkbox(name="c", checked=False, x=340, y=635, size=14)

    assert read_pdf(draw).endswith("Full name: Eva Lund\nInsurance: yes")


def test_a_mixed_number_of_a_page_keeps_its_whole_part_apart() -> None:
    assert "bolt of 3 1/4 inch" in page("a bolt of 3<sup>1</sup>/<sub>4</sub> inch")


@given(st.integers(300, 900), st.booleans())
def test_bytes_in_base64_are_no_text_and_long_words_are(length: int, in_lines: bool) -> None:
    data = ("iVBORw0KGgoAAAANSUhEUgAABgQ3x9Zk1" * 30)[:length]
    shown = "\n".join(data[n : n + 60] for n in range(0, length, 60)) if in_lines else data
    if not in_lines or length % 60 == 0:
        assert clean(f"a {shown} b").split() == ["a", "b"]
    assert clean("acgt" * length) == "acgt" * length


def test_doubly_encoded_mail_is_repaired() -> None:
    head = "Subject: x\nContent-Type: text/plain; charset=utf-8\n\n"
    assert mail.read(f"{head}BÃ¥ten gÃ¥r.".encode(), "m").text.endswith("Båten går.")
    assert mail.read(f"{head}Båten kostar 5 Ã.".encode(), "m").text.endswith("Båten kostar 5 Ã.")


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
