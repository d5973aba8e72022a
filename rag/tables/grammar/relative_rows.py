"""Readings about rows relative to another: beside it, with the same value, or beyond its figure."""

from collections.abc import Iterator

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.measured_figures import MeasuringColumns, named_measure
from citeback.rag.tables.grammar.patterns import BACK, FEWER, MORE, NEXT, SAME
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading, RowConditions
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.plan import Aggregate, Condition, Measure, Operator, RowSelection


def neighbours(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield a column of the row before or after the one that is mentioned."""
    for match, positions in question.words.find(NEXT):
        step = -1 if match["word"] in BACK else 1
        for where in question.conditions(limit=6):
            if not where.conditions or any(
                c.test not in (Operator.IS, Operator.HAS, Operator.BETWEEN) or c.negated
                for c in where.conditions
            ):
                continue
            for target in question.targets:
                beside = (
                    float(any(min(abs(a - b) for a in positions for b in where.used) <= 2 for _ in (0,)))
                    if where.used
                    else 0.0
                )
                after = float(min(where.used) > max(positions))
                same = float(target.column in {c.column for c in where.conditions})
                for along in (None, *_time_columns(question)):
                    plan = Aggregate(
                        rows=RowSelection(where=where.conditions, order=None, step=step, along=along),
                        measure=Measure.CELLS,
                        column=target.column,
                    )
                    yield question.reading(
                        plan,
                        "neighbour",
                        where,
                        target,
                        positions | question.ignorable_words,
                        beside=beside,
                        after=after,
                        same_column=same,
                        along=float(along is not None),
                        against=float(bool(_time_columns(question)) and along is None),
                        listed=float(
                            "listed" in question.words.texts or match["word"] in ("above", "below", "under")
                        ),
                    )


def _time_columns(question: QuestionOnTable) -> tuple[int, ...]:
    """Return the first column of dates or years, unless the rows are sorted by it already."""
    for n, column in enumerate(question.columns):
        if question.mentions.holds_years(n):
            numbers = [v.number for v in column.values if v.number is not None]
            return () if numbers == sorted(numbers) else (n,)
    return ()


def shared_values(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield rows that share a value with the row that is named, that row left out."""
    for _, positions in question.words.find(SAME):
        for where in question.conditions(limit=4):
            if not where.conditions:
                continue
            for each in question.mentions.column_mentions:
                held = {c.column for c in where.conditions}
                if each.column in held:
                    continue
                rows = question.matching_rows(where.conditions)
                if len(rows) != 1:
                    continue
                terms = question.mentions.cells[each.column][rows[0]]
                if not terms:
                    continue
                like = Condition(column=each.column, test=Operator.IS, words=" ".join(terms))
                others = tuple(
                    Condition(
                        column=c.column, test=c.test, words=c.words, low=c.low, high=c.high, negated=True
                    )
                    for c in where.conditions
                )
                for target in question.targets:
                    if target.column == each.column:
                        continue
                    plan = Aggregate(
                        rows=RowSelection((like, *others)), measure=Measure.CELLS, column=target.column
                    )
                    yield question.reading(
                        plan,
                        "same",
                        where,
                        target,
                        positions | each.positions | question.ignorable_words,
                        share=each.share,
                    )


def rows_beyond(question: QuestionOnTable) -> Iterator[Reading]:
    """Yield rows whose figure is more, or less, than that of the row that is named."""
    than = question.positions_of("than")
    if not than or question.bounds:
        return
    for match, positions in question.words.find(MORE):
        if max(positions) > min(than):
            continue
        for p, quotes in question.grouped_mentions:
            if min(p) < max(than):
                continue
            for quoted in quotes[:2]:
                yield from _rows_beyond_one(question, match["word"], positions | than, quoted)


def _rows_beyond_one(
    question: QuestionOnTable, word: str, positions: frozenset[int], quoted: CellMention
) -> Iterator[Reading]:
    own = quoted.condition()
    rows = question.matching_rows((own,))
    kept = [n for n in range(len(question.table.rows)) if n not in question.table.totals]
    if len(rows) != 1:
        return
    for where in question.conditions(without=quoted.positions, limit=3):
        for column, used, features in _figures_beyond(question, word, quoted.column):
            if column is None:
                continue
            number = question.columns[column].values[kept[rows[0]]].number
            if number is None:
                continue
            less = word in FEWER
            if (
                word in ("faster", "fastest", "slower", "slowest")
                and question.columns[column].kind is not Kind.DURATION
            ):
                less = not less
            if question.is_ranked(column) and word in ("higher", "better", "lower"):
                less = word != "lower"
            beyond = Condition(column, Operator.UNDER if less else Operator.OVER, low=number)
            found = RowSelection((*where.conditions, beyond))
            for target in question.targets:
                plan = (
                    Aggregate(found, Measure.COUNT)
                    if question.count_words
                    else Aggregate(rows=found, measure=Measure.CELLS, column=target.column)
                )
                both = RowConditions(
                    conditions=where.conditions, used=where.used | quoted.positions, features=where.features
                )
                yield question.reading(
                    plan,
                    "than many" if question.count_words else "than",
                    both,
                    target,
                    positions | used | question.count_words | question.noun_positions,
                    **features,
                )


def _figures_beyond(
    question: QuestionOnTable, word: str, without: int
) -> Iterator[tuple[int | None, frozenset[int], dict[str, float]]]:
    """Yield the columns by which a row may be beyond another: those that state what the word compares."""
    named = named_measure((word,), frozenset({0}))
    stating = MeasuringColumns(mentions=question.mentions, named=named, apart=frozenset()) if named else None
    headed = sorted(stating.headed() - {without}) if stating else []
    yield from ((n, frozenset(), {"measure implied": 1.0}) for n in headed)
    if not headed:
        yield from question.figures_besides(without)
