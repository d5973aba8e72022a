"""Files for the phrases of the manual about workbooks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import openpyxl
from made import (
    NAMES,
    embedded,
    parts_of,
    sheet_of,
)
from samples import packed, saved
from shown_file import WORDS, Shown, damaged


def a_book(change: Callable[[Any], None] = lambda book: None) -> bytes:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Osby"
    change(book)
    return saved(book.save)


def book(change: Callable[[Any], None], words: str = WORDS) -> Shown:
    return Shown("a.xlsx", lambda: a_book(change), words)


def hidden_sheet(workbook: Any) -> None:
    sheet = workbook.create_sheet("Secret")
    sheet["A1"] = WORDS
    sheet.sheet_state = "hidden"


def hidden_row(workbook: Any) -> None:
    workbook.active["A2"] = WORDS
    workbook.active.row_dimensions[2].hidden = True


def a_note(workbook: Any) -> None:
    workbook.active["A1"].comment = openpyxl.comments.Comment(WORDS, "Bo")


def printed(workbook: Any) -> None:
    workbook.active.oddHeader.left.text = WORDS


def percent(workbook: Any) -> None:
    workbook.active["A2"], workbook.active["A2"].number_format = 0.075, "0.0%"


def a_chart(workbook: Any) -> None:
    chart = openpyxl.chart.BarChart()
    chart.title = WORDS
    chart.add_data(openpyxl.chart.Reference(workbook.active, min_col=1, min_row=1))
    workbook.active.add_chart(chart, "D2")


def text_box(about: str) -> Shown:
    body = f"<x {NAMES}><sp><nvSpPr><cNvPr id='1' {about}/></nvSpPr><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></sp></x>"

    def made() -> bytes:
        uri = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="d" Type="{uri}" Target="../drawings/d.xml"/></Relationships>'
        )
        more = {"xl/drawings/d.xml": body.encode(), "xl/worksheets/_rels/sheet1.xml.rels": relations.encode()}
        return packed(parts_of(a_book()) | more)

    return Shown("a.xlsx", made)


SHEETS: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("workbooks", "read", "values as shown"): book(percent, "7.5%"),
        ("workbooks", "read", "formulas without a value"): book(
            lambda b: b.active.__setitem__("A2", "=SUM(B1:B9)"), "=SUM(B1:B9)"
        ),
        ("workbooks", "read", "cell notes"): book(a_note),
        ("workbooks", "read", "text boxes"): text_box(""),
        ("workbooks", "read", "printed headers"): book(printed),
        ("workbooks", "read", "charts"): book(a_chart),
        ("workbooks", "read", "embedded files"): Shown(
            "a.xlsx", lambda: embedded(a_book(), "xl/embeddings/birds.xlsx", sheet_of(("Birds", WORDS)))
        ),
        ("workbooks", "listed", "damaged parts"): damaged("a.xlsx", a_book, "xl/styles.xml"),
        ("workbooks", "passed over", "hidden rows"): book(hidden_row),
        ("workbooks", "passed over", "hidden text boxes"): text_box('hidden="1"'),
        ("workbooks", "passed over", "cells of hidden sheets"): book(hidden_sheet),
    }
)
"""Files by format, column and phrase of the table."""
