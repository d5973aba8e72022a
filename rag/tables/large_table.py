"""A table that is too long for lists: its rows in DuckDB, read piece by piece; a few of them to plan with."""

import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from threading import RLock, Timer
from types import TracebackType
from typing import Any, Self

from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables import large_sql as sql
from citeback.rag.tables.aggregate_runner import stored
from citeback.rag.tables.cell_values import MISSING, Kind, value
from citeback.rag.tables.engine import connected
from citeback.rag.tables.result import NotComputed
from citeback.rag.tables.table import Table, row_cells, tables_of
from citeback.rag.tables.table_heads import Cell

MOST_ROWS, MOST_COLUMNS = 3_000_000, 64
MOST_DIFFERENT = 200_000  # texts of a column whose words are kept; one of more is not asked by its words
MEMORY, SECONDS = "1GB", 20.0
_PIECE = 50_000  # rows that are read at a time
_FIRST = 200  # rows by which columns are typed, and that every question is planned with
_MATCHING = 12  # rows for the words of a question, of each column
_FIGURES = (Kind.NUMBER, Kind.PERCENT)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


class LargeTable:
    """One long table of a source, whose lines are rows with tabs; a context."""

    def __init__(self, source: Source, analyzer: Analyzer) -> None:
        self.source = source
        self.analyzer = analyzer
        self.starts = array("q")
        self.head: tuple[Cell, ...] = ()
        self.wordy: tuple[int, ...] = ()
        self.mixed: frozenset[int] = frozenset()
        self._connection = connected(MEMORY)
        self._lock = RLock()

    def __enter__(self) -> Self:
        self.read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give its memory back."""
        self._connection.close()

    def read(self) -> None:
        """Read all rows.

        Raises:
            NotComputed: it is no table with heads, or too long or wide.
        """
        text = self.source.text
        end = text.find("\n")
        self.head = tuple(row_cells(text, Span(0, end))) if 0 < end < len(text) else ()
        if not 2 <= len(self.head) <= MOST_COLUMNS:
            raise NotComputed(f"a table of this length is asked if it has 2 to {MOST_COLUMNS} columns")
        first = self._typed(text[: self._end_of(_FIRST)])
        figured = [n for n, column in enumerate(first.columns) if column.kind in _FIGURES]
        self.wordy = tuple(n for n in range(len(self.head)) if n not in figured)
        for statement in sql.create(len(self.head), self.wordy):
            self._connection.execute(statement)
        with self._limited():
            for numbers, lines in self._pieces(end + 1):
                self._connection.execute(sql.insert(len(self.head), figured), [numbers, lines])
            self.mixed = frozenset(n for n in figured if not self._read_rest(n))
            self.wordy = tuple(n for n in self.wordy if self._read_words(n))
        self._connection.execute("SET lock_configuration = true")

    def sample(self, question: str) -> Table:
        """Return the first rows, and rows with words and numbers of a question, as a table."""
        terms = self.analyzer.content_terms(question)
        numbers = [Decimal(found.replace(",", "")) for found in _NUMBER.findall(question)]
        rows = dict.fromkeys(range(min(_FIRST, len(self.starts))))
        for n in range(len(self.head)):
            if n in self.wordy and terms:
                rows |= dict.fromkeys(r for (r,) in self.fetch(sql.rows_with_words(n), [terms, _MATCHING]))
            elif numbers and n not in self.wordy:
                kept = [number for each in numbers if (number := stored(each)) is not None]
                rows |= dict.fromkeys(r for (r,) in self.fetch(sql.rows_with_numbers(n), [kept, _MATCHING]))
        return self.of_rows(sorted(rows))

    def of_rows(self, rows: Sequence[int]) -> Table:
        """Return some rows as a table of their own."""
        return Table(self.head, tuple(self.row(r) for r in rows), title=self.source.title)

    def row(self, r: int) -> tuple[Cell, ...]:
        """Return the cells of a row."""
        start = self.starts[r]
        end = self.source.text.find("\n", start)
        line = Span(start, end if end >= 0 else len(self.source.text))
        cells = row_cells(self.source.text, line)[: len(self.head)]
        empty = Cell(Span(line.end, line.end), "")
        return (*cells, *[empty] * (len(self.head) - len(cells)))

    def fetch(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Raises NotComputed if it takes too long or too much memory."""
        with self._lock, self._limited():
            return self._connection.execute(query, list(values)).fetchall()

    def _typed(self, text: str) -> Table:
        found = tables_of(text, self.source)
        if len(found) != 1 or len(found[0].head) != len(self.head):
            raise NotComputed("a document of this length is asked if it is one table")
        return found[0]

    def _end_of(self, rows: int) -> int:
        at = 0
        for _ in range(rows + 2):
            at = self.source.text.find("\n", at) + 1
            if not at:
                return len(self.source.text)
        return at

    def _pieces(self, at: int) -> Iterator[tuple[list[int], list[str]]]:
        """Yield the numbers and lines of rows, some at a time; where they start is kept."""
        text, lines = self.source.text, list[str]()
        while at < len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            if end > at:
                self.starts.append(at)
                lines.append(text[at:end])
            if len(lines) == _PIECE:
                yield list(range(len(self.starts) - len(lines), len(self.starts))), lines
                lines = []
            if len(self.starts) > MOST_ROWS:
                raise NotComputed(f"a table of more than {MOST_ROWS:,} rows is not computed with")
            at = end + 1
        if lines:
            yield list(range(len(self.starts) - len(lines), len(self.starts))), lines

    def _read_rest(self, column: int) -> bool:
        """Parse cells that are not plain numbers; return whether all have the same unit."""
        rest = [c for (c,) in self.fetch(f"{sql.unread(column)} LIMIT {MOST_DIFFERENT + 1}", [])]
        if len(rest) > MOST_DIFFERENT:
            return False
        read = [(c, v) for c in rest if (v := value(c)).number is not None and v.kind in _FIGURES]
        if read:
            numbers = [stored(v.number) for _, v in read]
            self._connection.execute(sql.read_again(column), [[c for c, _ in read], numbers])
        units = {unit for (unit,) in self.fetch(sql.marks(column), [])} | {v.unit for _, v in read}
        return len(units) <= 1

    def _read_words(self, column: int) -> bool:
        """Store the words of a column's texts; return whether there are few enough."""
        found = [c for (c,) in self.fetch(sql.different(column), [MOST_DIFFERENT + 1]) if c is not None]
        if len(found) > MOST_DIFFERENT:
            return False
        said = [" ".join(self.analyzer.terms(c)) if c.casefold() not in MISSING else "" for c in found]
        self._connection.execute(sql.words(column), [found, said])
        return True

    @contextmanager
    def _limited(self) -> Iterator[None]:
        import duckdb

        timer = Timer(SECONDS, self._connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise NotComputed("it would take too long") from error
        except duckdb.OutOfMemoryException as error:
            raise NotComputed("it would take too much memory") from error
        finally:
            timer.cancel()
