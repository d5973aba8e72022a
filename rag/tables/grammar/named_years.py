"""The years that a question names and that its table has no row for."""

import re

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable

_NAMED = re.compile(r" (?:in|for|of|during|year) (?P<year>(?:19|20)\d\d)(?= )")
_UNDATED = re.compile(r" as of ")


def absent_years(question: QuestionOnTable) -> tuple[str, ...]:
    """Return the years that a question names as its rows' and that a table with years nowhere has."""
    columns = [n for n in range(len(question.columns)) if question.mentions.holds_years(n)]
    named = dict.fromkeys(match["year"] for match in _NAMED.finditer(question.words.line))
    if not columns or not named or _UNDATED.search(question.words.line):
        return ()
    held = {term for column in question.mentions.cells for cell in column for term in cell}
    held |= set(question.mentions.terms(question.table.title)).union(*question.mentions.heads)
    years = {year for n in columns for year in _years(question, n)}
    return tuple(year for year in named if year not in held and int(year) not in years)


def _years(question: QuestionOnTable, column: int) -> set[int]:
    """Return the years of a column; all those of a range."""
    found, scale = set[int](), 10_000 if question.columns[column].kind is Kind.DATE else 1
    for value in question.columns[column].values:
        if value.number is not None and 0 < value.number < 100_000_000:
            first = int(value.number) // scale
            last = int(value.until) // 10_000 if value.until is not None else first
            found.update(range(first, min(last, first + 200) + 1))
    return found
