"""Tables of the same layout in several files or sheets, as one table with a column for the file."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from citeback.index.records import Source, Span
from citeback.rag.tables.cell_values import MONTHS, DecimalMark, decimal_mark_of
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.table import MOST_CHARS, Table, tables
from citeback.rag.tables.table_heads import Cell

MOST_FILES = 100
FILE, MONTH, YEAR = "File", "Month", "Year"
"""What the column is called that says which file; the last two if that is all that tells files apart."""
_DIGITS = 18  # most digits of a number in a name; headings of sheets may have any
_SAME_ROWS = 0.5  # of a table's rows that another has as well, so that both may be versions of one
_PART = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(0[1-9]|1[0-2])(?!\d|[-_.]\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAMES = tuple(dict.fromkeys(name for name in MONTHS if len(name) > 3))
_MONTH_NAMES = {n: next(name for name, m in MONTHS.items() if m == n).capitalize() for n in range(1, 13)}


@dataclass(frozen=True, slots=True)
class FileTable:
    """A table of a document, and its place among the tables of that, from 0."""

    document: str
    source: Source
    place: int
    table: Table

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of its columns."""
        return tuple(cell.text for cell in self.table.head)

    @property
    def sheet(self) -> str:
        """Return the heading above it."""
        return self.table.title.removeprefix(self.source.title).strip()


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """The rows of several tables, file by file, as one table."""

    files: tuple[FileTable, ...]
    table: Table

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the documents, each once."""
        return tuple(dict.fromkeys(each.document for each in self.files))

    def file_of(self, row: int) -> FileTable:
        """Return the file's table that contains a row."""
        return self.files[bisect_right(self.table.starts, row) - 1]


def joined_files(files: Sequence[FileTable], column: str = "") -> JoinedTable | None:
    """Return tables of the same heads as one; None if nothing tells them apart or they are no parts of it.

    `column` is what the column of files is to be called; otherwise that follows from their names. Tables that
    share most of their rows may be versions of one: they are not joined, unless months or years tell them
    apart.
    """
    labels = _labels([_name(each, files) for each in files])
    if len(files) < 2 or len(set(labels.said)) < len(files) or _marks_differ(files):
        return None
    if labels.column == FILE and _versions(files):
        return None
    name = column or (labels.column if labels.column not in files[0].heads else FILE)
    if name in files[0].heads:
        return None
    order = sorted(range(len(files)), key=lambda n: labels.order[n])
    ordered = tuple(files[n] for n in order)
    rows, starts = list[tuple[Cell, ...]](), list[int]()
    for n in order:
        starts.append(len(rows))
        rows += _labelled(files[n].table.rows, labels.said[n])
    head, first = ordered[0].table.head, ordered[0].table
    table = replace(
        first,
        head=(*head, Cell(Span(head[-1].span.end, head[-1].span.end), name)),
        rows=tuple(rows),
        starts=tuple(starts),
        title=_shared_words([each.table.title for each in ordered]),
        decimal_mark=_mark(files),
    )
    return JoinedTable(files=ordered, table=table)


def found_joined(sources: Mapping[str, Source], columns: Sequence[str]) -> JoinedTable | None:
    """Return the table of several files that has such columns, None if there is none any more."""
    files = [
        each
        for name, source in sources.items()
        for each in file_tables(name, source)
        if each.heads == tuple(columns[: len(each.heads)])
    ]
    width = min((len(each.heads) for each in files), default=0)
    files = [each for each in files if len(each.heads) == width]
    if not 0 < width < len(columns) or {each.document for each in files} != set(sources):
        return None
    found = joined_files(files, columns[width])
    if found is None:
        return None
    table = with_derived(found.table)
    same = tuple(cell.text for cell in table.head) == tuple(columns)
    return replace(found, table=table) if same else None


def file_tables(name: str, source: Source) -> Iterator[FileTable]:
    """Yield the tables of a document that is not too long."""
    if len(source.text) <= MOST_CHARS:
        for place, table in enumerate(tables(source)):
            yield FileTable(document=name, source=source, place=place, table=table)


def name_shape(name: str) -> str:
    """Return a file's name with its numbers and months left open.

    >>> name_shape("sales/2024-March.csv") == name_shape("sales/2025-june.csv")
    True
    """
    parts = re.split(r"([^\W\d_]+|\d+)", name.casefold())
    return "".join("#" if part.isdecimal() or part in MONTHS else part for part in parts)


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of the files in their column, the column's name, and the sort keys of the files."""

    column: str
    said: tuple[str, ...]
    order: tuple[tuple[object, ...], ...]


def _labels(names: Sequence[str]) -> _Labels:
    months = [_month(name) for name in names]
    if None not in months and len(set(months)) == len(months):
        found = [month for month in months if month]
        said = tuple(f"{_MONTH_NAMES[m]} {y}" if y else _MONTH_NAMES[m] for y, m in found)
        return _Labels(column=MONTH, said=said, order=tuple(found))
    parts = [_PART.findall(name) for name in names]
    ahead = _shared(parts)
    behind = _shared([each[ahead:][::-1] for each in parts])
    own = [" ".join(each[ahead : len(each) - behind]) for each in parts]
    said = tuple(own) if all(own) else tuple(names)
    column = YEAR if all(map(_YEAR.fullmatch, said)) else FILE
    return _Labels(column=column, said=said, order=tuple((_natural(each),) for each in said))


def _month(name: str) -> tuple[int, int] | None:
    """Return the only month that a name has, as year (0 if it has none) and number."""
    numbered = _NUMBERED.findall(name)
    if len(numbered) == 1:
        return int(numbered[0][0]), int(numbered[0][1])
    words = re.findall(r"[^\W\d_]+|\d+", name.casefold())
    if any(word.isdecimal() and len(word) > _DIGITS for word in words):
        return None
    named = [MONTHS[word] for word in words if word in MONTHS]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    numbers = [word for word in words if word.isdecimal() and not _YEAR.fullmatch(word)]
    if len(named) != 1 or len(years) > 1 or [n for n in numbers if int(n) != named[0]]:
        return None
    return (years[0] if years else 0), named[0]


def _shared(parts: Sequence[Sequence[str]]) -> int:
    """Return the number of leading parts that all names share."""
    count = 0
    for each in zip(*parts, strict=False):
        if len(set(each)) > 1:
            break
        count += 1
    return count


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return the sort key of a name: 2 before 10."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple(
        (0, int(part), "") if part.isdecimal() and len(part) <= _DIGITS else (1, 0, part) for part in parts
    )


def _name(each: FileTable, files: Sequence[FileTable]) -> str:
    """Return what tells a table apart: the name of its file, of its sheet, or both."""
    stem = PurePosixPath(each.document).stem
    own = sum(other.document == each.document for other in files)
    several = len({other.document for other in files}) > 1
    return f"{stem} {each.sheet}" if several and own > 1 else stem if several else each.sheet


def _labelled(rows: Iterable[tuple[Cell, ...]], label: str) -> Iterator[tuple[Cell, ...]]:
    """Yield rows with a cell that says which file; its span is the row."""
    for row in rows:
        yield *row, Cell(Span(row[0].span.start, max(cell.span.end for cell in row)), label)


def _shared_words(titles: Sequence[str]) -> str:
    others = [set(_PART.findall(title.casefold())) for title in titles[1:]]
    words = _PART.findall(titles[0])
    return " ".join(word for word in words if all(word.casefold() in other for other in others))


def _cells(files: Iterable[FileTable]) -> list[str]:
    return [cell.text for each in files for row in each.table.rows for cell in row]


def _mark(files: Sequence[FileTable]) -> DecimalMark:
    return decimal_mark_of(_cells(files))


def _marks_differ(files: Sequence[FileTable]) -> bool:
    """Return whether some files write 1,5 and others 1.5."""
    comma = [each for each in files if decimal_mark_of(_cells([each])) is DecimalMark.COMMA]
    point = [each for each in files if decimal_mark_of(_turned(_cells([each]))) is DecimalMark.COMMA]
    return bool(comma and point)


def _turned(cells: Iterable[str]) -> list[str]:
    return [cell.translate({ord("."): ",", ord(","): "."}) for cell in cells]


def _versions(files: Sequence[FileTable]) -> bool:
    """Return whether two tables share most of their rows."""
    rows = [frozenset(tuple(cell.text for cell in row) for row in each.table.rows) for each in files]
    return any(
        len(one & other) > _SAME_ROWS * min(len(one), len(other))
        for n, one in enumerate(rows)
        for other in rows[:n]
    )
