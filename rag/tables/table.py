"""A table of a source, with typed columns; every cell is a span."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from citeback.index.records import Source, Span
from citeback.rag.tables.cell_values import (
    DecimalMark,
    Kind,
    Value,
    decimal_mark_of,
    missing,
    normalize_cell,
    value,
)
from citeback.rag.tables.clock_columns import Clock, are_played, as_hours, clock_of
from citeback.rag.tables.table_heads import Cell, Row, joined_heads, parted

MOST_CHARS, MOST_CELLS = 400_000, 50_000
"""Characters of a document, and cells of a table, that are read as lists; longer ones are `LargeTable`s."""
MOST_ROWS = 100_000
"""Rows of a table that are computed with; one that has more is left alone."""
_SHARE = 0.7  # of a column's cells that are of one kind, so that it is
_BORDER = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t]*")
_TOTAL = re.compile(
    r"(?:(?:grand |sub-?)?totals?|sum|overall|summe|gesamt|insgesamt|all)(?: \w+){0,2}"
    r"|(?:eligible|registered) voters|(?:total )?(?:valid|invalid|rejected) (?:votes|ballots)"
    r"|turnout|career(?: totals?)?",
    re.IGNORECASE,
)
_LAST_ROWS = 4  # among which totals stand
_UNIT_IN_HEAD = re.compile(r"[(\[,]\s*(?!s\b)([^()\[\],]{1,24})[)\]]?\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its name and type; `values` are those of its cells, row by row.

    `clock` is what the two figures of its times are, None if it has none.
    """

    name: str
    kind: Kind
    values: tuple[Value, ...]
    clock: Clock | None = None

    @property
    def unit(self) -> str:
        """Return the unit that all its figures share, from the cells or else from the head."""
        units = {v.unit for v in self.values if v.number is not None and not v.rest}
        if len(units) == 1 and (only := next(iter(units))):
            return only
        found = _UNIT_IN_HEAD.search(self.name)
        return found[1].strip() if found and self.units <= {""} else ""

    @property
    def units(self) -> frozenset[str]:
        """Return the units that its figures are in, "" for none."""
        return frozenset(v.unit for v in self.values if v.number is not None)


@dataclass(frozen=True)
class Table:
    """A table of a source: rows of cells under the heads of columns.

    `totals` are the rows that sum up others, which are no data of their own.
    """

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    decimal_mark: DecimalMark = DecimalMark.POINT
    title: str = ""
    bases: tuple[int, ...] = ()
    """The columns from which the last ones, as many, are derived."""
    starts: tuple[int, ...] = (0,)
    """The rows with which its parts begin, several if it is made of several tables."""

    @property
    def own_columns(self) -> int:
        """Return the number of columns that are not derived."""
        return len(self.head) - len(self.bases)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Return the typed columns."""
        return tuple(self._column(n) for n in range(len(self.head)))

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Return the texts of the cells, without notes."""
        return tuple(tuple(normalize_cell(cell.text) for cell in row) for row in self.rows)

    @cached_property
    def totals(self) -> frozenset[int]:
        """Return the rows that are totals of the others."""
        found = (
            n for n, row in enumerate(self.rows) if any(_TOTAL.fullmatch(c.text.strip(" :")) for c in row[:2])
        )
        ends = (*self.starts[1:], len(self.rows))
        edges = {n for end in ends for n in range(end - _LAST_ROWS, end)}.union(self.starts)
        return frozenset(edges.intersection(found))

    @property
    def span(self) -> Span:
        """Return the span from its head to its last row."""
        ends = (cell.span.end for row in (self.head, *self.rows[-1:]) for cell in row)
        return Span(self.head[0].span.start, max(ends))

    @cached_property
    def _are_played(self) -> bool:
        return are_played([head.text for head in self.head])

    def _column(self, n: int) -> Column:
        values = tuple(value(row[n].text, self.decimal_mark) for row in self.rows)
        name, kind = self.head[n].text, _kind([v for i, v in enumerate(values) if i not in self.totals])
        clock = None
        if kind is Kind.DURATION:
            cells = [row[n] for row in self.texts]
            clock = clock_of(name, cells, played=self._are_played)
            values = as_hours(cells, values) if clock is Clock.HOURS else values
        return Column(name=name, kind=kind, values=values, clock=clock)


def _kind(values: Sequence[Value]) -> Kind:
    told = [v.kind for v in values if v.kind is not Kind.NONE]
    if not told:
        return Kind.NONE
    most, times = Counter(told).most_common(1)[0]
    numbers = told.count(Kind.NUMBER) + told.count(Kind.PERCENT)
    if times < _SHARE * len(told) <= numbers:
        return Kind.NUMBER
    return most if times >= _SHARE * len(told) else Kind.TEXT


def tables(source: Source) -> tuple[Table, ...]:
    """Return the tables of a source, in order."""
    return tables_of(source.text, source)


def tables_of(text: str, source: Source) -> tuple[Table, ...]:
    """Return the tables of the beginning of a source's text."""
    source = source if len(text) == len(source.text) else replace(source, text=text)
    found = [made for lines in _runs(source) for made in _tables(source, lines)]
    decimal_mark = decimal_mark_of([cell.text for each in found for row in each.rows for cell in row])
    return tuple(
        Table(head=each.head, rows=each.rows, decimal_mark=decimal_mark, title=each.title) for each in found
    )


def _runs(source: Source) -> Iterator[list[Span]]:
    """Yield runs of lines that hold rows, heads of columns with them."""
    heads = {heading.span.start for heading in source.headings}
    run: list[Span] = []
    blank, lone = 0, source.kind in ("csv", "sheet")  # where a row may be one cell
    for line in _lines(source.text):
        text = line.of(source.text)
        row = "\t" in text or (text.count("|") >= 2 and text.lstrip()[:1] == "|")
        row = row or bool(run and lone and not blank and line.start not in heads)
        if not text.strip():
            blank += 1
            continue
        if run and (not row or (blank and run[-1].start not in heads) or line.start in heads):
            yield run
            run = []
        if row:
            run.append(line)
        blank = 0
    if run:
        yield run


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end)
        start = end + 1


def _tables(source: Source, lines: Sequence[Span]) -> Iterator[Table]:
    rows = [row_cells(source.text, line) for line in lines if not _BORDER.fullmatch(line.of(source.text))]
    for part in parted(rows):
        if made := _table(source, joined_heads(part)):
            yield made


def _table(source: Source, rows: Sequence[Row]) -> Table | None:
    if len(rows) < 2 or len(rows) > MOST_ROWS or len(rows[0]) < 2:
        return None
    head, *rest = (list(row) for row in rows)
    width = len(head)
    longest = max(map(len, rest))
    if longest > width:
        if longest > 2 * width:
            return None
        head += [Cell(Span(head[-1].span.end, head[-1].span.end), "") for _ in range(longest - width)]
        width = longest
    filled = [
        (*row, *(Cell(Span(row[-1].span.end, row[-1].span.end), "") for _ in range(width - len(row))))
        for row in rest
    ]
    return Table(tuple(head), tuple(filled), title=_title(source, head[0].span.start))


def _title(source: Source, start: int) -> str:
    above = [h.span.of(source.text) for h in source.headings if h.span.start < start]
    return " ".join([source.title, *above[-1:]])


def row_cells(text: str, line: Span) -> list[Cell]:
    """Return the cells of a line, parted by tabs or bars."""
    said = line.of(text)
    mark = "\t" if "\t" in said else "|"
    start, end = line.start, line.end
    if mark == "|":
        inner = said.strip()
        start += len(said) - len(said.lstrip()) + inner.startswith("|")
        end = start + len(inner.removeprefix("|").removesuffix("|"))
    cells: list[Cell] = []
    for part in text[start:end].split(mark):
        bare = part.strip()
        at = start + (len(part) - len(part.lstrip()) if bare else 0)
        span = Span(at, at + len(bare))
        cells.append(Cell(span, bare))
        start += len(part) + 1
    return cells


def is_filler(cell: Cell) -> bool:
    """Return whether a cell holds no value."""
    return missing(cell.text)
