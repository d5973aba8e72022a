"""The quantity of a thing: "how many sails" of the row of sails, whose column says how many there are."""

from collections.abc import Iterator

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import TOTAL
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, Target
from citeback.rag.tables.plan import Aggregate, Measure, RowSelection

_QUANTITY = frozenset(
    [
        "quantity",
        "stock",
        "qty",
        "pieces",
        "pcs",
        "units",
        "menge",
        "anzahl",
        "stück",
        "stk",
        "quantité",
        "cantidad",
        "count",
        "number",
        "no",
        "nr",
    ]
)
_NUMBERS = frozenset({"number", "no", "nr"})
"""Heads of columns that may just as well number the rows."""


def quantity_column(question: QuestionOnTable) -> int | None:
    """Return the column that says how many there are of each row's thing, if there is one for certain."""
    found = list[int]()
    for n, column in enumerate(question.columns[: question.table.own_columns]):
        words = column.name.casefold().replace(".", " ").split()
        if not words or words[0] not in _QUANTITY or len(words) > 2 or column.kind is not Kind.NUMBER:
            continue
        numbers = [value.number for value in column.values if value.number is not None]
        if words[0] in _NUMBERS and (len(set(numbers)) == len(numbers) or words[1:]):
            continue
        found.append(n)
    return found[0] if len(found) == 1 else None


def asks_quantity(question: QuestionOnTable) -> bool:
    """Return whether a question asks how many there are of the thing of a row: "how many main sails"."""
    if " how many " not in question.words.line or not question.noun:
        return False
    noun = question.noun_positions
    return any(
        positions <= noun and max(positions) == max(noun) for positions, _ in question.grouped_mentions
    )


def quantities(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield the sum of the quantities of the rows whose thing is asked for."""
    column = quantity_column(question) if asks_quantity(question) else None
    if column is None:
        return
    used = question.count_words | question.ignorable_words | question.positions_matching(TOTAL)
    for where in question.conditions():
        if where.used & question.noun_positions:
            target = Target(column=column, how="noun", used=question.noun_positions, share=1.0)
            plan = Aggregate(rows=RowSelection(where.conditions), measure=Measure.SUM, column=column)
            yield question.reading(plan, "sum", where, target, used)
