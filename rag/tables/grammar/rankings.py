"""Readings that rank rows or groups: highest, first, most frequent."""

import re
from collections.abc import Iterator

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import (
    APPEARS_MOST,
    FIRST,
    LASTING,
    LESS,
    NUMBERED,
    OFTEN,
)
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.plan import (
    Aggregate,
    GroupRanking,
    Measure,
    Order,
    RowSelection,
)


def superlatives(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield a column of the row that comes first by another."""
    for match, positions in question.superlative_words:
        word = match["word"]
        for where in question.conditions(limit=4):
            for column, used, how in _ordering_columns(question, word, positions):
                for down in directions(question, word, column):
                    order = Order(column, down)
                    for target in question.targets:
                        if target.column == column:
                            continue
                        plan = Aggregate(
                            rows=RowSelection(where.conditions, order),
                            measure=Measure.CELLS,
                            column=target.column,
                        )
                        yield question.reading(
                            plan,
                            "superlative",
                            where,
                            target,
                            used | positions | question.ignorable_words,
                            **how,
                        )


def directions(question: QuestionOnTable, word: str, column: int) -> tuple[bool, ...]:
    """Return whether a superlative puts rows in descending order; there may be two readings."""
    kind = question.columns[column].kind
    if word in ("fastest", "quickest"):
        return (kind is not Kind.DURATION,)
    if word == "slowest":
        return (kind is Kind.DURATION,)
    if word in ("best", "top", "worst", "highest", "lowest") and question.is_ranked(column):
        return (word in ("worst", "lowest"),)
    if word in ("best", "top", "worst"):
        return (word != "worst",)
    if word == "youngest":
        return (question.mentions.holds_years(column) or kind is Kind.DATE,)
    if word == "oldest":
        return (not (question.mentions.holds_years(column) or kind is Kind.DATE),)
    return (word not in LESS,)


def _ordering_columns(
    question: QuestionOnTable, word: str, positions: frozenset[int]
) -> Iterator[tuple[int, frozenset[int], dict[str, float]]]:
    """Yield the columns by which a superlative may put rows in order, and the words that say so."""
    end, found = max(positions), set[int]()
    for each in question.mentions.column_mentions:
        numbered = question.columns[each.column].kind in NUMBERED
        timely = word in ("earliest", "latest", "oldest", "newest", "youngest")
        if word in LASTING and question.columns[each.column].kind is Kind.DATE:
            continue
        if not numbered or (question.mentions.holds_years(each.column) and not timely):
            continue
        found.add(each.column)
        distance = min(abs(p - end) for p in each.positions)
        after = min(each.positions) > end
        yield (
            each.column,
            each.positions,
            {
                "measure share": each.share,
                "measure called": float(each.synonym),
                "measure far": float(distance > 3),
                "measure after": float(after),
            },
        )
    implied = {
        **dict.fromkeys(("longest", "shortest"), "length time duration distance days"),
        **dict.fromkeys(
            ("oldest", "newest", "earliest", "latest", "youngest"),
            "year date built opened established founded age",
        ),
        **dict.fromkeys(("fastest", "slowest", "quickest"), "time speed"),
        **dict.fromkeys(("largest", "smallest", "biggest"), "area size population capacity"),
        **dict.fromkeys(("heaviest", "lightest"), "weight mass"),
        **dict.fromkeys(("tallest", "highest", "lowest"), "height elevation"),
        **dict.fromkeys(("top", "best", "worst"), "rank points total position place"),
    }
    for name in implied.get(word, "").split():
        for n, head in enumerate(question.mentions.heads):
            stems = question.mentions._analyzer.terms(name)
            if n not in found and stems[0] in head and question.columns[n].kind in NUMBERED:
                found.add(n)
                yield n, frozenset(), {"measure implied": 1.0}


def group_rankings(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield which value of a column comes up most."""
    for match, positions in question.words.find(OFTEN):
        down = match[0].split()[0] != "least" and "fewest" not in match[0] and "least" not in match[0]
        for where in question.conditions(limit=3):
            for target in question.targets:
                if target.column in {c.column for c in where.conditions}:
                    continue
                plan = GroupRanking(RowSelection(where.conditions), target.column, descending=down)
                groups = {c for c in question.mentions.cells[target.column] if c}
                again = float(len(groups) < len(question.mentions.cells[target.column]))
                after = max(positions) + 1
                other = float(
                    any(
                        after in n.positions and n.column != target.column
                        for n in question.mentions.column_mentions
                    )
                )
                often = float(bool(re.search(r"often|frequent|times|common|recurring", match[0])))
                appears = float(bool(APPEARS_MOST.search(question.words.line)))
                yield question.reading(
                    plan,
                    "often",
                    where,
                    target,
                    positions | question.ignorable_words,
                    again=again,
                    often=often,
                    appears=appears,
                    other=other,
                )
                for each in question.mentions.column_mentions:
                    if (
                        each.column != target.column
                        and question.columns[each.column].kind is Kind.NUMBER
                        and again
                        and not question.mentions.holds_years(each.column)
                        and not question.mentions.numbers_rows(each.column)
                    ):
                        yield question.reading(
                            GroupRanking(
                                rows=RowSelection(where.conditions),
                                by=target.column,
                                measure=Measure.SUM,
                                column=each.column,
                                descending=down,
                            ),
                            "most in all",
                            where,
                            target,
                            positions | each.positions | question.ignorable_words,
                        )


def ordinals(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield a column of the first, second or last row."""
    for match, positions in question.words.find(FIRST):
        word = match["word"]
        down = word in ("last", "final", "bottom", "latest", "most recent")
        skip = {"second": 1, "third": 2}.get(word, 0)
        for where in question.conditions(without=positions, limit=4):
            held = {c.column for c in where.conditions}
            orders = [Order(column=None, descending=down, skip=skip)]
            orders += [
                Order(column=n, descending=down, skip=skip)
                for n, c in enumerate(question.columns)
                if c.kind is Kind.DATE or question.mentions.holds_years(n)
            ][:1]
            if word in ("top", "bottom", "first", "last"):
                orders += [
                    Order(column=n, descending=down, skip=skip)
                    for n, head in enumerate(question.mentions.heads)
                    if head[0] in ("rank", "posit", "place", "po")
                ][:1]
            for order in orders:
                for target in question.targets:
                    if (target.column == order.column and target.how == "key") or (
                        target.column in held and target.how != "noun"
                    ):
                        continue
                    plan = Aggregate(
                        rows=RowSelection(where.conditions, order),
                        measure=Measure.CELLS,
                        column=target.column,
                    )
                    yield question.reading(
                        plan,
                        "first",
                        where,
                        target,
                        positions | question.ignorable_words,
                        by_rows=float(order.column is None),
                        ordinal=float(skip > 0),
                    )
