"""The reading of a question every word of which is accounted for, where there is just one."""

from dataclasses import dataclass

from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.requirements import Requirements
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.literal.cells_asked import CellsAsked
from citeback.rag.tables.literal.figures_asked import FiguresAsked
from citeback.rag.tables.literal.literal_item import ItemKind
from citeback.rag.tables.literal.literal_question import OPERATIONS, LiteralQuestion
from citeback.rag.tables.literal.rankings_asked import SUPERLATIVES, RankingsAsked
from citeback.rag.tables.plan import Plan

FORM = "literal"
_OF_FIGURES = OPERATIONS | {ItemKind.EACH, ItemKind.MANY, ItemKind.MUCH}
_ASKING = (ItemKind.ASK, ItemKind.WHO)


@dataclass(frozen=True)
class LiteralReading:
    """A question over a table, read literally."""

    question: QuestionOnTable
    queries: ListQueries
    link: int | None = None

    def reading(self) -> Reading | None:
        """Return the reading; None if a word has no certain meaning, or the words make no plan."""
        plan = self._plan()
        if plan is None or not Requirements(self.question).met(plan):
            return None
        return Reading(plan=plan, form=FORM, used=frozenset(range(len(self.question.words))))

    def _plan(self) -> Plan | None:
        question, queries, link = self.question, self.queries, self.link
        kinds = LiteralQuestion(question=question, queries=queries, link=link).kinds
        superlatives = sum(kind in SUPERLATIVES for kind in kinds)
        if not kinds or superlatives > 1 or kinds.count(ItemKind.EACH) > 1:
            return None
        if superlatives:
            return RankingsAsked(question=question, queries=queries, link=link).plan()
        if _OF_FIGURES & set(kinds):
            return FiguresAsked(question=question, queries=queries, link=link).plan()
        return (
            CellsAsked(question=question, queries=queries, link=link).plan() if kinds[0] in _ASKING else None
        )
