"""A short question that goes on from an earlier one, both read literally: "Who is the backup then?"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.literal.literal_item import ItemKind, LiteralItem
from citeback.rag.tables.literal.literal_reading import LiteralReading
from citeback.rag.tables.literal.question_items import QuestionItems
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.table import Table

_POINTING_WORDS = "then there it its they them their that this he his him she her those these one"
_TURNING = frozenset({"and", "but", "so", "then", "what", "how", "about", "ok", "also"})
_POINTING = frozenset(_POINTING_WORDS.split())
_ASKING = (ItemKind.ASK, ItemKind.WHO, ItemKind.MANY, ItemKind.MUCH, ItemKind.TOTAL, ItemKind.AVERAGE)


@dataclass(frozen=True)
class LiteralContinuation:
    """A question and the earlier one, over one table."""

    question: str
    earlier: str
    table: Table
    analyzer: Analyzer

    def whole(self) -> str:
        """Return the whole question; "" if one of the two, or the whole, cannot be read literally.

        A question that asks for something else takes the earlier one's rows, apart from what it says about
        the same columns itself. One that only names rows takes the place of the earlier one's rows.
        """
        before, new = QuestionWords(self.earlier, self.analyzer), QuestionWords(self.question, self.analyzer)
        if self._read(before).reading() is None:
            return ""
        own = list(new.texts)
        while (
            own and own[0] in _TURNING and (len(own) < 2 or own[:2] not in (["how", "many"], ["how", "much"]))
        ):
            if own[0] == "what" and own[1:2] != ["about"]:
                break
            own = own[1:]
        own = own[:-1] if own and own[-1] in _POINTING else own
        said = QuestionWords(" ".join(own), self.analyzer)
        parts = QuestionItems(self._on_table(said)).items if own else ()
        if not parts:
            return ""
        stated = {column for each in parts if each.kind is ItemKind.CELL for column in each.columns}
        earlier = QuestionItems(self._on_table(before)).items
        if parts[0].kind in _ASKING:
            taken = sorted(_rows_said(earlier, without=stated))
            whole = " ".join([*own, *(before.texts[n] for n in taken)])
        elif stated and all(each.kind in (ItemKind.CELL, ItemKind.HEAD) for each in parts):
            dropped = _rows_said(earlier) - _rows_said(earlier, without=stated)
            kept = [text for n, text in enumerate(before.texts) if n not in dropped]
            whole = " ".join([*kept, *own]) if dropped else ""
        else:
            return ""
        words = QuestionWords(whole, self.analyzer)
        return f"{whole}?" if whole and self._read(words).reading() else ""

    def _on_table(self, words: QuestionWords) -> QuestionOnTable:
        return QuestionOnTable(Mentions(words, self.table, self.analyzer))

    def _read(self, words: QuestionWords) -> LiteralReading:
        asked = self._on_table(words)
        return LiteralReading(asked, ListQueries(self.table, asked.mentions.row_terms))


def _rows_said(items: Sequence[LiteralItem], without: set[int] | None = None) -> frozenset[int]:
    """Return the words that say which rows are meant, without those about some columns."""
    return frozenset().union(*_conditions(items, without or set()))


def _conditions(items: Sequence[LiteralItem], without: set[int]) -> Iterator[frozenset[int]]:
    for n, each in enumerate(items):
        if each.kind is not ItemKind.CELL or without & set(each.columns):
            continue
        yield each.positions
        before = items[n - 1] if n else None
        if before and before.kind is ItemKind.HEAD and set(before.columns) & set(each.columns):
            yield before.positions
        if before and before.kind is ItemKind.NOT:
            yield before.positions
