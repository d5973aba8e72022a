"""A workbook (XLSX) to Source, sheet by sheet and row by row. Must never know other formats.

Of a formula the value is read that was last worked out, which is what a person sees.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from index.readers import package
from index.readers.blocks import Block, at, joined
from index.readers.broken import told_as
from index.readers.clean import clean, title
from index.readers.table import table
from index.records import Source

_MIDNIGHT = time()


def read(data: bytes, stem: str) -> Source:
    """Return the Source of an XLSX file's bytes; `stem` names it where it has no title.

    Raises ReadError when it is encrypted or damaged.
    """
    with package.opened(data, "workbook") as archive:
        called, *signed = package.about(archive)
    with told_as("damaged workbook, or none at all", InvalidFileException):
        book: Any = openpyxl.load_workbook(package.stream(data), read_only=True, data_only=True)
        found = joined(block for n, sheet in enumerate(book.worksheets, 1) for block in _sheet(sheet, n))
    named = title(called, stem)
    return Source(found.text, named, "sheet", found.headings, (), found.places, *signed)


def _sheet(sheet: Any, group: int) -> Iterator[Block]:
    """Yield a sheet's name as a heading and its rows, nothing where no cell has a value."""
    name = " ".join(clean(sheet.title).split())
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows = (
        (n, [_shown(value) for value in row]) for n, row in enumerate(sheet.iter_rows(values_only=True), 1)
    )

    def where(row: int, column: int) -> str:
        return f"sheet {name}, cell {get_column_letter(column + 1)}{row}"

    yield from named_table(name, table(rows, where, group, 2))


def named_table(name: str, rows: Iterator[Block]) -> Iterator[Block]:
    """Yield the rows under a heading, nothing where there are none."""
    for n, row in enumerate(rows):
        if not n and name:
            yield Block(name, 1, places=at(f"sheet {name}"))
        yield row


def _shown(value: object) -> str:
    """Return a cell's value as text: dates as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
