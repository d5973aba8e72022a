"""Causes of faults in Word documents: fields, symbols, formulas, numbers, damaged parts."""

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
    field,
    operand,
    paragraph,
    parts_of,
    row,
    word_of,
)
from samples import packed, saved

from citeback.index.errors import ReadError
from citeback.index.readers import read_any
from citeback.index.readers.common.formula import linear
from citeback.index.readers.office import word, workbook
from citeback.index.readers.office.symbol_fonts import symbol, with_symbols
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


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<m:f><m:num>{operand('a+b')}</m:num><m:den>{operand('2c')}</m:den></m:f>", "(a+b)/(2c)"),
        (f"<m:f><m:num>{operand('3')}</m:num><m:den>{operand('16')}</m:den></m:f>", "3/16"),
        (f"<m:d><m:e>{operand('x+1')}</m:e></m:d>{operand('y')}", "(x+1)y"),
        (
            f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=""/></m:dPr><m:e>{operand("x")}</m:e></m:d>',
            "[x",
        ),
        (f"<m:sSup><m:e>{operand('10')}</m:e><m:sup>{operand('-6')}</m:sup></m:sSup>", "10^-6"),
        (f"<m:sSup><m:e>{operand('a+b')}</m:e><m:sup>{operand('2')}</m:sup></m:sSup>", "(a+b)^2"),
        (f"<m:sSub><m:e>{operand('x')}</m:e><m:sub>{operand('max')}</m:sub></m:sSub>", "x_max"),
        (
            f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{operand("16")}</m:e></m:rad>',
            "√(16)",
        ),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{operand("i=1")}</m:sub>'
            f"<m:sup>{operand('n')}</m:sup><m:e>{operand('x')}</m:e></m:nary>",
            "∑_(i=1)^n x",
        ),
    ],
)
def test_formulas_keep_their_value_on_one_line(markup: str, text: str) -> None:
    assert omml(markup) == text


@given(st.integers(0, 999), st.sampled_from("+-·/"), st.integers(1, 999), st.integers(1, 999))
def test_a_fraction_of_a_sum_is_in_parentheses(a: int, sign: str, b: int, c: int) -> None:
    written = omml(f"<m:f><m:num>{operand(f'{a}{sign}{b}')}</m:num><m:den>{operand(str(c))}</m:den></m:f>")
    assert written == f"({a}{sign}{b})/{c}"


def test_nested_formulas_end() -> None:
    markup = "<m:d><m:e>" * 120 + operand("x") + "</m:e></m:d>" * 120
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
