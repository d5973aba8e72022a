"""The table that an answer was computed from, as the page shows it."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import Computation
from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.formatted_figure import formatted
from citeback.rag.tables.recomputed import Recomputation, Standing, found_table, recomputed
from citeback.rag.tables.table import Table

MOST_WHOLE = 30  # rows of a table that is shown whole; of a longer one, only those with marked cells
MOST_ROWS = 1_000  # rows that are shown
MOST_POINTS = 40  # figures that are drawn
LONGEST_CELL = 200  # characters of a cell that are shown
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TIMES = (Kind.DATE,)


@dataclass(frozen=True, slots=True)
class Point:
    """A figure that is drawn: what it is of, how much it is, and how that is written.

    `row` is the number of its row if `label` does not tell it from the other figures, and otherwise 0.
    """

    label: str
    number: float
    said: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class ShownTable:
    """Rows of a table with marked cells; `left_out` rows are not shown.

    `numbers` are the rows' own, counted from 1 below the header. `points` are the marked figures of one
    column, if they can be drawn; `timely` says that the rows follow one another in time.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    marked: frozenset[tuple[int, int]]
    left_out: int = 0
    points: tuple[Point, ...] = ()
    timely: bool = False

    @property
    def csv(self) -> str:
        """Return the shown rows as CSV. A text that a spreadsheet would compute begins with an apostrophe."""
        out = StringIO()
        csv.writer(out, lineterminator="\n").writerows([map(_plain, row) for row in (self.head, *self.rows)])
        return out.getvalue()


def shown_table(sources: Mapping[str, Source], computed: Computation) -> ShownTable | None:
    """Return the table that was computed from, if its documents still have it and its cells."""
    found = found_table(sources, computed.recipe) if computed.recipe else None
    if found is None:
        return None
    table, places = found.table, computed.places
    own = range(table.own_columns)
    marked = {
        (r, c)
        for r, row in enumerate(table.rows)
        for c in own
        if row[c].text and (found.document_of(r, c), row[c].span) in places
    }
    rows = sorted({r for r, _ in marked}) if len(table.rows) > MOST_WHOLE else range(len(table.rows))
    kept = list(rows)[:MOST_ROWS]
    place = {r: n for n, r in enumerate(kept)}
    points, timely = _drawn(table, marked)
    return ShownTable(
        head=tuple(table.head[c].text for c in own),
        rows=tuple(tuple(table.rows[r][c].text[:LONGEST_CELL] for c in own) for r in kept),
        numbers=tuple(r + 1 for r in kept),
        marked=frozenset((place[r], c) for r, c in marked if r in place),
        left_out=len(table.rows) - len(kept),
        points=tuple(points),
        timely=timely,
    )


def standing(sources: Mapping[str, Source], computed: Computation, analyzer: Analyzer) -> Recomputation:
    """Return what an answer's computation results in now."""
    if computed.recipe is None:
        return Recomputation(standing=Standing.COMPUTED, result=computed.result, unit=computed.unit)
    try:
        return recomputed(sources, computed.recipe, computed.result, computed.unit, analyzer)
    except ValueError as error:
        return Recomputation(Standing.GONE, reason=str(error))


def _drawn(table: Table, marked: set[tuple[int, int]]) -> tuple[list[Point], bool]:
    """Return the marked figures, if all stand in one column, and whether their rows follow in time."""
    columns = {c for _, c in marked}
    if len(columns) != 1 or not 2 <= len(marked) <= MOST_POINTS:
        return [], False
    (column,) = columns
    labels, rows = _labels(table, column), sorted(r for r, _ in marked)
    found = list(_points(table, column, _names(table, labels, rows), rows))
    timely = bool(labels) and _in_time(table, labels[0])
    return (found, timely) if len(found) == len(marked) else ([], False)


def _names(table: Table, labels: Sequence[int], rows: Sequence[int]) -> list[str]:
    """Return what each row is called: by one column, or by a second as well where rows share the first."""
    names = [table.rows[r][labels[0]].text if labels else "" for r in rows]
    for other in labels[1:]:
        both = [f"{name}, {table.rows[r][other].text}" for name, r in zip(names, rows, strict=True)]
        if len(set(names)) < len(set(both)) == len(rows):
            return both
    return names


def _points(table: Table, column: int, names: Sequence[str], rows: Sequence[int]) -> Iterator[Point]:
    shared = {name for name, count in Counter(names).items() if count > 1 or not name}
    for r, name in zip(rows, names, strict=True):
        value = table.columns[column].values[r]
        if value.number is not None and value.kind in (Kind.NUMBER, Kind.PERCENT, Kind.DURATION):
            unit = "seconds" if value.kind is Kind.DURATION else value.unit
            said, row = formatted(value.number, unit), r + 1 if name in shared else 0
            yield Point(label=name, number=float(value.number), said=said, row=row)


def _labels(table: Table, column: int) -> list[int]:
    """Return the columns that say what each row is: other words or times, those most different first."""
    others = [c for c in range(table.own_columns) if c != column]
    wordy = [c for c in others if table.columns[c].kind in (Kind.TEXT, Kind.DATE) or _in_time(table, c)]
    return sorted(wordy, key=lambda c: (-len({row[c].text for row in table.rows}), c))


def _in_time(table: Table, column: int) -> bool:
    """Tell whether a column holds dates or years that rise from row to row."""
    numbers = [v.number for v in table.columns[column].values if v.number is not None]
    years = all(1000 <= n <= 2100 for n in numbers) or table.columns[column].kind in _TIMES
    return len(numbers) > 1 and years and numbers == sorted(numbers)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).replace(",", "").isdecimal()
