"""Readings that look up cells, count rows or compute one figure from them."""

from collections.abc import Iterator

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import AVERAGE, HAS, LACKS, TOTAL
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.rankings import directions
from citeback.rag.tables.grammar.reading import Reading, Target
from citeback.rag.tables.plan import Aggregate, Condition, Measure, Operator, Order, RowSelection


def lookups(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield plain lookups: a column of the rows that pass conditions."""
    for where in question.conditions():
        if not where.conditions:
            continue
        held = {c.column for c in where.conditions}
        for target in question.targets:
            if target.column in held and target.how != "noun":
                continue
            form = "lookup many" if question.count_words else "lookup"
            plan = Aggregate(rows=RowSelection(where.conditions), measure=Measure.CELLS, column=target.column)
            yield question.reading(plan, form, where, target, question.count_words | question.ignorable_words)


def counts(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield the number of rows that pass conditions, or of distinct values in one of their columns."""
    if not question.count_words:
        return
    noun = question.counted_noun
    total = question.positions_matching(TOTAL)
    for where in question.conditions():
        used = question.count_words | question.ignorable_words | total
        plan = Aggregate(RowSelection(where.conditions), Measure.COUNT)
        key = next((t for t in question.targets if t.how in ("noun", "called") and t.used & noun), None)
        rows = Target(column=question.mentions.key, how="rows", used=noun)
        figures = (
            key is not None
            and question.columns[key.column].kind is Kind.NUMBER
            and not question.mentions.holds_years(key.column)
            and key.how == "noun"
        )
        yield question.reading(
            plan,
            "count",
            where,
            (key and Target(column=key.column, how=key.how, used=noun | key.used, share=key.share)) or rows,
            used,
            counted_figures=float(figures),
            nothing=float(not where.conditions),
        )
        for target in question.targets:
            said = bool({"different", "unique", "distinct", "separate"} & set(question.words.texts))
            if (
                target.how in ("noun", "called")
                and target.column not in {c.column for c in where.conditions}
                and (said or not where.conditions)
            ):
                different = Aggregate(
                    rows=RowSelection(where.conditions), measure=Measure.DISTINCT, column=target.column
                )
                yield question.reading(
                    different,
                    "distinct",
                    where,
                    target,
                    used | noun,
                    said=float(said),
                    nothing=float(not where.conditions),
                )


def aggregates(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield sums, averages and extremes of a column."""
    average, total = question.positions_matching(AVERAGE), question.positions_matching(TOTAL)
    for where in question.conditions():
        held = {c.column for c in where.conditions}
        for each in question.mentions.column_mentions:
            if (
                question.columns[each.column].kind not in (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)
                or each.column in held
            ):
                continue
            if question.mentions.holds_years(each.column) or question.mentions.numbers_rows(each.column):
                continue
            target = Target(
                column=each.column,
                how="called" if each.synonym else "noun",
                used=each.positions,
                share=each.share,
            )
            used = question.count_words | question.ignorable_words
            if average:
                yield question.reading(
                    Aggregate(
                        rows=RowSelection(where.conditions), measure=Measure.AVERAGE, column=each.column
                    ),
                    "average",
                    where,
                    target,
                    used | average,
                )
            if question.count_words or total:
                yield question.reading(
                    Aggregate(rows=RowSelection(where.conditions), measure=Measure.SUM, column=each.column),
                    "sum",
                    where,
                    target,
                    used | total,
                    said=float(bool(total)),
                    nothing=float(not where.conditions),
                )
            for match, positions in question.superlative_words:
                for down in directions(question, match["word"], each.column):
                    rows = RowSelection(where.conditions, Order(each.column, down))
                    yield question.reading(
                        Aggregate(rows=rows, measure=Measure.CELLS, column=each.column),
                        "extreme",
                        where,
                        target,
                        used | positions,
                        near=_near(positions, each.positions),
                    )


def filled_counts(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield the number of rows with, or without, a value in a named column."""
    lacks = frozenset().union(*(positions for _, positions in question.words.find(LACKS)))
    has = frozenset().union(*(positions for _, positions in question.words.find(HAS)))
    if not question.count_words or not (lacks or has):
        return
    for each in question.mentions.column_mentions:
        kind = question.columns[each.column]
        if each.positions & question.counted_noun or all(v.kind is not Kind.NONE for v in kind.values):
            continue
        for where in question.conditions(without=each.positions, limit=3):
            filled = Condition(each.column, Operator.FILLED, negated=bool(lacks))
            target = Target(
                column=each.column,
                how="filled",
                used=each.positions | question.counted_noun,
                share=each.share,
            )
            yield question.reading(
                Aggregate(RowSelection((*where.conditions, filled)), Measure.COUNT),
                "filled",
                where,
                target,
                question.count_words | lacks | has,
            )


def _near(one: frozenset[int], other: frozenset[int]) -> float:
    return float(min(abs(a - b) for a in one for b in other) <= 2)
