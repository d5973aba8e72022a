"""Causes of faults in workbooks, and in files embedded in Office documents."""

from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import (
    NAMES,
    embedded,
    parts_of,
    sheet_of,
)
from samples import packed, saved

from citeback.index.readers import read_any
from citeback.index.readers.office import workbook
from citeback.index.readers.office.workbook_values import moved, serial_date, unescaped
from citeback.index.records import Source


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
