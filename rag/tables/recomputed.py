"""Computes a stored plan again, over the current document."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.joined_files import JoinedTable, found_joined
from citeback.rag.tables.large_runner import LargeRunner
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.linked_tables import LinkedTable, found_linked
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.recipe import Recipe
from citeback.rag.tables.result import NotComputed, Result, plain_values
from citeback.rag.tables.stored_plan import parsed_plan
from citeback.rag.tables.table import MOST_CHARS, Table, tables


class Standing(StrEnum):
    """Whether a stored result still holds."""

    COMPUTED = "computed"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Recomputation:
    """The current result of a stored plan, or the reason why there is none."""

    standing: Standing
    result: tuple[int | float | str, ...] = ()
    unit: str = ""
    reason: str = ""


NO_TABLE = Recomputation(Standing.GONE, reason="the document has no table with these columns any more")


def recomputed(
    sources: Mapping[str, Source],
    recipe: Recipe,
    result: tuple[int | float | str, ...],
    unit: str,
    analyzer: Analyzer,
) -> Recomputation:
    """Return the result of a plan over its current documents, compared with its old `result` and `unit`.

    Raises:
        ValueError: the recipe holds no plan over such a table.
    """
    first = next(iter(sources.values()))
    if len(first.text) > MOST_CHARS and not recipe.files:
        return _recomputed_large(first, recipe, result, unit, analyzer)
    found = found_table(sources, recipe)
    table = found.table if found else None
    if table is None:
        return NO_TABLE
    plan = parsed_plan(recipe.plan, len(table.head))
    terms = [[analyzer.terms(cell.text) for cell in row] for row in table.rows]
    try:
        now = PlanRunner(table, ListQueries(table, terms)).run(plan)
    except NotComputed as error:
        return Recomputation(Standing.STALE, reason=str(error))
    return _compared(now, result, unit)


def _recomputed_large(
    source: Source, recipe: Recipe, result: tuple[int | float | str, ...], unit: str, analyzer: Analyzer
) -> Recomputation:
    try:
        with LargeTable(source, analyzer) as table:
            if tuple(cell.text for cell in table.head) != recipe.columns[: len(table.head)]:
                return NO_TABLE
            now = LargeRunner(table).run(parsed_plan(recipe.plan, len(table.head)))
    except NotComputed as error:
        return Recomputation(Standing.STALE, reason=str(error))
    return _compared(now.result, result, unit)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """The table of a recipe, which may be `joined` of several files; `document` is the only or first one."""

    document: str
    table: Table
    joined: JoinedTable | None = None
    linked: LinkedTable | None = None

    def document_of(self, row: int, column: int = 0) -> str:
        """Return the document that contains a cell."""
        if self.linked:
            return self.linked.file_of(column).document
        return self.joined.file_of(row).document if self.joined else self.document


def found_table(sources: Mapping[str, Source], recipe: Recipe) -> FoundTable | None:
    """Return the table of a recipe: the one at its place, or else the first with the same heads.

    None if there is none, or the document is too long to be shown. `sources` are the recipe's files, or the
    only document.
    """
    name, source = next(iter(sources.items()))
    if recipe.files:
        joined = found_joined(sources, recipe.columns)
        if joined:
            return FoundTable(document=name, table=joined.table, joined=joined)
        both = found_linked(sources, recipe.columns)
        return FoundTable(document=both.first.document, table=both.table, linked=both) if both else None
    own = [with_derived(table) for table in tables(source)] if len(source.text) <= MOST_CHARS else []
    alike = [n for n, table in enumerate(own) if heads(table) == recipe.columns]
    if not alike:
        return None
    return FoundTable(document=name, table=own[recipe.table if recipe.table in alike else alike[0]])


def heads(table: Table) -> tuple[str, ...]:
    """Return the names of the columns, including derived ones."""
    return tuple(cell.text for cell in table.head)


def _compared(now: Result, result: tuple[int | float | str, ...], unit: str) -> Recomputation:
    values = plain_values(now.values)
    same = (values, now.unit) == (tuple(result), unit)
    return Recomputation(standing=Standing.COMPUTED if same else Standing.STALE, result=values, unit=now.unit)
