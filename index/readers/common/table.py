"""Converts table rows to text blocks with the location of each cell.

Cells are separated by tabs, rows by newlines. A first row that looks like column names becomes a heading, so
that every chunk of the table includes them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from citeback.index.readers.common.blocks import Block
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
    first, seen = list(islice(filled, _ABOVE + 2)), 0
    head = _head_of([cells for _, cells in first])
    for nth, (n, cells) in enumerate(chain(first, filled)):
        seen += len(cells)
        yield _row(n, cells, where, seen > MOST_CELLS, group, level if nth == head else 0)


def _head_of(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the row with the column names, or None.

    Rows above it with only one cell are the table's title.
    """
    if _names_values(rows):
        return None
    titles = 0
    while titles < min(_ABOVE, len(rows) - 2) and sum(map(bool, rows[titles])) == 1:
        titles += 1
    if not titles and len(rows) > 1:
        return 0 if _reads_like_heads(rows[0]) else None
    return titles if len(rows) > titles + 1 and _reads_like_heads(rows[titles]) else None


def _names_values(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether two columns are names with their values, so that the first row is one of them.

    In a column of a table, values are alike: beside names, some have digits and some have none.
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
