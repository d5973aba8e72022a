"""A question that goes on from an earlier one: "And in 2019?" after "How much was the revenue in 2022?"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.literal.continued import LiteralContinuation
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.table import Table

_YEAR = re.compile(r"(?:19|20)\d\d")
_OPENING = frozenset({"and", "but", "or", "so", "then", "what", "how", "about"})

Places = frozenset[int]


@dataclass(frozen=True)
class ContinuedQuestion:
    """A short question and the earlier one that it goes on from."""

    question: str
    earlier: str
    analyzer: Analyzer

    def over(self, table: Table) -> str:
        """Return the whole question: the earlier one with what the new one says instead.

        "" unless both are read literally, or all that the new one says is a value, a year or a column, and
        the earlier one has its like.
        """
        said = self._content
        replaced = next(self._replaced(table), None) if said else None
        if replaced is None:
            return LiteralContinuation(
                question=self.question, earlier=self.earlier, table=table, analyzer=self.analyzer
            ).whole()
        texts = [word.text for word in self._before.words]
        new = [word.text for n, word in enumerate(self._words.words) if n in said]
        return f"{' '.join([*texts[: min(replaced)], *new, *texts[max(replaced) + 1 :]])}?"

    @cached_property
    def _words(self) -> QuestionWords:
        return QuestionWords(self.question, self.analyzer)

    @cached_property
    def _before(self) -> QuestionWords:
        return QuestionWords(self.earlier, self.analyzer)

    @cached_property
    def _content(self) -> Places:
        """Return the words that say what is new, without those that only turn to it."""
        words = self._words
        found = [n for n in range(len(words)) if words.texts[n] not in _OPENING and not words.is_filler(n)]
        return frozenset(range(found[0], found[-1] + 1)) if found else frozenset()

    def _replaced(self, table: Table) -> Iterator[Places]:
        """Yield the words of the earlier question in whose place the new ones stand."""
        said = self._content
        years = [n for n, text in enumerate(self._before.texts) if _YEAR.fullmatch(text)]
        if all(_YEAR.fullmatch(self._words.texts[n]) for n in said):
            yield from (frozenset({n}) for n in years if len(years) == len(said) == 1)
            return
        new, old = (Mentions(words, table, self.analyzer) for words in (self._words, self._before))
        for one in new.cell_mentions:
            for other in old.cell_mentions:
                if one.positions == said and one.column == other.column and one.whole and other.whole:
                    yield other.positions
        for head in new.column_mentions:
            for before in old.column_mentions:
                alike = table.columns[head.column].kind is table.columns[before.column].kind
                whole = head.share == before.share == 1 and not head.synonym and not before.synonym
                if head.positions == said and alike and whole and head.column != before.column:
                    yield before.positions
