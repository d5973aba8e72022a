"""All readings of a question over a table."""

from collections.abc import Iterator
from itertools import islice

from citeback.rag.tables.grammar import comparisons, lookups, pairs, quantities, rankings, relative_rows
from citeback.rag.tables.grammar.changes import AskedChange
from citeback.rag.tables.grammar.composed_relations import ComposedRelations
from citeback.rag.tables.grammar.compositions import Compositions
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.requirements import Requirements
from citeback.rag.tables.grammar.row_sets import RowSets
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan import Aggregate, Measure, Operator, Plan

MOST = 700  # readings of one question


def readings(question: QuestionOnTable, queries: ListQueries) -> list[Reading]:
    """Return the readings; of those with the same plan, the one that accounts for most words."""
    best: dict[Plan, Reading] = {}
    required = Requirements(question)
    for each in islice(_all(question, queries), MOST * 4):
        if _repeats_its_condition(each.plan) or not required.met(each.plan):
            continue
        known = best.get(each.plan)
        if known is None or len(each.used) > len(known.used):
            best[each.plan] = each
    return list(best.values())[:MOST]


def _repeats_its_condition(plan: Plan) -> bool:
    """Return whether a plan takes the very cells that it asks for: the Event where Event is Vault."""
    if not isinstance(plan, Aggregate) or plan.measure is not Measure.CELLS or plan.rows.step:
        return False
    return any(
        c.column == plan.column and c.test is Operator.IS and not c.negated and not c.others
        for c in plan.rows.where
    )


def _all(question: QuestionOnTable, queries: ListQueries) -> Iterator[Reading]:
    yield from AskedChange(question).readings()
    yield from quantities.quantities(question)
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
    sets = RowSets(question, queries)
    yield from comparisons.compared(question, sets)
    yield from comparisons.compared_heads(question, sets)
    yield from ComposedRelations(question, sets).readings()
    yield from Compositions(question, sets).readings()
