"""Converts table rows to text blocks with the location of each cell.

Cells are separated by tabs, rows by newlines. Rows that look like column names become one heading, so that
every chunk of the table includes them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from citeback.index.readers.common.blocks import Block
from citeback.index.readers.common.column_labels import (
    ROWS_BELOW,
    column_labels,
    head_rows,
    is_repeated_title,
)
from citeback.index.readers.common.control_characters import clean
from citeback.index.records import Location

MOST_CELLS = 50_000
"""Cells per table with individual locations; beyond that, each row has one."""
_HEAD_CHARS = 60
_ABOVE = 6  # lines above the column names that may be the table's title
_EDGES = "\t "
_FEWEST_NAMED = 3  # rows from which on names and their values are told from a table with a head
_HEAD_WORDS = 3  # of a name that ends as a sentence does


def table(
    rows: Iterable[tuple[int, Sequence[str]]], where: Callable[[int, int], str], group: int, level: int
) -> Iterator[Block]:
    """Yield non-empty rows as blocks of one group; column names become a heading of this `level`.

    Rows come with their numbers. `where` returns the location of a cell, given its row number and column
    (from 0).
    """
    cleaned = ((n, [" ".join(clean(cell).split()) for cell in cells]) for n, cells in rows)
    filled = ((n, cells) for n, cells in cleaned if any(cells))
    first, seen = list(islice(filled, _ABOVE + ROWS_BELOW)), 0
    titles, heads = _titles_and_heads([cells for _, cells in first])
    for n, cells in first[:titles] if heads else ():
        seen += len(cells)
        yield _row(n, cells[:1] if is_repeated_title(cells) else cells, where, seen > MOST_CELLS, group, 0)
    if heads:
        yield _head(first[titles : titles + heads], where, group, level)
    for n, cells in chain(first[titles + heads :] if heads else first, filled):
        seen += len(cells)
        yield _row(n, cells, where, seen > MOST_CELLS, group, 0)


def _titles_and_heads(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return the number of title rows at the top, and of header rows below them.

    A title row has one cell, or one cell repeated in all columns. Without a header, both numbers are 0.
    """
    if _names_values(rows[: _ABOVE + 2]):
        return 0, 0
    titles = 0
    while titles < min(_ABOVE, len(rows) - 2) and _is_title(rows[titles]):
        titles += 1
    if len(rows) <= titles + 1:
        return 0, 0
    heads = head_rows(rows[titles:])
    if heads > 1 and _reads_like_heads(column_labels(rows[titles : titles + heads])):
        return titles, heads
    return (titles, 1) if _reads_like_heads(rows[titles]) else (0, 0)


def _is_title(cells: Sequence[str]) -> bool:
    return sum(map(bool, cells)) == 1 or is_repeated_title(cells)


def _head(
    rows: Sequence[tuple[int, Sequence[str]]], where: Callable[[int, int], str], group: int, level: int
) -> Block:
    """Return the column names as a heading; each is located at the lowest header cell of its column."""
    labels = column_labels([cells for _, cells in rows])
    numbers = [
        next((n for n, cells in reversed(rows) if column < len(cells) and cells[column]), rows[-1][0])
        for column in range(len(labels))
    ]
    return _row(0, labels, lambda _, column: where(numbers[column], column), False, group, level)


def _names_values(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether two columns are keys and values, so that there is no header.

    The values of a table's column are similar; those of keys differ: some have digits and some have none.
    """
    if len(rows) < _FEWEST_NAMED or any(len(cells) != 2 or not all(cells) for cells in rows):
        return False
    if any(map(str.isdigit, "".join(name for name, _ in rows))):
        return False
    return len({any(map(str.isdigit, value)) for _, value in rows[1:]}) > 1


def _row(
    n: int,
    cells: Sequence[str],
    where: Callable[[int, int], str],
    coarse: bool,
    group: int,
    level: int,
) -> Block:
    text = "\t".join(cells)
    places: list[Location] = []
    offset = 0
    for column, cell in enumerate(cells):
        if cell and not (coarse and places):
            places.append(Location(offset, where(n, column)))
        offset += len(cell) + 1
    return Block(text=text.rstrip(_EDGES), level=level, group=group, locations=tuple(places))


def _reads_like_heads(cells: Sequence[str]) -> bool:
    """Return whether cells look like column names: several, distinct, short, no sentences or numbers."""
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1
        and len(set(named)) == len(named)
        and all(
            len(cell) <= _HEAD_CHARS
            and (any(map(str.isalpha, cell)) or _is_year(cell))
            and not (cell.endswith((".", "!", "?")) and len(cell.split()) > _HEAD_WORDS)
            for cell in named
        )
        and (not all(map(_is_year, named)) or not cells[0])
    )


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isascii() and cell.isdigit() and cell[:2] in ("18", "19", "20")
