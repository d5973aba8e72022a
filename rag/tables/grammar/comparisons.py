"""Readings that compare the figures, or the numbers, of any two sets of rows."""

from collections.abc import Iterator
from itertools import combinations, islice, product

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.composer import FIGURES
from citeback.rag.tables.grammar.patterns import FEWER, MORE, NUMBERED, YES_NO
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.grammar.row_sets import RowSets
from citeback.rag.tables.grammar.triggers import triggers
from citeback.rag.tables.plan import Aggregate, Combination, Measure, Operation, RowSelection

_MOST = 120


def compared(question: QuestionOnTable, sets: RowSets) -> Iterator[Reading]:
    """Yield comparisons of two sets of rows: which has more, their difference, both together."""
    operations = _operations(question)
    if operations:
        yield from islice(_pairs(question, sets, operations), _MOST)


def compared_heads(question: QuestionOnTable, sets: RowSets) -> Iterator[Reading]:
    """Yield comparisons of two named columns: their difference, both together, which is more."""
    operations = [(o, p) for o, p in _operations(question) if o not in (Operation.IS_MORE, Operation.IS_LESS)]
    named = [
        each
        for each in question.mentions.column_mentions
        if question.columns[each.column].kind in FIGURES and question.mentions.adds_up(each.column)
    ][:4]
    for a, b in islice(combinations(named, 2) if operations else (), 6):
        one, other = sorted((a, b), key=lambda each: min(each.positions))
        if one.positions <= other.positions or other.positions <= one.positions:
            continue
        both = one.positions | other.positions
        names = (question.table.head[one.column].text, question.table.head[other.column].text)
        for where in islice((each for each in sets.sets if not each.used & both), 3):
            rows = RowSelection(where.conditions)
            single = len(sets.queries.rows(where.conditions, None)) == 1
            measure = Measure.CELLS if single else Measure.SUM
            sides = [Aggregate(rows=rows, measure=measure, column=each.column) for each in (one, other)]
            target = Target(column=one.column, how="heads", used=both, share=min(one.share, other.share))
            for operation, positions in operations:
                chosen = names if operation in (Operation.MORE, Operation.FEWER) else ("", "")
                plan = Combination(first=sides[0], second=sides[1], operation=operation, names=chosen)
                called = float(one.synonym or other.synonym)
                yield question.reading(
                    plan, f"any heads {operation}", where, target, positions, called=called
                )


def _operations(question: QuestionOnTable) -> list[tuple[Operation, frozenset[int]]]:
    found = triggers(question.words)
    some = list[tuple[Operation, frozenset[int]]]()
    if "difference" in found:
        some.append((Operation.DIFFERENCE, found["difference"] | question.count_words))
    if "and" in found and (question.count_words or "total" in found):
        some.append((Operation.SUM, found.get("total", frozenset()) | question.count_words | found["and"]))
    whether = YES_NO.search(question.words.line)
    for match, positions in question.words.find(MORE):
        fewer = match["word"] in FEWER
        if "or" in found:
            some.append((Operation.FEWER if fewer else Operation.MORE, positions | found["or"]))
            if match["word"] not in ("more", "less", "most", "least"):
                some.append((Operation.MORE if fewer else Operation.FEWER, positions | found["or"]))
        elif whether and "than" in found:
            some.append((Operation.IS_LESS if fewer else Operation.IS_MORE, positions | found["than"]))
    if whether and "same" in found:
        some.append((Operation.SAME, found["same"]))
    return list(dict.fromkeys(some))[:4]


def _pairs(
    question: QuestionOnTable, sets: RowSets, operations: list[tuple[Operation, frozenset[int]]]
) -> Iterator[Reading]:
    measures = _measures(question)
    for one, other in islice(combinations(sets.groups, 2), 6):
        for a, b in islice(product(one[:3], other[:3]), 5):
            if a.used & b.used and a.conditions[0].column != b.conditions[0].column:
                continue
            yield from _pair(question, sets, a, b, operations, measures)


def _measures(question: QuestionOnTable) -> list[tuple[int | None, frozenset[int], dict[str, float]]]:
    named = {each.column: each for each in reversed(question.mentions.column_mentions)}
    found = list[tuple[int | None, frozenset[int], dict[str, float]]]()
    for n, column in enumerate(question.columns):
        if column.kind in NUMBERED:
            each = named.get(n)
            timely = question.mentions.holds_years(n) or column.kind is Kind.DATE
            features = {"timely": float(timely), "measure share": each.share if each else 0.0}
            features["measure unnamed" if each is None else "measure named"] = 1.0
            found.append((n, each.positions if each else frozenset(), features))
    found.sort(key=lambda one: -one[2]["measure share"])
    return [*found[:4], (None, question.counted_noun, {"counted": 1.0})]


def _pair(
    question: QuestionOnTable,
    sets: RowSets,
    a: RowConditions,
    b: RowConditions,
    operations: list[tuple[Operation, frozenset[int]]],
    measures: list[tuple[int | None, frozenset[int], dict[str, float]]],
) -> Iterator[Reading]:
    both = a.used | b.used
    names = (_name(sets, a), _name(sets, b))
    features = {
        name: a.features.get(name, 0.0) + b.features.get(name, 0.0) for name in {**a.features, **b.features}
    }
    features["one column"] = float(a.conditions[0].column == b.conditions[0].column)
    for where in islice(sets.beside(both), 2):
        joined = RowConditions(
            conditions=where.conditions, used=where.used | both, features={**where.features, **features}
        )
        rows = [RowSelection((*one.conditions, *where.conditions)) for one in (a, b)]
        for column, used, own in measures:
            measure = Measure.COUNT if column is None else Measure.CELLS
            sides = [Aggregate(rows=each, measure=measure, column=column) for each in rows]
            target = Target(
                column=-1 if column is None else column,
                how="rows" if column is None else "figures",
                used=used,
            )
            for operation, positions in operations:
                named = names if operation in (Operation.MORE, Operation.FEWER) else ("", "")
                plan = Combination(first=sides[0], second=sides[1], operation=operation, names=named)
                yield question.reading(plan, f"any {operation}", joined, target, positions, **own)


def _name(sets: RowSets, side: RowConditions) -> str:
    """Return the table's name for a side."""
    condition = side.conditions[0]
    rows = sets.queries.rows(side.conditions, None)
    return sets.question.as_asked(sets.queries.table.texts[rows[0][0]][condition.column]) if rows else ""
