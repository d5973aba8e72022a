"""The SQL over a long table, made only of a plan's enumerations and column numbers; every value is bound.

Table `t` holds for each row its number `r`, and for each column n the text `cn` and the number `nn`. For
columns of words, `dn` holds every different text `c` with its words `w`.
"""

from collections.abc import Sequence
from typing import Any

from citeback.rag.tables.aggregate_runner import SCALE
from citeback.rag.tables.plan import Condition, GroupRanking, Measure, Operator
from citeback.rag.tables.sql import MEASURES, OPERATORS

_DIGITS = r"^[$€£¥]? ?[-−]?(\d{1,3}(,\d{3})+|\d{1,25})(\.\d{1,12})? ?%?$"
_MARKS = "[$€£¥,% ]"


def create(width: int, wordy: Sequence[int]) -> list[str]:
    """Return the statements that create the tables for so many columns, those of words among them."""
    columns = ", ".join(f"c{n} VARCHAR, n{n} DECIMAL(38, {SCALE})" for n in range(width))
    return [
        f"CREATE TABLE t (r INTEGER, {columns})",
        *(f"CREATE TABLE d{n} (c VARCHAR, w VARCHAR)" for n in wordy),
    ]


def insert(width: int, figured: Sequence[int]) -> str:
    """Return the statement that adds rows from a list of their numbers and one of their lines."""
    cells = [f"trim(s[{n + 1}])" for n in range(width)]
    numbers = [_number(cell) if n in figured else "NULL" for n, cell in enumerate(cells)]
    both = ", ".join(f"{c}, {number}" for c, number in zip(cells, numbers, strict=True))
    lines = "SELECT r, string_split(line, chr(9)) AS s FROM (SELECT unnest(?) AS r, unnest(?) AS line)"
    return f"INSERT INTO t SELECT r, {both} FROM ({lines})"


def _number(cell: str) -> str:
    """Return the number that a cell plainly is; NULL for any other, which is read by `cell_values`."""
    digits = f"replace(regexp_replace({cell}, '{_MARKS}', '', 'g'), '−', '-')"
    return (
        f"CASE WHEN regexp_matches({cell}, '{_DIGITS}') THEN TRY_CAST({digits} AS DECIMAL(38, {SCALE})) END"
    )


def unread(column: int) -> str:
    """Return the query for the different texts of a column that were not read as numbers."""
    return f"SELECT DISTINCT c{column} FROM t WHERE n{column} IS NULL AND c{column} <> ''"


def read_again(column: int) -> str:
    """Return the statement that sets the numbers of texts, from a list of these and one of those."""
    found = "SELECT unnest(?) AS c, unnest(?) AS n"
    return f"UPDATE t SET n{column} = f.n FROM ({found}) f WHERE t.c{column} = f.c"


def marks(column: int) -> str:
    """Return the query for the currencies and percent signs beside the numbers of a column."""
    sign = f"regexp_extract(c{column}, '[$€£¥%]')"
    return f"SELECT DISTINCT {sign} FROM t WHERE n{column} IS NOT NULL"


def different(column: int) -> str:
    """Return the query for the different texts of a column, at most so many."""
    return f"SELECT DISTINCT c{column} FROM t LIMIT ?"


def words(column: int) -> str:
    """Return the statement that adds texts with their words from two lists."""
    return f"INSERT INTO d{column} SELECT unnest(?), unnest(?)"


def rows_with_words(column: int) -> str:
    """Return the query for the first rows of texts that have any of some words, the shortest texts first."""
    return (
        f"SELECT min(t.r) FROM t JOIN d{column} d ON t.c{column} = d.c "
        "WHERE list_has_any(string_split(d.w, ' '), ?) "
        "GROUP BY d.c, d.w ORDER BY length(d.w), min(t.r) LIMIT ?"
    )


def rows_with_numbers(column: int) -> str:
    """Return the query for the first rows that have any of some numbers."""
    return f"SELECT min(r) FROM t WHERE n{column} IN (SELECT unnest(?)) GROUP BY n{column} LIMIT ?"


def counted(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Return the query for the number of rows that pass, and its values."""
    where, values = passing(conditions)
    return f"SELECT count(*) FROM t WHERE {where}", values


def first(conditions: Sequence[Condition], most: int, figure: int | None = None) -> tuple[str, list[Any]]:
    """Return the query for the first rows that pass, and have a `figure` in that column; and its values."""
    where, values = passing(conditions)
    also = "" if figure is None else f" AND n{figure} IS NOT NULL"
    return f"SELECT r FROM t WHERE {where}{also} ORDER BY r LIMIT {most}", values


def placed(
    conditions: Sequence[Condition], column: int, descending: bool, skip: int
) -> tuple[str, list[Any]]:
    """Return the query for the number at a rank of a column, among its distinct numbers."""
    where, values = passing(conditions)
    way = "DESC" if descending else "ASC"
    numbers = f"SELECT DISTINCT n{column} AS n FROM t WHERE {where} AND n{column} IS NOT NULL"
    return f"SELECT n FROM ({numbers}) ORDER BY n {way} LIMIT 1 OFFSET {skip}", values


def measured(conditions: Sequence[Condition], measure: Measure, column: int) -> tuple[str, list[Any]]:
    """Return the query for a measure of the rows that pass and the number with a figure, and its values."""
    where, values = passing(conditions)
    figure = (
        f"count(DISTINCT c{column})"
        if measure is Measure.DISTINCT
        else MEASURES[measure].format(f"n{column}")
    )
    return f"SELECT {figure}, count(n{column}), count(*) FROM t WHERE {where}", values


def groups(plan: GroupRanking) -> tuple[str, list[Any]]:
    """Return the query for the texts whose groups come first, each with its measure; and its values."""
    where, values = passing(plan.rows.where)
    figure = "count(*)" if plan.column is None else MEASURES[plan.measure].format(f"n{plan.column}")
    way = "DESC" if plan.descending else "ASC"
    c = f"c{plan.by}"
    return (
        f"SELECT {c}, {figure} AS f, min(r) FROM t WHERE {where} AND {c} <> '' "
        f"GROUP BY {c} HAVING f IS NOT NULL ORDER BY f {way}, min(r) LIMIT 20",
        values,
    )


def passing(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Return the conditions as SQL, and the values that are bound in it."""
    parts, values = ["TRUE"], list[Any]()
    for each in conditions:
        sql, bound = _condition(each)
        parts.append(f"NOT coalesce(({sql}), FALSE)" if each.negated else sql)
        values += bound
    return " AND ".join(f"({part})" for part in parts), values


def _condition(each: Condition) -> tuple[str, list[Any]]:
    n, c = f"n{each.column}", f"c{each.column}"
    said = [each.words, *each.others]
    own = f"{c} IN (SELECT c FROM d{each.column} WHERE"
    match each.test:
        case Operator.IS:
            return f"{own} w IN (SELECT unnest(?)))", [said]
        case Operator.HAS:
            holds = " OR ".join(["contains(' ' || w || ' ', ' ' || ? || ' ')"] * len(said))
            return f"{own} {holds})", [*said]
        case Operator.BETWEEN:
            return f"{n} BETWEEN ? AND ?", [each.low, each.high]
        case Operator.MONTH:
            return f"floor({n} / 100) % 100 = ?", [each.low]
        case Operator.FILLED:
            return f"{c} <> ''", []
    return f"{n} {OPERATORS[each.test]} ?", [each.low]
