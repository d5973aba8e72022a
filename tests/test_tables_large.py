"""Long tables: the same results as over lists, spans of the source, limits on what is kept."""

from decimal import Decimal
from random import Random

import pytest

from citeback.index.records import Heading, Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.large_runner import MOST_LISTED, LargeRunner
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Operator,
    Order,
    Plan,
    RowSelection,
)
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.recipe import Recipe
from citeback.rag.tables.recomputed import Standing, recomputed
from citeback.rag.tables.result import NotComputed, UnitsDiffer
from citeback.rag.tables.stored_plan import stored_plan
from citeback.rag.tables.table import MOST_CHARS, tables

ROWS = 4_000
HEAD = "Order\tCountry\tPrice\tPieces"


def text(rows: int = ROWS, mark: str = "$") -> str:
    random = Random(5)  # noqa: S311  the same sheet at every run
    lines = [
        f"{5000 + n}\t{random.choice(('Sweden', 'Norway', 'New Zealand'))}\t{mark if n % 7 == 1 else '$'}"
        f"{random.randrange(1000, 9_999_999):,}\t{random.choice(('(3)', '4', '1,200')) if n % 11 else ''}"
        for n in range(rows)
    ]
    return "\n".join([f"{HEAD}\n", *lines])


def sheet(said: str) -> Source:
    """Return a sheet as the reader of CSV gives it: the first line is a heading."""
    return Source(said, "orders", "csv", (Heading(Span(0, max(0, said.find("\n"))), 1),))


def where(*conditions: Condition) -> RowSelection:
    return RowSelection(tuple(conditions))


SWEDEN = Condition(1, Operator.IS, "sweden")
ZEALAND = Condition(1, Operator.HAS, "zealand")
PLANS: tuple[Plan, ...] = (
    Aggregate(where(SWEDEN), Measure.SUM, 2),
    Aggregate(where(SWEDEN), Measure.SUM, 3),
    Aggregate(where(ZEALAND), Measure.COUNT),
    Aggregate(where(Condition(1, Operator.IS, "sweden", negated=True)), Measure.COUNT),
    Aggregate(RowSelection(), Measure.AVERAGE, 3),
    Aggregate(RowSelection(), Measure.MOST, 2),
    Aggregate(RowSelection(), Measure.SPAN, 2),
    Aggregate(RowSelection(), Measure.DISTINCT, 1),
    Aggregate(where(Condition(2, Operator.OVER, low=Decimal(9_000_000)), SWEDEN), Measure.COUNT),
    Aggregate(RowSelection((SWEDEN,), Order(2, True)), Measure.CELLS, 0),
    Aggregate(RowSelection((), Order(2, False, 1)), Measure.CELLS, 1),
    Aggregate(where(Condition(0, Operator.EQUALS, low=Decimal(5123))), Measure.CELLS, 2),
    Aggregate(where(Condition(3, Operator.FILLED, negated=True), SWEDEN), Measure.COUNT),
    GroupRanking(RowSelection(), 1),
    GroupRanking(RowSelection(), 1, Measure.SUM, 2, descending=False),
)


@pytest.fixture(scope="module")
def source() -> Source:
    return sheet(text())


@pytest.mark.parametrize("plan", PLANS, ids=repr)
def test_a_long_table_gives_the_results_of_lists(source: Source, plan: Plan) -> None:
    (small,) = tables(source)
    analyzer = Analyzer()
    terms = [[analyzer.terms(cell.text) for cell in row] for row in small.rows]
    expected = PlanRunner(small, ListQueries(small, terms)).run(plan)
    with LargeTable(source, analyzer) as large:
        found = LargeRunner(large).run(plan)
    assert (found.result.values, found.result.unit) == (expected.values, expected.unit)
    assert found.counts.total == ROWS
    if isinstance(plan, Aggregate):
        assert found.counts.used == len(set(expected.rows))
        assert found.counts.without_value == len(expected.without_value)
        assert found.result.cells == expected.cells[: len(found.result.cells)]
        assert len(found.result.cells) == min(len(expected.cells), MOST_LISTED) or expected.without_value


def test_cells_are_spans_of_the_source(source: Source) -> None:
    with LargeTable(source, Analyzer()) as large:
        sample = large.sample("What is the price of order 5123 in New Zealand?")
        assert "5123" in {row[0].text for row in sample.rows}
        for row in sample.rows:
            assert all(cell.span.of(source.text) == cell.text for cell in row)


def test_several_currencies_are_not_added() -> None:
    with LargeTable(sheet(text(mark="€")), Analyzer()) as large, pytest.raises(UnitsDiffer):
        LargeRunner(large).run(PLANS[0])


@pytest.mark.parametrize("said", ["", "one line", "a\tb\n", "no table\nat all\n", "\t" * 100 + "\n1\t2"])
def test_what_is_no_long_table_is_refused(said: str) -> None:
    with pytest.raises(NotComputed), LargeTable(sheet(said), Analyzer()):
        pass


def test_the_last_table_is_kept(source: Source) -> None:
    kept = LargeTables()
    first = kept.opened("a", lambda: source, Analyzer())
    assert kept.opened("a", lambda: pytest.fail("it is read again"), Analyzer()) is first
    for _ in range(2):
        with pytest.raises(NotComputed, match="2 to 64 columns"):
            kept.opened("b", lambda: Source("words", "b", "csv"), Analyzer())


def test_a_long_table_is_computed_again() -> None:
    long = text(MOST_CHARS // 20)
    source = sheet(long)
    assert len(long) > MOST_CHARS
    with LargeTable(source, Analyzer()) as large:
        found = LargeRunner(large).run(PLANS[0])
    value = int(found.result.values[0])
    recipe = Recipe(0, tuple(HEAD.split("\t")), stored_plan(PLANS[0]))
    for now, standing in (
        (source, Standing.COMPUTED),
        (Source(f"{long}\n1\tSweden\t$5\t1", "o", "csv"), Standing.STALE),
    ):
        assert recomputed({"a": now}, recipe, (value,), "$", Analyzer()).standing is standing
