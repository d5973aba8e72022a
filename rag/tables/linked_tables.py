"""Two tables with a shared key as one: each order with the customer whose number it has."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from citeback.index.records import Source, Span
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.joined_files import FileTable, file_tables
from citeback.rag.tables.table import MOST_CELLS, Table, is_filler
from citeback.rag.tables.table_heads import Cell

_LEAST_ROWS = 2  # of a table that others refer to


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """The rows of one table, each with the row of another that has the same value in the key."""

    first: FileTable
    second: FileTable
    table: Table
    key: int

    @property
    def files(self) -> tuple[FileTable, FileTable]:
        """Return both tables."""
        return self.first, self.second

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the documents, each once."""
        return tuple(dict.fromkeys(each.document for each in self.files))

    def is_second(self, column: int) -> bool:
        """Return whether a column is one of the second table, or derived from one."""
        if column >= self.table.own_columns:
            column = self.table.bases[column - self.table.own_columns]
        return column >= len(self.first.heads)

    def file_of(self, column: int) -> FileTable:
        """Return the table that a column is of."""
        return self.second if self.is_second(column) else self.first


def linked(first: FileTable, second: FileTable) -> LinkedTable | None:
    """Return the rows of the first table with those of the second; None unless one key links them surely.

    The key has the same head in both, another value in each row of the second, and every row of the first
    has one of these values, some of them the same. Rows of too many cells together are not made.
    """
    if joined_size(first, second) > MOST_CELLS:
        return None
    keys = [pair for pair in _shared_heads(first, second) if _links(first.table, second.table, *pair)]
    if len(keys) != 1 or first.heads == second.heads:
        return None
    ((own, other),) = keys
    rows = {_key_text(row[other]): row for row in second.table.rows}
    empty = second.table.head
    joined = tuple(
        (*row, *_without(rows.get(_key_text(row[own]), _blank(row, empty)), other))
        for row in first.table.rows
    )
    table = replace(
        first.table,
        head=(*first.table.head, *_without(second.table.head, other)),
        rows=joined,
        title=f"{first.table.title} {second.table.title}",
    )
    return LinkedTable(first=first, second=second, table=with_derived(table), key=own)


def joined_size(first: FileTable, second: FileTable) -> int:
    """Return how many cells the rows of the first table have with those of the second."""
    return len(first.table.rows) * (len(first.heads) + len(second.heads) - 1)


def found_linked(sources: Mapping[str, Source], columns: Sequence[str]) -> LinkedTable | None:
    """Return the linked table that has such columns, None if there is none any more."""
    files = [each for name, source in sources.items() for each in file_tables(name, source)]
    pairs = ((one, other) for one in files for other in files if one is not other)
    both = (linked(one, other) for one, other in pairs if one.heads == tuple(columns[: len(one.heads)]))
    return next((each for each in both if each and _heads(each.table) == tuple(columns)), None)


def _heads(table: Table) -> tuple[str, ...]:
    return tuple(cell.text for cell in table.head)


def _shared_heads(first: FileTable, second: FileTable) -> Iterator[tuple[int, int]]:
    others = [head.casefold().strip() for head in second.heads]
    times, places = Counter(others), {said: n for n, said in enumerate(others)}
    for n, head in enumerate(first.heads):
        said = head.casefold().strip()
        if said and times[said] == 1:
            yield n, places[said]


def _links(first: Table, second: Table, own: int, other: int) -> bool:
    """Return whether every row of one table refers to one row of another."""
    keys = [_key_text(row[other]) for n, row in enumerate(second.rows) if n not in second.totals]
    used = [row[own] for n, row in enumerate(first.rows) if n not in first.totals]
    unique = len(set(keys)) == len(keys) >= _LEAST_ROWS
    return unique and bool(used) and not any(map(is_filler, used)) and set(map(_key_text, used)) <= set(keys)


def _key_text(cell: Cell) -> str:
    return " ".join(cell.text.casefold().split())


def _blank(row: Sequence[Cell], like: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return cells without text; those of a total, which refers to no row."""
    end = row[-1].span.end
    return tuple(Cell(Span(end, end), "") for _ in like)


def _without(row: Sequence[Cell], column: int) -> tuple[Cell, ...]:
    return (*row[:column], *row[column + 1 :])
