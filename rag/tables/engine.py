"""Runs a plan over a table in DuckDB, in memory.

The database has no access to files, the network or extensions, and bounds on memory and time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables import sql
from citeback.rag.tables.aggregate_runner import stored
from citeback.rag.tables.cell_values import MISSING
from citeback.rag.tables.plan import Condition, GroupRanking, Measure, Order, Plan
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.result import NotComputed, Result
from citeback.rag.tables.table import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY, SECONDS = "256MB", 5.0
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "1",
}


class Engine:
    """One table in its own database; a context manager."""

    def __init__(self, table: Table, analyzer: Analyzer, seconds: float = SECONDS) -> None:
        self.table = table
        self._analyzer = analyzer
        self._seconds = seconds
        self._connection = connected()
        self._load()
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def run(self, plan: Plan) -> Result:
        """Return the result of a plan. Raises NotComputed where there is none."""
        return PlanRunner(self.table, self).run(plan)

    def rows(self, conditions: Sequence[Condition], order: Order | None) -> list[tuple[int, Decimal]]:
        """Return the rows that pass, in order, each with what it is ordered by."""
        return [(r, by) for r, by in self._fetch(*sql.rows(conditions, order))]

    def rows_along(self, column: int | None) -> list[int]:
        """Return all rows as they stand, or along a column."""
        return [r for (r,) in self._fetch(sql.rows_along(column), [])]

    def distinct(self, column: int, rows: Sequence[int]) -> int:
        """Return how many different values some rows have in a column."""
        ((found,),) = self._fetch(sql.distinct(column), [list(rows)])
        return int(found)

    def measured(self, measure: Measure, column: int, rows: Sequence[int]) -> tuple[Decimal | None, int]:
        """Return a measure of some rows, and how many of them have a number."""
        ((figure, counted),) = self._fetch(sql.measured(measure, column), [list(rows)])
        return (Decimal(figure) if counted else None), int(counted)

    def groups(self, plan: GroupRanking, rows: Sequence[int]) -> list[tuple[list[int], Decimal]]:
        """Return the groups of some rows, the first first: the rows of each, and its measure."""
        return [(group, Decimal(f)) for group, f in self._fetch(sql.groups(plan), [list(rows)])]

    def _load(self) -> None:
        self._connection.execute(sql.create(len(self.table.head)))
        kept = [n for n in range(len(self.table.rows)) if n not in self.table.totals]
        lists: list[list[Any]] = [kept]
        for n, column in enumerate(self.table.columns):
            lists.append([self._words(self.table.rows[r][n].text) for r in kept])
            lists.append([stored(column.values[r].number) for r in kept])
            lists.append([self.table.texts[r][n].casefold() in MISSING for r in kept])
        if kept:
            self._connection.execute(sql.insert(len(lists)), lists)

    def _words(self, text: str) -> str:
        return " ".join(self._analyzer.terms(text))

    def _fetch(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._limited():
            return self._connection.execute(query, list(values)).fetchall()

    @contextmanager
    def _limited(self) -> Iterator[None]:
        import duckdb

        timer = Timer(self._seconds, self._connection.interrupt)
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


def connected(memory: str = MEMORY) -> "DuckDBPyConnection":
    """Return a database in memory, without access to files, the network or extensions."""
    # Imported here: it takes 0.2 s, and most questions need no table.
    import duckdb

    return duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": memory})
