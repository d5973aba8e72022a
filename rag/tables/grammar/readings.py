"""All readings of a question over a table. Must never know results."""

from collections.abc import Iterator
from itertools import islice

from citeback.rag.tables.grammar import lookups, pairs, rankings, relative_rows
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Plan

MOST = 160  # readings of one question


def readings(mentions: Mentions) -> list[Reading]:
    """Return the readings; of those with the same plan, the one that accounts for most words."""
    best: dict[Plan, Reading] = {}
    for each in islice(_all(QuestionOnTable(mentions)), MOST * 4):
        known = best.get(each.plan)
        if known is None or len(each.used) > len(known.used):
            best[each.plan] = each
    return list(best.values())[:MOST]


def _all(question: QuestionOnTable) -> Iterator[Reading]:
    yield from pairs.pairs(question)
    yield from pairs.alternatives(question)
    yield from lookups.filled_counts(question)
    yield from relative_rows.neighbours(question)
    yield from relative_rows.shared_values(question)
    yield from relative_rows.rows_beyond(question)
    yield from rankings.superlatives(question)
    yield from rankings.group_rankings(question)
    yield from rankings.ordinals(question)
    yield from lookups.aggregates(question)
    yield from lookups.counts(question)
    yield from lookups.lookups(question)
