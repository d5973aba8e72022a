"""Explains a plan and its result in words: the computation, and the rows left out."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from citeback.index.search.analyzer import fold_accents
from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.formatted_figure import formatted
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
from citeback.rag.tables.table import Table

MOST_NAMED = 5  # rows or values that a sentence names
_LONGEST_SAID = 80  # characters of a cell that is said as it is written
_WORD = re.compile(r"\w+")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_OF: Mapping[Measure, str] = {
    Measure.SUM: "sum of {}",
    Measure.AVERAGE: "average of {}",
    Measure.MEDIAN: "median of {}",
    Measure.LEAST: "lowest {}",
    Measure.MOST: "highest {}",
    Measure.SPAN: "highest less lowest {}",
    Measure.DISTINCT: "how many different {}",
    Measure.CELLS: "{}",
}
_SUGGESTED: Mapping[Measure, str] = {
    Measure.LEAST: "lowest value of the {}",
    Measure.MOST: "highest value of the {}",
    Measure.SPAN: "difference of the highest and the lowest value of the {}",
    Measure.DISTINCT: "number of different values of the {}",
    Measure.SUM: "sum of the {}",
    Measure.AVERAGE: "average of the {}",
    Measure.MEDIAN: "median of the {}",
    Measure.CELLS: "value of the {}",
}
_TESTS: Mapping[Operator, str] = {
    Operator.EQUALS: "",
    Operator.OVER: "over ",
    Operator.LEAST: "at least ",
    Operator.UNDER: "under ",
    Operator.MOST: "at most ",
}


def sentence(table: Table, plan: Plan, result: Result) -> str:
    """Return the answer: the result and how it came about.

    "420: sum of Ships where Country is Sweden, 2 of 4 rows."
    """
    left = _left_out(table, plan, result)
    return f"{_values(result)}: {described(table, plan)}{_counted(table, plan, result)}.{left}"


def counted_sentence(table: Table, plan: Plan, result: Result, counts: RowCounts) -> str:
    """Return the answer over a table whose rows are only counted."""
    left = counts.without_value
    said = f" Left out for want of a value: {left:,} row{'' if left == 1 else 's'}." if left else ""
    return f"{_values(result)}: {described(table, plan)}, {counts.used:,} of {counts.total:,} rows.{said}"


def _values(result: Result) -> str:
    values = [formatted(v, result.unit) for v in result.values[:MOST_NAMED]]
    more = len(result.values) - MOST_NAMED
    return ", ".join(values) + (f" and {more:,} more" if more > 0 else "")


def described(table: Table, plan: Plan) -> str:
    """Return the computation of a plan in words."""
    if isinstance(plan, Combination):
        return _pair(table, plan, _take)
    if isinstance(plan, GroupRanking):
        return _group(table, plan)
    if isinstance(plan, HeadRanking):
        names = [_name(table, column) for column in plan.columns]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        way = "highest" if plan.descending else "lowest"
        return f"which of {', '.join(names[:MOST_NAMED])}{more} is {way}{_rows(table, plan.rows)}"
    return _take(table, plan)


def suggested(table: Table, plan: Plan) -> str:
    """Return the computation of a plan as it is suggested to somebody who may not know the table.

    "the sum of the column Ships where Country is Sweden" for "sum of Ships where Country is Sweden".
    """
    if isinstance(plan, Combination):
        return _pair(table, plan, _suggested)
    if isinstance(plan, Aggregate):
        return _suggested(table, plan)
    return described(table, plan)


def _suggested(table: Table, take: Aggregate) -> str:
    rows = _rows(table, take.rows)
    if take.measure is Measure.RUN:
        return f"the most rows one after another{rows}"
    if take.measure is Measure.COUNT or take.column is None:
        return f"the number of rows{rows}"
    return f"the {_SUGGESTED[take.measure].format(f'column {_name(table, take.column)}')}{rows}"


def _group(table: Table, plan: GroupRanking) -> str:
    by, rows = _name(table, plan.by), _rows(table, plan.rows)
    if plan.over == 0:
        return f"{by} without a row{rows}"
    if plan.over is not None:
        least = f"{'exactly' if plan.exactly else 'at least'} {plan.over:f}"
        return f"{'' if plan.listed else 'how many '}{by} that {least} rows have{rows}"
    if plan.every:
        figure = "rows" if plan.column is None else _OF[plan.measure].format(_name(table, plan.column))
        return f"{figure} for each {by}{rows}"
    if plan.column is None:
        return f"the {by} with the {'most' if plan.descending else 'fewest'} rows{rows}"
    figure = _OF[plan.measure].format(_name(table, plan.column))
    return f"the {by} for which the {figure} is {'highest' if plan.descending else 'lowest'}{rows}"


def _take(table: Table, take: Aggregate) -> str:
    if take.measure is Measure.RUN:
        return "most rows one after another" + _rows(table, take.rows)
    if take.measure is Measure.COUNT or take.column is None:
        return "rows" + _rows(table, take.rows)
    return _OF[take.measure].format(_name(table, take.column)) + _rows(table, take.rows)


def _pair(table: Table, plan: Combination, said: Callable[[Table, Aggregate], str]) -> str:
    first, second = said(table, plan.first), said(table, plan.second)
    match plan.operation:
        case Operation.DIFFERENCE:
            return f"difference between {first} and {second}"
        case Operation.LESS:
            return f"{first} less {second}"
        case Operation.SUM:
            return f"{first} plus {second}"
        case Operation.SHARE:
            return f"{first} as a share of {second}, in percent"
        case Operation.SAME:
            return f"whether {first} and {second} are the same"
    return f"{first} compared with {second}"


def _rows(table: Table, rows: RowSelection) -> str:
    where = " and ".join(_condition(table, each) for each in rows.where)
    said = f" where {where}" if where else ""
    if rows.order is not None:
        said += _order(table, rows.order)
    if rows.step:
        along = "" if rows.along is None else f" by {_name(table, rows.along)}"
        side = "after" if rows.step > 0 else "before"
        said = f" in the row {side} that{said}{along}"
    return said


def _order(table: Table, order: Order) -> str:
    place = "" if not order.skip else f" number {order.skip + 1}"
    if order.column is None:
        return f",{place or ''} {'last' if order.descending else 'first'} row"
    return f",{place} {'highest' if order.descending else 'lowest'} {_name(table, order.column)}"


def _condition(table: Table, each: Condition) -> str:
    name, no = _name(table, each.column), "not " if each.negated else ""
    match each.test:
        case Operator.IS:
            return f"{name} is {no}{_written(table, each)}"
        case Operator.HAS:
            return f"{name} {'does not hold' if each.negated else 'holds'} “{_written(table, each)}”"
        case Operator.BETWEEN:
            low, high = (_bound(table, each.column, bound) for bound in (each.low, each.high))
            if low == high:
                return f"{name} is {no}{low}"
            return f"{name} is {no}from {low} to {high}"
        case Operator.MONTH:
            return f"{name} is {no}in {_MONTHS[int(each.low or 1) - 1]}"
        case Operator.FILLED:
            return f"{name} {'is empty' if each.negated else 'is filled'}"
    return f"{name} is {no}{_TESTS[each.test]}{_bound(table, each.column, each.low)}"


def _bound(table: Table, column: int, number: Decimal | None) -> str:
    figure = number or Decimal(0)
    if table.columns[column].kind is Kind.DATE and figure >= 10_000_000:
        year, rest = divmod(int(figure), 10_000)
        month, day = divmod(rest, 100)
        whole = not 0 < month <= 12
        return (
            str(year)
            if whole
            else f"{day} {_MONTHS[month - 1]} {year}"
            if 0 < day <= 31
            else f"{_MONTHS[month - 1]} {year}"
        )
    return f"{figure:f}"


def _written(table: Table, each: Condition) -> str:
    """Return the words of a condition, "or" between several, as the table writes them in a cell."""
    return " or ".join(_as_in_cell(table, each.column, words) for words in (each.words, *each.others))


def _as_in_cell(table: Table, column: int, words: str) -> str:
    wanted = words.split()
    for row in table.rows:
        text = row[column].text
        said = _WORD.findall(fold_accents(text.casefold())) if len(text) <= _LONGEST_SAID else []
        if len(said) == len(wanted) and all(map(_alike, said, wanted)):
            return text
    return words


def _alike(said: str, term: str) -> bool:
    """Return whether a word may be compared by a term: countries by countri, 2009 by 2009 alone."""
    shared = max(3, len(term) - 1) if term.isalpha() else len(term)
    return said == term or (said.isalpha() and term.isalpha() and said[:shared] == term[:shared])


def _name(table: Table, column: int) -> str:
    return table.head[column].text or f"column {column + 1}"


def _counted(table: Table, plan: Plan, result: Result) -> str:
    if isinstance(plan, Combination):
        return ""
    total = len(table.rows) - len(table.totals)
    return f", {len(set(result.rows)):,} of {total:,} rows"


def _left_out(table: Table, plan: Plan, result: Result) -> str:
    """Return which rows have no value, as a sentence; and which are totals of others."""
    said = []
    if result.without_value:
        count, own = (
            len(result.without_value),
            [_row_name(table, r) for r in result.without_value[:MOST_NAMED]],
        )
        more = f" and {count - MOST_NAMED:,} more" if count > MOST_NAMED else ""
        said.append(f" Left out for want of a value: {', '.join(own)}{more}.")
    if table.totals and not (isinstance(plan, Aggregate) and plan.measure is Measure.CELLS):
        names: Sequence[str] = [_row_name(table, r) for r in sorted(table.totals)]
        said.append(f" Not counted as a row: {', '.join(names)}.")
    return "".join(said)


def _row_name(table: Table, row: int) -> str:
    return next((cell.text for cell in table.rows[row] if cell.text), f"row {row + 1}")
