"""Columns that a table has besides its own: how many things a cell lists, how long a span of years is.

The cells of such a column are those of the column that it is made from.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.table import Cell, Column, Table

MOST_DERIVED = 4
# White space is matched from where it begins, so that much of it takes linear time.
_PARTS = re.compile(r"(?:(?<!\s)\s+)?[,;\n]\s*(?:and\s+)?|(?<!\s)\s+(?:and|&)\s+")
_LISTING = 0.25  # of the cells that list several things, so that a column is one of lists
_LONGEST_ITEM = 40  # characters of a thing; what is longer is prose


def with_derived(table: Table) -> Table:
    """Return a table with the columns that are derived from its own."""
    made = [
        (n, name, texts)
        for n, column in enumerate(table.columns)
        for name, texts in _derived(column, [row[n].text for row in table.rows])
    ][:MOST_DERIVED]
    if not made:
        return table
    head = (*table.head, *(Cell(table.head[n].span, name) for n, name, _ in made))
    rows = tuple(
        (*row, *(Cell(row[n].span, texts[r]) for n, _, texts in made)) for r, row in enumerate(table.rows)
    )
    return replace(table, head=head, rows=rows, bases=tuple(n for n, _, _ in made))


def _derived(column: Column, texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    if column.kind is Kind.DATE and sum(v.until is not None for v in column.values) * 3 >= len(texts):
        lengths = [
            "" if v.until is None or v.number is None else str(int(v.until - v.number) // 10_000)
            for v in column.values
        ]
        return [(f"length of {column.name}, in years", lengths)]
    counts = [len(items(text)) for text in texts]
    several = sum(count > 1 for count in counts)
    filled = sum(count > 0 for count in counts)
    usual = max(map(counts.count, range(2, 4)), default=0)
    if several and several >= _LISTING * filled and len(set(counts)) > 2 and usual < 0.8 * filled:
        return [(f"number of {column.name}", [str(count) if count else "" for count in counts])]
    return []


def items(text: str) -> list[str]:
    """Return the things that a cell lists.

    >>> items("Crook, Weston and Goshen"), items("Laramie")
    (['Crook', 'Weston', 'Goshen'], ['Laramie'])
    """
    if len(text) > 400:
        return []
    parts = [part for part in _PARTS.split(text) if part]
    return [] if any(len(part) > _LONGEST_ITEM for part in parts) else parts
