"""Columns derived from others: the number of things that a cell lists, the length of a span of years.

A column of scores yields both figures, their sum and their difference. The cells of such a column
are those of the column that it is made from.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from citeback.rag.tables.cell_values import Kind, normalize_cell
from citeback.rag.tables.clock_columns import Clock
from citeback.rag.tables.table import Column, Table
from citeback.rag.tables.table_heads import Cell

MOST_DERIVED = 8
_PARTS = re.compile(r"[,;](?: and(?= ))?| and | & ")
_NUMBER_OF = "number of "
_LISTING = 0.25  # of the cells that list several things, so that a column is one of lists
_LONGEST_ITEM = 40  # characters of a thing; what is longer is prose
_SCORE = re.compile(
    r"(?:[A-Za-z]{1,4}[.,:]?\s)?(?P<own>\d{1,3})\s?[-–—:]\s?(?P<other>\d{1,3})(?![\d:–—-])(?P<rest>[^\d]{0,24})"
)
_SCORES = 0.7  # of the filled cells that are scores, so that a column is one of them


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
    timed = column.clock in (Clock.HOURS, Clock.MINUTES)  # no scores
    return ([] if timed else _scores(column.name, texts)) or _numbers(column.name, texts)


def _numbers(name: str, texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the number of things that each cell lists, if enough cells list several."""
    counts = [len(items(text)) for text in texts]
    several = sum(count > 1 for count in counts)
    filled = sum(count > 0 for count in counts)
    usual = max(map(counts.count, range(2, 4)), default=0)
    if several and several >= _LISTING * filled and len(set(counts)) > 2 and usual < 0.8 * filled:
        return [(f"{_NUMBER_OF}{name}", [str(count) if count else "" for count in counts])]
    return []


def _scores(name: str, texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return both figures of scores ("3–1"), their sum and their difference."""
    found = [_SCORE.fullmatch(normalize_cell(text)) for text in texts]
    filled = sum(bool(text.strip()) for text in texts)
    if sum(each is not None for each in found) < max(2, _SCORES * filled):
        return []
    pairs = [(int(each["own"]), int(each["other"])) if each else None for each in found]
    return [
        (f"first figure of {name}", ["" if p is None else str(p[0]) for p in pairs]),
        (f"second figure of {name}", ["" if p is None else str(p[1]) for p in pairs]),
        (f"both figures of {name} together", ["" if p is None else str(p[0] + p[1]) for p in pairs]),
        (f"difference of the figures of {name}", ["" if p is None else str(abs(p[0] - p[1])) for p in pairs]),
    ]


def lists_things(table: Table, column: int) -> bool:
    """Return whether the cells of a column list several things, so that their number is derived."""
    derived = zip(table.head[table.own_columns :], table.bases, strict=True)
    return any(base == column and head.text.startswith(_NUMBER_OF) for head, base in derived)


def items(text: str) -> list[str]:
    """Return the things that a cell lists.

    >>> items("Crook, Weston and Goshen"), items("Laramie")
    (['Crook', 'Weston', 'Goshen'], ['Laramie'])
    """
    if len(text) > 400:
        return []
    said = " ".join(text.replace("\n", " , ").split())
    parts = [part for each in _PARTS.split(said) if (part := each.strip())]
    return [] if any(len(part) > _LONGEST_ITEM for part in parts) else parts
