"""Shared by grids of cells: column names, gaps, merged cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_COLUMNS = 16_384
_GAP = 20  # longest run of empty cells that is kept; longer ones count as one cell


def column_name(column: int) -> str:
    """Return the name of a column (from 0).

    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    before, own = divmod(column, 26)
    return (column_name(before - 1) if before else "") + chr(ord("A") + own)


def column_number(letters: str) -> int:
    """Return the number of a column (from 0) by its name."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """The rows of a sheet as lists of cells, and the addresses of these cells.

    A long run of empty cells counts as one, so a cell's column may differ from its index.
    """

    name: str
    _columns: dict[int, list[int]] = field(default_factory=dict)

    def row(self, number: int, cells: Mapping[int, str]) -> list[str]:
        """Return the cells of a row from the first column on."""
        row: list[str] = []
        columns: list[int] = []
        for column in sorted(c for c, text in cells.items() if text):
            gap = column - (columns[-1] + 1 if columns else 0)
            before = range(column - gap, column) if gap <= _GAP else range(column - 1, column)
            row += [""] * len(before)
            columns += before
            row.append(cells[column])
            columns.append(column)
        if columns and columns[-1] != len(columns) - 1:
            self._columns[number] = columns
        return row

    def place(self, number: int, index: int) -> str:
        """Return the location of a cell, given the number of its row and its index in the list."""
        columns = self._columns.get(number)
        column = columns[index] if columns else index
        return f"sheet {self.name}, cell {column_name(min(column, MOST_COLUMNS))}{number}"


def repeated_label(text: str) -> str:
    """Return a merged cell's value for the other cells it covers: labels are repeated, numbers are not."""
    return text if any(map(str.isalpha, text)) else ""
