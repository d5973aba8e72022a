"""Rows of cells to blocks, each cell's place known. Must never know which format they come from.

Cells are separated by a tab, rows by a newline. The first row, where it reads like the heads of columns, is
a heading, so that every chunk of the table knows what its columns are called.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from index.readers.blocks import Block
from index.readers.clean import clean
from index.records import Place

MOST_CELLS = 50_000
"""Cells of one table whose places are kept one by one; after that a row is one place."""
_HEAD_CHARS = 60
_EDGES = "\t "


def table(
    rows: Iterable[tuple[int, Sequence[str]]], where: Callable[[int, int], str], group: int, level: int
) -> Iterator[Block]:
    """Yield the rows that have words as blocks of one group; heads of columns are a heading of `level`.

    Rows come with their numbers; `where` names the place of a row's number and a column's (from 0).
    """
    cleaned = ((n, [" ".join(clean(cell).split()) for cell in cells]) for n, cells in rows)
    filled = ((n, cells) for n, cells in cleaned if any(cells))
    first, seen = list(islice(filled, 2)), 0
    heads = len(first) == 2 and _reads_like_heads(first[0][1])
    for nth, (n, cells) in enumerate(chain(first, filled)):
        seen += len(cells)
        yield _row(n, cells, where, seen > MOST_CELLS, group, level if heads and not nth else 0)


def _row(
    n: int,
    cells: Sequence[str],
    where: Callable[[int, int], str],
    coarse: bool,
    group: int,
    level: int,
) -> Block:
    text = "\t".join(cells)
    start = len(text) - len(text.lstrip(_EDGES))
    places: list[Place] = []
    offset = -start
    for column, cell in enumerate(cells):
        if cell and not (coarse and places):
            places.append(Place(max(0, offset), where(n, column)))
        offset += len(cell) + 1
    return Block(text.strip(_EDGES), level, group, tuple(places))


def _reads_like_heads(cells: Sequence[str]) -> bool:
    """Tell whether cells may be the heads of columns: several, different, short and without figures."""
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1
        and len(set(named)) == len(named)
        and all(len(cell) <= _HEAD_CHARS and any(map(str.isalpha, cell)) for cell in named)
    )
