"""Reads OpenDocument workbooks (ODS) sheet by sheet and row by row, as displayed.

Dates are ISO 8601, as in other workbooks; a formula without a result appears as the formula. Comments, text
boxes and charts follow the rows of their sheet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, location
from citeback.index.readers.common.control_characters import line
from citeback.index.readers.common.table import table
from citeback.index.readers.office.grid import MOST_COLUMNS, SheetGrid, column_name, repeated_label
from citeback.index.readers.office.opendocument_names import CHART, DRAW, OFFICE, SHAPES, TABLE
from citeback.index.readers.office.opendocument_package import (
    ANNOTATION,
    OpenDocument,
    comment_blocks,
    open_document,
    paragraphs,
    repeats,
    words,
)
from citeback.index.records import Source

_SHEET, _ROW = f"{TABLE}table", f"{TABLE}table-row"
_CELL, _COVERED = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_REFERENCE = re.compile(r"\[\.?|\]|(?<=:)\.(?=[A-Z$])")  # marks of a reference, as in [.A1:.B2]
_MOST_ROWS = 2**20  # rows of a sheet, as in office programs
_MOST_REPEATED = 1_000  # rows with values that one element may stand for
_MOST_CELLS = 2_000_000  # cells with values, repeated ones included
_MOST_SPAN = 1_000


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an ODS file; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted, damaged or too large.
    """
    with open_document(data, "OpenDocument workbook") as opened:
        return opened.source(_blocks(opened), "sheet", stem, headed=False)


def _blocks(opened: OpenDocument) -> Iterator[Block]:
    """Yield the visible sheets, followed by the names of hidden ones."""
    hidden_styles = opened.hidden_styles("table-properties", f"{TABLE}display", "false")
    body = next(opened.content.iter(f"{OFFICE}spreadsheet"), None)
    hidden: list[str] = []
    for n, sheet in enumerate(body.iterchildren(_SHEET) if body is not None else (), start=1):
        name = line(sheet.get(f"{TABLE}name") or "")
        if sheet.get(f"{TABLE}style-name") in hidden_styles:
            hidden.append(name)
        else:
            yield from _sheet(opened, sheet, name, n)
    for name in hidden:
        yield Block(f"Hidden sheet: {name}", locations=location(f"sheet {name}"))


def _sheet(opened: OpenDocument, sheet: etree._Element, name: str, n: int) -> Iterator[Block]:
    rows = SheetRows(SheetGrid(name), _hidden_columns(sheet))
    blocks = chain(table(rows.of(sheet), rows.grid.place, n, 2), _beside(opened, sheet, name, rows.comments))
    for nth, block in enumerate(blocks):
        if not nth and name:
            yield Block(name, 1, locations=location(f"sheet {name}"))
        yield block


@dataclass(slots=True)
class SheetRows:
    """Reads the rows of a sheet; `comments` collects the cells that have one, as (row, column, cell)."""

    grid: SheetGrid
    hidden: frozenset[int]
    comments: list[tuple[int, int, etree._Element]] = field(default_factory=list)
    _spanned: dict[int, tuple[int, str]] = field(default_factory=dict)
    _cells: int = 0

    def of(self, sheet: etree._Element) -> Iterator[tuple[int, list[str]]]:
        """Yield rows with their numbers, all cells from the first column on. Raises ReadError."""
        number = 0
        for row in sheet.iter(_ROW):
            if row.getparent() is None or next(row.iterancestors(_CELL, _COVERED), None) is not None:
                continue
            count = repeats(row, "number-rows-repeated", _MOST_ROWS)
            shown = row.get(f"{TABLE}visibility") != "collapse"
            for n in range(min(count, _MOST_REPEATED)):
                cells = self._row(row, number + n + 1)
                if not cells:
                    break
                if shown:
                    yield number + n + 1, self.grid.row(number + n + 1, cells)
            number += count

    def _row(self, row: etree._Element, number: int) -> dict[int, str]:
        """Return the values of a row by column; labels of merged cells are repeated."""
        result: dict[int, str] = {}
        column, across = 0, ""
        for cell in row.iterchildren(_CELL, _COVERED):
            covered = cell.tag == _COVERED
            text = cell_value(cell)
            count = repeats(cell, "number-columns-repeated", MOST_COLUMNS)
            if cell.find(ANNOTATION) is not None:
                self.comments.append((number, column, cell))
            if not covered:
                across = self._span(cell, column, text)
            if text or covered:
                for n in range(column, min(column + count, MOST_COLUMNS)):
                    rows, above = self._spanned.pop(n, (0, ""))
                    shown = text or above or across if covered else text
                    if rows > 1:
                        self._spanned[n] = (rows - 1, above)
                    if shown and n not in self.hidden:
                        result[n] = shown
            column += count
        self._cells += len(result)
        if self._cells > _MOST_CELLS:
            raise ReadError(f"more than {_MOST_CELLS:,} cells with values")
        return result

    def _span(self, cell: etree._Element, column: int, text: str) -> str:
        """Note a merged cell's label for the rows below; return it for the columns beside."""
        wide, high = (repeats(cell, f"number-{name}-spanned", _MOST_SPAN) for name in ("columns", "rows"))
        label = repeated_label(text) if wide > 1 or high > 1 else ""
        if high > 1 and label:
            for n in range(column, min(column + wide, MOST_COLUMNS)):
                self._spanned[n] = (high, label)
        return label if wide > 1 else ""


def cell_value(cell: etree._Element) -> str:
    """Return a cell's value as displayed; dates in ISO 8601."""
    if dated := cell.get(f"{OFFICE}date-value"):
        day, _, time = dated.partition("T")
        return line(f"{day} {time[:5]}" if time and time[:8] != "00:00:00" else day)
    blocks = (words(each) for each in cell if isinstance(each.tag, str) and _is_text(each))
    if text := line(" ".join(blocks)):
        return text
    value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}string-value") or ""
    value = value or (cell.get(f"{OFFICE}boolean-value") or "").upper()
    formula = (cell.get(f"{TABLE}formula") or "").partition(":")
    return line(value) or (line(_REFERENCE.sub("", formula[2])) if formula[2] else "")


def _is_text(element: etree._Element) -> bool:
    return element.tag != ANNOTATION and not str(element.tag).startswith((DRAW, TABLE))


def _hidden_columns(sheet: etree._Element) -> frozenset[int]:
    """Return the indexes of hidden columns."""
    hidden: set[int] = set()
    at = 0
    for each in sheet.iter(f"{TABLE}table-column"):
        count = repeats(each, "number-columns-repeated", MOST_COLUMNS)
        if each.get(f"{TABLE}visibility") == "collapse":
            hidden.update(range(at, min(at + count, MOST_COLUMNS)))
        at = min(at + count, MOST_COLUMNS)
    return frozenset(hidden)


def _beside(
    opened: OpenDocument,
    sheet: etree._Element,
    name: str,
    comments: list[tuple[int, int, etree._Element]],
) -> Iterator[Block]:
    """Yield a sheet's comments, text boxes and charts."""
    for row, column, cell in comments:
        yield from comment_blocks(cell, f"sheet {name}, cell {column_name(column)}{row}")
    for shape in sheet.iter(*SHAPES):
        chart = opened.object(shape)
        if chart is not None:
            yield from (Block(row, locations=location(f"sheet {name}, chart")) for row in chart_lines(chart))
        for text in paragraphs(shape) if chart is None else ():
            yield Block(text, locations=location(f"sheet {name}, text box"))


def chart_lines(chart: etree._Element) -> Iterator[str]:
    """Yield a chart's title and the rows of its data table, cells separated by tabs."""
    for each in chart.iter(f"{CHART}title"):
        if text := line(" ".join(paragraphs(each))):
            yield text
    for row in chart.iter(_ROW):
        cells = [cell_value(cell) for cell in row.iterchildren(_CELL)]
        if any(cells):
            yield "\t".join("" if cell == "NaN" else cell for cell in cells).rstrip()
