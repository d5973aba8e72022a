"""What is computed is said in the language of the page: every part of the sentence, and no word of a cell."""

import gettext
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.records import Heading, Source, Span
from citeback.page.views.computed_words import said_computation, said_result
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import speaking
from citeback.rag.messages import catalogue
from citeback.rag.tables.explanation import counted_sentence, described, sentence, suggested
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    Condition,
    GroupRanking,
    HeadRanking,
    Measure,
    Operation,
    Operator,
    Order,
    Plan,
    RowSelection,
)
from citeback.rag.tables.result import Result, RowCounts
from citeback.rag.tables.table import Table, tables

# No Latin letter stands in the table, so that whatever has one is said by the page.
TEXT = "Порт\tСтрана\tСуда\nОсло\tНорвегия\t7\nЛунд\tШвеция\t300\nТурку\tФинляндия\t19\n"
FIVE = Decimal(5)
ALL = RowSelection()
TESTS = [
    Condition(1, Operator.IS, "швеция", others=("норвегия",)),
    Condition(1, Operator.HAS, "швеция"),
    *(
        Condition(2, test, low=FIVE)
        for test in (Operator.OVER, Operator.LEAST, Operator.UNDER, Operator.MOST)
    ),
    Condition(2, Operator.EQUALS, low=FIVE),
    Condition(2, Operator.BETWEEN, low=FIVE, high=Decimal(9)),
    Condition(2, Operator.BETWEEN, low=FIVE, high=FIVE),
    Condition(2, Operator.MONTH, low=Decimal(3)),
    Condition(2, Operator.FILLED),
]
NEGATED = [
    Condition(each.column, each.test, each.words, each.low, each.high, negated=True, others=each.others)
    for each in TESTS
]
ROWS = [
    *(RowSelection((each,)) for each in (*TESTS, *NEGATED)),
    RowSelection((TESTS[0], TESTS[2])),
    *(
        RowSelection(order=Order(column, descending, skip))
        for column in (None, 2)
        for descending in (True, False)
        for skip in (0, 2)
    ),
    RowSelection((TESTS[0],), Order(2, True)),
    RowSelection((TESTS[0],), step=1, along=2),
    RowSelection((TESTS[0],), step=-1),
]
FIGURES = [Aggregate(ALL, measure, None if measure is Measure.COUNT else 2) for measure in Measure]
SWEDEN, SHIPS = Aggregate(ROWS[0], Measure.SUM, 2), Aggregate(ALL, Measure.MOST, 2)
PLANS: list[Plan] = [
    *FIGURES,
    *(Aggregate(rows, Measure.SUM, 2) for rows in ROWS),
    *(Aggregate(rows, Measure.CELLS, 0) for rows in ROWS),
    *(Combination(SWEDEN, SHIPS, operation) for operation in Operation),
    *(GroupRanking(ALL, 1, descending=down) for down in (True, False)),
    *(GroupRanking(ALL, 1, Measure.SUM, 2, descending=down) for down in (True, False)),
    *(GroupRanking(ALL, 1, over=FIVE, listed=a, exactly=b) for a in (True, False) for b in (True, False)),
    *(HeadRanking(ROWS[0], (1, 2), descending=down) for down in (True, False)),
]


@pytest.fixture(scope="module")
def table() -> Table:
    return next(iter(tables(Source(TEXT, "", "csv", (Heading(Span(0, 16), 1),), ()))))


class Cyrillic(gettext.NullTranslations):
    """Says every message without a Latin letter, and its values as they are."""

    def gettext(self, message: str) -> str:
        return re.sub(r"\{\w+\}|[A-Za-z]", lambda each: each[0] if each[0][0] == "{" else "ж", message)


@pytest.fixture(autouse=True)
def cyrillic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "translations", lambda _: Cyrillic())


def left_in_english(text: str) -> list[str]:
    return re.findall("[A-Za-z]+", text)


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_no_part_of_a_computation_stays_english(plan: Plan, table: Table) -> None:
    result = Result(values=(Decimal(420),), rows=(0, 1), cells=((0, 2),), without_value=(2,))
    counts = RowCounts(used=3, total=1200, without_value=4)
    with speaking("de"):
        assert left_in_english(said_result(sentence(table, plan, result))) == []
        assert left_in_english(said_computation(described(table, plan))) == []
        assert left_in_english(said_computation(suggested(table, plan))) == []
        if not isinstance(plan, Combination):
            assert left_in_english(said_result(counted_sentence(table, plan, result, counts))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Порты has no row for 2025.",
        "Суда is in several units: ц, м.",
        "not JSON: Expecting ',' delimiter: line 1 column 5 (char 4)",
        "not a table of values: unexpected end of data, at line 7",
    ],
)
def test_reasons_are_translated(text: str) -> None:
    with speaking("de"):
        assert left_in_english(translated(text)) == []


@given(st.text() | st.text("aе :,.() 0andorwhereisrows"))
def test_any_other_text_is_as_it_was(text: str) -> None:
    with speaking("en"):
        assert said_result(text) == said_computation(text) == text
    with speaking("de"):
        said_computation(text)
        assert said_result(text) == text or ":" in text
