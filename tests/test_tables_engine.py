"""Plans over tables, against a dozen plain lines of Python; and what the engine must refuse."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.aggregate_runner import rounded_figure
from citeback.rag.tables.engine import Engine
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    Condition,
    GroupRanking,
    Measure,
    Operation,
    Operator,
    Order,
    Plan,
    RowSelection,
)
from citeback.rag.tables.result import NotComputed, Result
from citeback.rag.tables.table import Table, tables

SHIPS = "Country,Port,Ships\nSweden,Ystad,120\nNorway,Oslo,7\nSweden,Lund,300\nFinland,Turku,-\n"


def table(text: str) -> Table:
    return tables(read(text.encode(), "ships"))[0]


def run(text: str, plan: Plan) -> Result:
    with Engine(table(text), Analyzer()) as engine:
        return engine.run(plan)


def where(*conditions: Condition) -> RowSelection:
    return RowSelection(tuple(conditions))


SWEDEN = Condition(0, Operator.IS, "sweden")


def test_a_sum_with_its_cells() -> None:
    found = run(SHIPS, Aggregate(where(SWEDEN), Measure.SUM, 2))
    assert (found.values, found.rows, found.cells) == ((Decimal(420),), (0, 2), ((0, 2), (2, 2)))


def test_rows_without_a_value_are_named() -> None:
    found = run(SHIPS, Aggregate(RowSelection(), Measure.AVERAGE, 2))
    assert found.values == (Decimal("142.333333"),)
    assert found.without_value == (3,)


def test_the_row_of_the_most_and_the_row_beside() -> None:
    assert run(SHIPS, Aggregate(RowSelection((), Order(2, True)), Measure.CELLS, 1)).values == ("Lund",)
    assert run(
        SHIPS, Aggregate(RowSelection((Condition(1, Operator.IS, "oslo"),), None, 1), Measure.CELLS, 1)
    ).values == ("Lund",)


def test_different_values_are_counted_once() -> None:
    found = run(SHIPS, Aggregate(RowSelection(), Measure.DISTINCT, 0))
    assert found.values == (Decimal(3),)


def test_which_value_comes_most() -> None:
    assert run(SHIPS, GroupRanking(RowSelection(), 0)).values == ("Sweden",)
    assert run(SHIPS, GroupRanking(RowSelection(), 0, Measure.SUM, 2)).values == ("Sweden",)
    assert run(SHIPS, GroupRanking(RowSelection(), 0, over=Decimal(2))).values == (Decimal(1),)


def test_two_figures() -> None:
    sides = [
        Aggregate(where(Condition(1, Operator.IS, port)), Measure.CELLS, 2) for port in ("ystad", "oslo")
    ]
    found = {
        operation: run(SHIPS, Combination(sides[0], sides[1], operation, ("Ystad", "Oslo"))).values[0]
        for operation in Operation
    }
    assert found == {
        Operation.DIFFERENCE: Decimal(113),
        Operation.LESS: Decimal(113),
        Operation.SUM: Decimal(127),
        Operation.SHARE: Decimal("1714.285714"),
        Operation.MORE: "Ystad",
        Operation.FEWER: "Oslo",
        Operation.SAME: False,
        Operation.IS_MORE: True,
        Operation.IS_LESS: False,
        Operation.HOW: "Ystad",
    }


@pytest.mark.parametrize(
    ("text", "plan", "reason"),
    [
        ("A,B\nx,5 km\ny,3 miles\n", Aggregate(RowSelection(), Measure.SUM, 1), "several units"),
        ("A,B\nx,€5\ny,$3\n", Aggregate(RowSelection(), Measure.SUM, 1), "several units"),
        (
            "A,B\nx,5\ny,0\n",
            Combination(
                Aggregate(where(Condition(0, Operator.IS, "x")), Measure.CELLS, 1),
                Aggregate(where(Condition(0, Operator.IS, "y")), Measure.CELLS, 1),
                Operation.SHARE,
            ),
            "divide",
        ),
        ("A,B\nx,-\ny,-\n", Aggregate(RowSelection(), Measure.SUM, 1), "no figures"),
        (SHIPS, Aggregate(where(Condition(0, Operator.IS, "denmark")), Measure.SUM, 2), "no row"),
    ],
)
def test_what_cannot_be_computed_is_said(text: str, plan: Plan, reason: str) -> None:
    with pytest.raises(NotComputed, match=reason):
        run(text, plan)


def test_totals_are_no_rows() -> None:
    text = "Country,Ships\nSweden,120\nNorway,7\nTotal,127\n"
    assert run(text, Aggregate(RowSelection(), Measure.SUM, 1)).values == (Decimal(127),)
    assert run(text, Aggregate(RowSelection(), Measure.COUNT)).values == (Decimal(2),)


def test_brackets_are_negative_and_heads_hold_units() -> None:
    text = "Quarter,Result (m€)\nQ1,(12)\nQ2,30\n"
    found = run(text, Aggregate(RowSelection(), Measure.SUM, 1))
    assert (found.values, found.unit) == ((Decimal(18),), "m€")


def test_a_hostile_value_is_a_value() -> None:
    words = "'; DROP TABLE t; --"
    assert run(SHIPS, Aggregate(where(Condition(0, Operator.IS, words)), Measure.COUNT)).values == (
        Decimal(0),
    )


def test_the_engine_reaches_nothing_outside() -> None:
    with Engine(table(SHIPS), Analyzer()) as engine:
        for sql in (
            "SELECT * FROM read_csv('/etc/hostname')",
            "COPY t TO '/tmp/t.csv'",
            "ATTACH '/tmp/t.db'",
            "INSTALL httpfs",
            "SET threads = 8",
        ):
            with pytest.raises(duckdb.Error):
                engine._connection.execute(sql)


def test_a_plan_that_takes_too_long_is_given_up() -> None:
    with Engine(table("A,B\n1,2\n"), Analyzer(), seconds=0.2) as engine:
        with pytest.raises(NotComputed, match="too long"), engine._limited():
            engine._connection.execute("SELECT sum(range % 7) FROM range(1000000000000)").fetchall()
        assert engine.run(Aggregate(RowSelection(), Measure.SUM, 1)).values


numbers = st.lists(st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2)), min_size=1, max_size=12)


def csv(values: Sequence[Decimal | None]) -> str:
    return "Name,Amount\n" + "".join(f"n{i},{'-' if v is None else f'{v:f}'}\n" for i, v in enumerate(values))


@settings(max_examples=40, deadline=None)
@given(numbers, st.decimals(-(10**9), 10**9, places=2))
def test_figures_are_those_of_plain_python(values: list[Decimal | None], bound: Decimal) -> None:
    told = [v for v in values if v is not None]
    over = [v for v in told if v > bound]
    with Engine(table(csv(values)), Analyzer()) as engine:
        condition = Condition(1, Operator.OVER, low=bound)
        assert engine.run(Aggregate(where(condition), Measure.COUNT)).values == (Decimal(len(over)),)
        if not told:
            return
        assert engine.run(Aggregate(RowSelection(), Measure.SUM, 1)).values == (
            rounded_figure(sum(told, Decimal(0))),
        )
        assert engine.run(Aggregate(RowSelection(), Measure.AVERAGE, 1)).values == (
            rounded_figure(sum(told, Decimal(0)) / len(told)),
        )
        assert engine.run(Aggregate(RowSelection(), Measure.MEDIAN, 1)).values == (
            rounded_figure(median(told)),
        )
        assert engine.run(Aggregate(RowSelection(), Measure.LEAST, 1)).values == (rounded_figure(min(told)),)
        assert engine.run(Aggregate(RowSelection(), Measure.MOST, 1)).values == (rounded_figure(max(told)),)
        best = {f"n{i}" for i, v in enumerate(values) if v == max(told)}
        assert set(engine.run(Aggregate(RowSelection((), Order(1, True)), Measure.CELLS, 0)).values) == best
