"""Readings of two things: which of them, their difference, both together."""

from collections.abc import Iterator
from itertools import combinations, islice, product

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import (
    DIFFERENCE,
    FEWER,
    HOW,
    LASTING,
    MORE,
    NUMBERED,
    TOTAL,
    YES_NO,
)
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.mentions import CellMention
from citeback.rag.tables.plan import Aggregate, Combination, Measure, Operation, RowSelection


def pairs(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield what is made of two cells of one column: which is more, their difference, their sum."""
    groups = question.grouped_mentions
    either = "or" in question.words.texts
    difference, total = question.positions_matching(DIFFERENCE), question.positions_matching(TOTAL)
    than = " than " in question.words.line
    if not (either or difference or total or than or YES_NO.search(question.words.line)):
        return
    for (p, one), (q, other) in islice(combinations(groups, 2), 12):
        for a, b in product(one[:2], other[:2]):
            if a.column != b.column or a.dated or b.dated:
                continue
            yield from _combinations(question, a, b, p | q, difference, total)


def alternatives(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield which of two cells a row has; and in which of two columns its figure is more."""
    ors = question.positions_of("or")
    if not ors:
        return
    at = min(ors)
    for p, quotes in question.grouped_mentions:
        for q, others in question.grouped_mentions:
            if not (max(p) < at < min(q) and at - max(p) <= 2 and min(q) - at <= 3):
                continue
            for a, b in product(quotes, others):
                if a.column == b.column and not a.dated:
                    for where in question.conditions(without=p | q, limit=3):
                        if where.conditions:
                            target = Target(a.column, "either", p | q | ors)
                            plan = Aggregate(RowSelection(where.conditions), Measure.CELLS, a.column)
                            yield question.reading(
                                plan, "either", where, target, ors | question.noun_positions
                            )
    heads = [
        n
        for n in question.mentions.column_mentions
        if not n.synonym and question.columns[n.column].kind in NUMBERED
    ]
    for one, other in combinations(heads, 2):
        first, second = sorted((one, other), key=lambda n: min(n.positions))
        if first.positions & second.positions or not max(first.positions) < max(ors) < max(second.positions):
            continue
        for where in question.conditions(without=first.positions | second.positions, limit=3):
            measure = Measure.CELLS if where.conditions else Measure.SUM
            names = (question.table.head[first.column].text, question.table.head[second.column].text)
            for match, positions in question.words.find(MORE):
                operation = Operation.FEWER if match["word"] in FEWER else Operation.MORE
                sides = [
                    Aggregate(RowSelection(where.conditions), measure, n.column) for n in (first, second)
                ]
                target = Target(first.column, "heads", first.positions | second.positions)
                yield question.reading(
                    Combination(sides[0], sides[1], operation, names),
                    "which head",
                    where,
                    target,
                    positions | ors,
                )


def _combinations(
    question: QuestionOnTable,
    a: CellMention,
    b: CellMention,
    both: frozenset[int],
    difference: frozenset[int],
    total: frozenset[int],
) -> Iterator[Reading]:
    between = set(range(max(min(a.positions), min(b.positions)) - 2, max(min(a.positions), min(b.positions))))
    ors = frozenset(n for n, text in enumerate(question.words.texts) if text == "or" and n in between)
    names = tuple(question.cell_text(q) for q in (a, b))
    for where in question.conditions(without=both, limit=3):
        both_where = RowConditions(
            where.conditions,
            where.used | both,
            {
                **where.features,
                "whole": where.features.get("whole", 0.0) + bool(a.whole) + bool(b.whole),
                "partly": where.features.get("partly", 0.0) + (not a.whole) + (not b.whole),
            },
        )
        rows = [RowSelection((q.condition(), *where.conditions)) for q in (a, b)]
        for column, used, features in question.figures_besides(a.column):
            measure = Measure.COUNT if column is None else Measure.CELLS
            sides = [Aggregate(r, measure, column) for r in rows]
            target = Target(
                column if column is not None else -1, "figures" if column is not None else "rows", used
            )
            timely = column is not None and (
                question.mentions.holds_years(column) or question.columns[column].kind is Kind.DATE
            )
            features = {**features, "timely": float(timely), "counted": float(column is None)}
            if difference:
                yield question.reading(
                    Combination(sides[0], sides[1], Operation.DIFFERENCE),
                    "difference",
                    both_where,
                    target,
                    difference | question.count_words,
                    **features,
                )
            if total or question.count_words:
                yield question.reading(
                    Combination(sides[0], sides[1], Operation.SUM),
                    "both",
                    both_where,
                    target,
                    total | question.count_words,
                    said=float(bool(total)),
                    **features,
                )
            for match, positions in question.words.find(MORE):
                if timely and match["word"] in LASTING:
                    continue
                operation = Operation.FEWER if match["word"] in FEWER else Operation.MORE
                if (
                    match["word"] in ("faster", "fastest")
                    and column is not None
                    and question.columns[column].kind is not Kind.DURATION
                ):
                    operation = Operation.MORE
                if (
                    column is not None
                    and question.is_ranked(column)
                    and match["word"] in ("higher", "highest", "better", "best", "lower", "lowest")
                ):
                    operation = Operation.MORE if match["word"].startswith("low") else Operation.FEWER
                if match["word"] in ("slower", "slowest"):
                    operation = (
                        Operation.MORE
                        if column is not None and question.columns[column].kind is Kind.DURATION
                        else Operation.FEWER
                    )
                word_timely = match["word"] in (
                    "first",
                    "last",
                    "earlier",
                    "earliest",
                    "later",
                    "latest",
                    "before",
                    "after",
                    "older",
                    "newer",
                )
                more = {
                    **features,
                    "time word": float(word_timely),
                    "fits time": float(word_timely == timely),
                }
                how = HOW.search(question.words.line)
                if how and YES_NO.search(question.words.line):
                    at = question.words.positions(how.start(), how.end())
                    yield question.reading(
                        Combination(sides[0], sides[1], Operation.HOW, (how["more"], how["less"])),
                        "how",
                        both_where,
                        target,
                        positions | at,
                        **more,
                    )
                elif ors:
                    yield question.reading(
                        Combination(sides[0], sides[1], operation, (names[0], names[1])),
                        "which",
                        both_where,
                        target,
                        positions | ors,
                        **more,
                    )
                elif YES_NO.search(question.words.line) and " than " in question.words.line:
                    asks = Operation.IS_LESS if operation is Operation.FEWER else Operation.IS_MORE
                    yield question.reading(
                        Combination(sides[0], sides[1], asks),
                        "whether",
                        both_where,
                        target,
                        positions | question.positions_of("than"),
                        **more,
                    )
