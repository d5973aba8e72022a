"""Faults reported in workbooks: threads, files and what is right.

What is right was decided before the files were read.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from made import opened, parts_of
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from reported_file import Reported
from samples import packed, saved


def phonetic() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["City", "Berths"])
    book.active.append(["東京", 12])
    parts = parts_of(saved(book.save))
    path, guide = "xl/worksheets/sheet1.xml", '</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is>'
    sheet = re.sub(r"(;|京)</t></is>", rf"\1{guide}", parts[path].decode())
    assert "rPh" in sheet
    return packed(parts | {path: sheet.encode()})


def hidden_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    for each in (("Boat", "Margin", "Price"), ("Heron", "secret one", 900), ("Draft", "secret two", 800)):
        sheet.append(each)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    return saved(book.save)


def general_numbers() -> bytes:
    book: Any = openpyxl.Workbook()
    for each in (("Length", 1.1 + 2.2), ("Width", 1e-7), ("Volume", 123456789012.5)):
        book.active.append(each)
    return saved(book.save)


def midnight() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["Gate closes", 0])
    book.active.append(["Gate opens", 0.25])
    for name in ("B1", "B2"):
        book.active[name].number_format = "h:mm"
    return saved(book.save)


def mac_dates() -> bytes:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book: Any = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Launched", 42523])
    book.active["B1"].number_format = "yyyy-mm-dd"
    return saved(book.save)


def percents() -> bytes:
    book: Any = openpyxl.Workbook()
    for share in ("n/a", 1, 0.232, 0):
        book.active.append(["Filled", share])
        book.active.cell(book.active.max_row, 2).number_format = "0.0%" if share == 0.232 else "0%"
    return saved(book.save)


def odd_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["Berth", "Holder", "Fee"])
    book.active.append(["A|1", "Bo Ek\nAda Holm", -2300])
    book.active.append(["A2", "nobody", "#DIV/0!"])
    book.active["C2"].number_format = '#,##0.00" kr";[Red]-#,##0.00" kr"'
    book.active["C3"].data_type = "e"
    return saved(book.save)


def rich_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    small, bold = InlineFont(vertAlign="subscript"), InlineFont(b=True)
    book.active.append(["Boat", "Gas"])
    book.active.append(["x", "y"])
    book.active["A2"] = CellRichText("Her", TextBlock(bold, "on"), " II")
    book.active["B2"] = CellRichText("CO", TextBlock(small, "2"))
    return saved(book.save)


def typed(kind: str, content: str) -> Callable[[], bytes]:
    body = f"<table:table table:name='A'>{content}</table:table>"
    return lambda: opened(kind, body)


SHEET = typed(
    "spreadsheet",
    "<table:table-row><table:table-cell><text:p>Filled</text:p></table:table-cell>"
    "<table:table-cell office:value-type='percentage' office:value='1'><text:p>100%</text:p>"
    "</table:table-cell><table:table-cell table:number-columns-repeated='2' office:value-type='float' "
    "office:value='7'><text:p>7</text:p></table:table-cell></table:table-row>"
    "<table:table-row table:number-rows-repeated='1048000'>"
    "<table:table-cell/></table:table-row>",
)


SHEETS: Mapping[str, Reported] = {
    "phonetic.xlsx": Reported("NousResearch/hermes-agent#114771", phonetic, ("東京\t12",), ("トウキョウ",)),
    "hidden-cells.xlsx": Reported(
        "firecrawl/anydoc#9", hidden_cells, ("Heron",), ("secret one", "secret two", "Draft")
    ),
    "general.xlsx": Reported(
        "office-kit/xlsx#167",
        general_numbers,
        ("Length\t3.3\n", "Width\t", "Volume\t123456789012.5"),
        ("3.3000000000000003",),
    ),
    "midnight.xlsx": Reported(
        "pyexcel/pyexcel-xlsx#23", midnight, ("Gate closes\t00:00", "Gate opens\t06:00"), ("1899", "1900")
    ),
    "mac-dates.xlsx": Reported("dimastbk/python-calamine#35", mac_dates, ("Launched\t2020-06-03",)),
    "percents.xlsx": Reported(
        "turicas/rows#290", percents, ("Filled\tn/a", "Filled\t100%", "Filled\t23.2%", "Filled\t0%")
    ),
    "odd-cells.xlsx": Reported(
        "microsoft/markitdown#2436, fanfeilong/exceltk#7",
        odd_cells,
        ("A|1\tBo Ek Ada Holm\t-2,300.00 kr", "A2\tnobody\t#DIV/0!"),
    ),
    "rich-cells.xlsx": Reported("firecrawl/anydoc#27 (rich text)", rich_cells, ("Heron II\tCO2",)),
    "repeated.ods": Reported("turicas/rows#290", SHEET, ("Filled\t100%\t7\t7",)),
}
