"""Plans as SQL, made only of the plan's enumerations and column numbers; every value is bound.

Table `t` holds for each row its number `r`, and for each column n the words `tn`, the number `nn` and whether
there is no value, `en`.
"""

from collections.abc import Sequence
from typing import Any

from citeback.rag.tables.aggregate_runner import SCALE
from citeback.rag.tables.plan import Condition, GroupRanking, Measure, Operator, Order

OPERATORS = {
    Operator.EQUALS: "=",
    Operator.OVER: ">",
    Operator.LEAST: ">=",
    Operator.UNDER: "<",
    Operator.MOST: "<=",
}
MEASURES = {
    Measure.COUNT: "count(*)",
    Measure.SUM: "sum({0})",
    Measure.AVERAGE: "sum({0})",  # divided exactly afterwards, by the count beside it
    Measure.MEDIAN: "median({0})",
    Measure.LEAST: "min({0})",
    Measure.MOST: "max({0})",
    Measure.SPAN: "max({0}) - min({0})",
}
_ONLY_ROWS = "r IN (SELECT unnest(?))"


def create(width: int) -> str:
    """Return the statement that creates `t` for so many columns."""
    columns = ", ".join(f"t{n} VARCHAR, n{n} DECIMAL(38, {SCALE}), e{n} BOOLEAN" for n in range(width))
    return f"CREATE TABLE t (r INTEGER, {columns})"


def insert(lists: int) -> str:
    """Return the statement that fills `t` from so many lists."""
    return f"INSERT INTO t SELECT {', '.join(['unnest(?)'] * lists)}"


def rows(conditions: Sequence[Condition], order: Order | None) -> tuple[str, list[Any]]:
    """Return the query for the rows that pass, in order, each with what it is ordered by; and its values."""
    where, values = _where(conditions)
    column = "r" if order is None or order.column is None else f"n{order.column}"
    way = "DESC" if order is not None and order.descending else "ASC"
    sql = f"SELECT r, {column} FROM t WHERE {where} AND {column} IS NOT NULL ORDER BY {column} {way}, r"
    return sql, values


def rows_along(column: int | None) -> str:
    """Return the query for all rows as they stand, or along a column."""
    by = "r" if column is None else f"n{column}"
    return f"SELECT r FROM t WHERE {by} IS NOT NULL ORDER BY {by}, r"


def distinct(column: int) -> str:
    """Return the query for the number of distinct values of some rows in a column."""
    return f"SELECT count(DISTINCT t{column}) FROM t WHERE {_ONLY_ROWS} AND NOT e{column}"


def measured(measure: Measure, column: int) -> str:
    """Return the query for a measure of some rows, and for how many of them have a number."""
    figure = MEASURES[measure].format(f"n{column}")
    return f"SELECT {figure}, count(n{column}) FROM t WHERE {_ONLY_ROWS}"


def groups(plan: GroupRanking) -> str:
    """Return the query for groups of some rows: the rows of each, and its measure."""
    figure = "count(*)" if plan.column is None else MEASURES[plan.measure].format(f"n{plan.column}")
    way = "DESC" if plan.descending else "ASC"
    return (
        f"SELECT list(r ORDER BY r), {figure} AS f FROM t WHERE {_ONLY_ROWS} AND NOT e{plan.by} "
        f"GROUP BY t{plan.by} HAVING f IS NOT NULL ORDER BY f {way}, min(r)"
    )


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Return the conditions as SQL, and the values that are bound in it."""
    parts, values = ["TRUE"], list[Any]()
    for each in conditions:
        sql, bound = _condition(each)
        parts.append(f"NOT coalesce(({sql}), FALSE)" if each.negated else sql)
        values += bound
    return " AND ".join(f"({part})" for part in parts), values


def _condition(each: Condition) -> tuple[str, list[Any]]:
    t, n = f"t{each.column}", f"n{each.column}"
    match each.test:
        case Operator.IS:
            return f"{t} IN ({', '.join('?' * (1 + len(each.others)))})", [each.words, *each.others]
        case Operator.HAS:
            holds = f"contains(' ' || {t} || ' ', ' ' || ? || ' ')"
            return " OR ".join([holds] * (1 + len(each.others))), [each.words, *each.others]
        case Operator.BETWEEN:
            return f"{n} BETWEEN ? AND ?", [each.low, each.high]
        case Operator.MONTH:
            return f"floor({n} / 100) % 100 = ?", [each.low]
        case Operator.FILLED:
            return f"NOT e{each.column}", []
    return f"{n} {OPERATORS[each.test]} ?", [each.low]
