"""Causes of faults in Office documents: fields, symbols, formulas, numbers, hidden shapes, embedded files."""

from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from made import (
    NAMES,
    ODF,
    deck_of,
    embedded,
    field,
    opened,
    paragraph,
    parts_of,
    row,
    shape,
    sheet_of,
    word_of,
)
from samples import packed, saved

from citeback.index.errors import ReadError
from citeback.index.readers import read_any
from citeback.index.readers.common.formula import linear
from citeback.index.readers.office import opendocument, opendocument_slides, slides, word, workbook
from citeback.index.readers.office.symbol_fonts import symbol, with_symbols
from citeback.index.readers.office.workbook_values import moved, serial_date, unescaped
from citeback.index.records import ArchiveMember, Source


def read_word(body: str, numbering: str = "") -> str:
    return word.read(word_of(body, numbering), "d").text


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☒"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☒"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="S"/><w:listEntry w:val="N"/></w:ddList>', "N"),
        ('<w:ddList><w:listEntry w:val="S"/><w:listEntry w:val="N"/></w:ddList>', "S"),
        ('<w:ddList><w:result w:val="9"/><w:listEntry w:val="S"/></w:ddList>', ""),
    ],
)
def test_form_fields_of_older_documents_show_their_state(data: str, shown: str) -> None:
    assert read_word(paragraph("Quay ", field(data), " set")) == f"Quay {shown} set"


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Symbol", 0xF06D, "μ"),
        ("Symbol", 0xB0, "°"),
        ("Symbol", 0xF0A3, "≤"),
        ("Wingdings", 0xF0E0, "→"),
        ("Wingdings", 0xFE, "☑"),
        ("Wingdings 2", 0x52, "☑"),
        ("Wingdings 2", 0xA3, "☐"),
        ("Arial", 0x41, "Α"),
    ],
)
def test_symbols_are_what_their_font_shows(font: str, code: int, shown: str) -> None:
    assert symbol(font, code) == shown


def test_symbols_stand_in_the_text() -> None:
    sign = '<w:r><w:sym w:font="Symbol" w:char="F06D"/></w:r>'
    private = '<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf0a3</w:t></w:r>'
    assert read_word(paragraph("40 ", sign, "m ", private, " 5 kN")) == "40 μm ≤ 5 kN"


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xF8FF, codec="utf-8"), max_size=40))
def test_text_without_private_characters_is_unchanged(text: str) -> None:
    kept = "".join(char for char in text if not "\uf020" <= char <= "\uf0ff")
    assert with_symbols(kept) == kept


M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def omml(markup: str) -> str:
    return linear(etree.fromstring(f'<m:oMath xmlns:m="{M}">{markup}</m:oMath>'))


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2c')}</m:den></m:f>", "(a+b)/(2c)"),
        (f"<m:f><m:num>{run('3')}</m:num><m:den>{run('16')}</m:den></m:f>", "3/16"),
        (f"<m:d><m:e>{run('x+1')}</m:e></m:d>{run('y')}", "(x+1)y"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=""/></m:dPr><m:e>{run("x")}</m:e></m:d>', "[x"),
        (f"<m:sSup><m:e>{run('10')}</m:e><m:sup>{run('-6')}</m:sup></m:sSup>", "10^-6"),
        (f"<m:sSup><m:e>{run('a+b')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "(a+b)^2"),
        (f"<m:sSub><m:e>{run('x')}</m:e><m:sub>{run('max')}</m:sub></m:sSub>", "x_max"),
        (f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{run("16")}</m:e></m:rad>', "√(16)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i=1")}</m:sub>'
            f"<m:sup>{run('n')}</m:sup><m:e>{run('x')}</m:e></m:nary>",
            "∑_(i=1)^n x",
        ),
    ],
)
def test_formulas_keep_their_value_on_one_line(markup: str, text: str) -> None:
    assert omml(markup) == text


@given(st.integers(0, 999), st.sampled_from("+-·/"), st.integers(1, 999), st.integers(1, 999))
def test_a_fraction_of_a_sum_is_in_parentheses(a: int, sign: str, b: int, c: int) -> None:
    written = omml(f"<m:f><m:num>{run(f'{a}{sign}{b}')}</m:num><m:den>{run(str(c))}</m:den></m:f>")
    assert written == f"({a}{sign}{b})/{c}"


def test_nested_formulas_end() -> None:
    markup = "<m:d><m:e>" * 120 + run("x") + "</m:e></m:d>" * 120
    assert "x" in omml(markup)


def level(form: str, text: str, legal: str = "") -> str:
    return f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{legal}<w:lvlText w:val="{text}"/>'


def numbered(text: str, which: int, depth: int = 0) -> str:
    about = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{which}"/></w:numPr>'
    return paragraph(text, about=about)


NUMBERING = (
    f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">{level("upperRoman", "Article %1")}</w:lvl>'
    f'<w:lvl w:ilvl="1">{level("decimal", "%1.%2", "<w:isLgl/>")}</w:lvl></w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0">{level("decimal", "%1.")}</w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 99), st.integers(1, 4))
def test_lists_start_where_they_say(start: int, before: int) -> None:
    body = [numbered("a", 2)] * before + [numbered("b", 3)] * 2
    lines = read_word("".join(body), NUMBERING.replace("{start}", str(start))).split("\n\n")
    assert lines == [f"{n}. a" for n in range(1, before + 1)] + [f"{start}. b", f"{start + 1}. b"]


def test_legal_numbers_are_digits() -> None:
    body = numbered("Scope", 1) + numbered("Fees", 1) + numbered("Due in May.", 1, 1)
    assert read_word(body, NUMBERING.replace("{start}", "1")).endswith("Article II Fees\n\n2.1 Due in May.")


def test_rows_that_are_hidden_or_deleted_are_not_read() -> None:
    gone = row("A2", "999", about='<w:trPr><w:del w:id="1" w:author="x"/></w:trPr>')
    hidden = row("A3", "888", about="<w:trPr><w:hidden/></w:trPr>")
    shown = row("A4", "310", about='<w:trPr><w:hidden w:val="0"/></w:trPr>')
    assert read_word(f"<w:tbl>{row('Berth', 'Fee')}{gone}{hidden}{shown}</w:tbl>") == "Berth\tFee\nA4\t310"


def test_paragraphs_whose_end_was_deleted_are_one() -> None:
    mark = '<w:rPr><w:del w:id="4" w:author="x"/></w:rPr>'
    body = paragraph("The fee ", about=mark) + paragraph("in winter ", about=mark) + paragraph("is 45.")
    assert read_word(body + paragraph("End.")) == "The fee in winter is 45.\n\nEnd."


def test_tabs_to_a_margin_and_cells_in_controls_are_apart() -> None:
    tab = '<w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/></w:r>'
    assert read_word(paragraph("Berth A2", tab, "310 euros")) == "Berth A2\t310 euros"
    held = f"<w:tr><w:sdt><w:sdtContent><w:tc>{paragraph('A2')}</w:tc><w:tc>{paragraph('310')}</w:tc>"
    assert read_word(f"<w:tbl>{held}</w:sdtContent></w:sdt></w:tr></w:tbl>") == "A2\t310"


@pytest.mark.parametrize(
    ("name", "make", "folder"),
    [
        ("d.docx", docx.Document, "word"),
        ("d.pptx", pptx.Presentation, "ppt"),
        ("d.xlsx", openpyxl.Workbook, "xl"),
    ],
)
def test_files_embedded_in_office_documents_are_members(
    tmp_path: Path, name: str, make: Any, folder: str
) -> None:
    document = make()
    if name == "d.docx":
        document.add_paragraph("See the sheet.")
    if name == "d.pptx":
        document.slides.add_slide(document.slide_layouts[0]).shapes.title.text = "See the sheet."
    if name == "d.xlsx":
        document.active["A1"] = "See the sheet."
    path = f"{folder}/embeddings/prices.xlsx"
    (tmp_path / name).write_bytes(
        embedded(saved(document.save), path, sheet_of(("Item", "Price"), ("Winch", 8400)))
    )
    result = read_any(tmp_path / name)
    assert not isinstance(result, Source)
    texts = {each.name: each.source.text if each.source else each.reason for each in result}
    assert "See the sheet." in texts[""]
    assert "Winch\t8400" in texts["prices.xlsx"]


def test_the_workbook_of_a_chart_is_not_read_twice(tmp_path: Path) -> None:
    document: Any = docx.Document()
    document.add_paragraph("See the chart.")
    parts = parts_of(saved(document.save)) | {
        "word/embeddings/Sheet1.xlsx": sheet_of(("a", "b")),
        "word/charts/_rels/chart1.xml.rels": b'<R><R Target="../embeddings/Sheet1.xlsx"/></R>',
    }
    (tmp_path / "d.docx").write_bytes(packed(parts))
    assert isinstance(read_any(tmp_path / "d.docx"), Source)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("left_x000A_right", "left\nright"),
        ("a_x005F_x0041_", "a_x0041_"),
        ("_xD83D__xDE00_", "😀"),
        ("_x41_", "_x41_"),
    ],
)
def test_escaped_characters_of_workbooks_are_characters(stored: str, shown: str) -> None:
    assert unescaped(stored) == shown


@given(st.text(max_size=30))
def test_any_string_of_a_workbook_can_be_encoded(text: str) -> None:
    assert isinstance(unescaped(f"_xD800_{text}_x0000_").encode(), bytes)


def deck(shapes: str) -> str:
    return slides.read(deck_of(shapes), "s").text


EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  as workbooks have it


@given(st.datetimes(min_value=datetime(1900, 3, 1)))  # noqa: DTZ001  as workbooks have them
def test_dates_in_iso_8601_are_the_serial_dates_of_workbooks(moment: datetime) -> None:
    number = serial_date(moment.isoformat())
    assert number is not None
    assert abs(number * 86_400 - (moment - EPOCH).total_seconds()) < 1e-3


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_a_shared_formula_reads_as_if_it_was_copied(start: int, row_number: int, end: int) -> None:
    expected = max(1, row_number + end - start)
    assert moved(f"C{row_number}*$D$1+LOG10(2)", f"B{start}", f"B{end}") == f"C{expected}*$D$1+LOG10(2)"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True), st.integers(1, 3))
def test_shapes_in_groups_are_read_where_they_are_drawn(rows: list[int], scale: int) -> None:
    mm = 1_000_000
    group = (
        '<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x="0" y="{y}"/><a:ext cx="9" cy="{high}"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="9" cy="9"/></a:xfrm></p:grpSpPr>{shape}</p:grpSp>'
    )
    shapes = [group.format(y=n * mm * scale, high=9, shape=shape(f"row {n}", 0)) for n in rows]
    assert deck("".join(shapes)).split("\n\n") == [f"row {n}" for n in sorted(rows)]


def test_hidden_shapes_are_not_read_and_numbers_of_lists_are() -> None:
    assert deck(shape("Seen.", 0) + shape("Secret.", 9, 'hidden="1"')) == "Seen."
    items = "".join(
        f'<a:p><a:pPr lvl="{depth}"><a:buAutoNum type="{form}"/></a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'
        for text, depth, form in (
            ("Open", 0, "arabicPeriod"),
            ("slowly", 1, "alphaLcParenR"),
            ("fully", 1, "alphaLcParenR"),
            ("Close", 0, "arabicPeriod"),
            ("gently", 1, "alphaLcParenR"),
        )
    )
    assert deck(shape(items, 0)) == "1. Open\na) slowly\nb) fully\n2. Close\na) gently"


def test_formulas_of_slides_are_read() -> None:
    formula = f"<m:oMath><m:f><m:num>{run('3')}</m:num><m:den>{run('16')}</m:den></m:f></m:oMath>"
    body = f"<a:p><a:r><a:t>Load </a:t></a:r>{formula}<a:r><a:t> of it.</a:t></a:r></a:p>"
    assert deck(shape(body, 0)) == "Load 3/16 of it."


def test_comments_on_slides_name_their_authors() -> None:
    shown: Any = pptx.Presentation()
    shown.slides.add_slide(shown.slide_layouts[6])
    parts = parts_of(saved(shown.save))
    relations = "ppt/slides/_rels/slide1.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    end = f'<Relationship Id="c" Type="{kind}" Target="../comments/c.xml"/></Relationships>'.encode()
    parts[relations] = parts[relations].replace(b"</Relationships>", end)
    parts["ppt/comments/c.xml"] = (
        f'<x {NAMES}><p:cm authorId="0"><p:text>Ask first.</p:text></p:cm>'
        '<p:cm authorId="9"><p:text>No.</p:text></p:cm></x>'
    ).encode()
    parts["ppt/commentAuthors.xml"] = f'<x {NAMES}><p:cmAuthor id="0" name="Cilla Dahl"/></x>'.encode()
    source = slides.read(packed(parts), "s")
    assert source.text == "Cilla Dahl: Ask first.\n\nNo."
    assert source.location_at(0) == "slide 1, comment by Cilla Dahl"


@pytest.mark.parametrize(
    ("position", "sign"), [("super 58%", "^"), ("33% 58%", "^"), ("sub 58%", ""), ("-33% 58%", "")]
)
def test_raised_figures_of_opendocument_texts_are_set_apart(position: str, sign: str) -> None:
    style = (
        '<style:style style:name="T" style:family="text"><style:text-properties '
        f'style:text-position="{position}"/></style:style>'
    )
    body = '<text:p>10<text:span text:style-name="T">6</text:span> litres</text:p>'
    assert opendocument.read(opened("text", body, style), "d").text == f"10{sign}6 litres"


def test_notes_of_opendocument_texts_do_not_cut_sentences() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Rebuilt.</text:p></text:note-body></text:note>"
    )
    text = opendocument.read(opened("text", f"<text:p>The tower{note} is old.</text:p>"), "d").text
    assert text == "The tower is old.\n\nFootnotes\n\nRebuilt."


def test_objects_and_form_fields_of_opendocument_texts_are_read() -> None:
    cells = "".join(f"<table:table-cell><text:p>{x}</text:p></table:table-cell>" for x in ("A2", "310"))
    grid = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    inner = f"<x {ODF}>{grid}</x>".encode()
    math = b'<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>3</mn><mn>16</mn></mfrac></math>'
    forms = (
        '<office:forms><form:form><form:text form:id="a" form:current-value="Lund"/>'
        '<form:checkbox form:id="b" form:label="paid" form:current-state="checked"/>'
        "</form:form></office:forms>"
    )
    frame = '<draw:frame><draw:object xlink:href="./{}"/></draw:frame>'
    body = (
        f"{forms}<text:p>Load {frame.format('M')} of it.</text:p><text:p>{frame.format('T')}</text:p>"
        '<text:p>Name <draw:control draw:control="a"/> <draw:control draw:control="b"/></text:p>'
    )
    more = {"M/content.xml": math, "T/content.xml": inner}
    text = opendocument.read(opened("text", body, more=more), "d").text
    assert text.split("\n\n") == ["Load 3/16 of it.", "A2\t310", "Name Lund ☑ paid"]


@pytest.mark.parametrize("kind", ["caption", "path", "connector", "circle", "polygon", "custom-shape"])
def test_every_kind_of_shape_of_an_opendocument_slide_is_read(kind: str) -> None:
    body = f"<draw:page><draw:{kind}><text:p>Mind the step.</text:p></draw:{kind}></draw:page>"
    assert opendocument_slides.read(opened("presentation", body), "d").text == "Mind the step."


def test_hidden_text_boxes_of_a_sheet_are_not_read() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Crane"
    parts = parts_of(saved(book.save))
    box = '<sp><nvSpPr><cNvPr id="1" {}/></nvSpPr><a:p><a:r><a:t>{}</a:t></a:r></a:p></sp>'
    boxes = box.format("", "Ask Bo.") + box.format('hidden="1"', "Secret.")
    parts["xl/drawings/d.xml"] = f"<x {NAMES}>{boxes}</x>".encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="d" Type="{kind}" Target="../drawings/d.xml"/></Relationships>'
    ).encode()
    assert workbook.read(packed(parts), "b").text == "Sheet\n\nCrane\n\nAsk Bo."


@pytest.mark.parametrize(
    ("name", "make", "part"),
    [
        ("d.docx", docx.Document, "word/styles.xml"),
        ("d.docx", docx.Document, "docProps/core.xml"),
        ("d.pptx", pptx.Presentation, "ppt/slideLayouts/slideLayout1.xml"),
        ("d.xlsx", openpyxl.Workbook, "xl/styles.xml"),
    ],
)
def test_a_damaged_part_is_named_and_the_rest_is_read(
    tmp_path: Path, name: str, make: Any, part: str
) -> None:
    document = make()
    if name == "d.docx":
        document.add_paragraph("Founded in 1962.")
    if name == "d.pptx":
        document.slides.add_slide(document.slide_layouts[0]).shapes.title.text = "Founded in 1962."
    if name == "d.xlsx":
        document.active["A1"] = "Founded in 1962."
    (tmp_path / name).write_bytes(packed(parts_of(saved(document.save)) | {part: b"<broken"}))
    result = read_any(tmp_path / name)
    members = (ArchiveMember("", result),) if isinstance(result, Source) else result
    assert members[0].source is not None
    assert "Founded in 1962." in members[0].source.text
    named = {each.name: each.reason for each in members[1:]}
    assert named == ({} if "core" in part else {part: f"not read: a part: its part {part} is damaged"})


def test_a_document_of_which_nothing_is_left_is_damaged() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Founded in 1962."
    data = packed(parts_of(saved(book.save)) | {"xl/worksheets/sheet1.xml": b"<broken"})
    with pytest.raises(ReadError, match=r"its part xl/worksheets/sheet1\.xml cannot be read"):
        workbook.read(data, "b")


def test_footers_that_only_number_pages_are_not_read() -> None:
    document: Any = docx.Document()
    document.add_paragraph("Body.")
    document.sections[0].footer.paragraphs[0].text = "Page 2 of 9"
    document.sections[0].header.paragraphs[0].text = "Osby Harbour, page 2"
    assert word.read(saved(document.save), "d").text == "Osby Harbour, page 2\n\nBody."
