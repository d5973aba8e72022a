"""Whether a question over a table asks for something that a lookup does not give.

"When was Ada Brun born?" over a roster of shifts finds her row, but no column tells of a birth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.column_names import CALLED
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.triggers import triggers
from citeback.rag.tables.measure_words import units_of
from citeback.rag.tables.plan import Aggregate, Measure, Plan
from citeback.rag.tables.question_words import VERBS, alike
from citeback.rag.tables.table import Table
from citeback.rag.tables.table_words import WHERE, WHO

_BY_DEFAULT = ("target key", "target any")
_BY_QUESTION_WORD = ("target who", "target when", "target where", "target yearly")
_QUESTION_WORDS = frozenset({"who", "whom", "when", "where", "per"})
_OWN_MEANING = frozenset({"born", "birth"})  # of the verbs that any row may have
_GENERIC_HEADS = frozenset({"name", "titl", "item", "entri", "descript"})
_PLACES = (
    WHERE
    | {"room", "floor", "build", "offic", "hall", "shelf", "street", "address", "store", "warehous"}
    | {"arena", "port", "bay", "desk", "hous", "park"}
)


def looks_up(plan: Plan) -> bool:
    """Return whether a plan only takes cells of the rows that the question names."""
    return (
        isinstance(plan, Aggregate)
        and plan.measure is Measure.CELLS
        and plan.rows.order is None
        and not plan.rows.step
    )


def lists_properties(table: Table) -> bool:
    """Return whether each row of a table states another property of one thing: 38 W, 4.2 kg, 36 months."""
    if table.own_columns != 2:
        return False
    values = [v for v in table.columns[1].values if v.number is not None and v.unit]
    units = {v.unit.casefold() for v in values}
    if len(units) < 2 or 2 * len(units) <= len(values):
        return False
    measured = (frozenset().union(*(unit.measured for unit in units_of(each))) for each in units)
    return not frozenset.intersection(*measured)


@dataclass(frozen=True)
class AskedThing:
    """What a question asks for, beside the values and heads that a table has."""

    question: QuestionOnTable

    def is_missing(self, reading: Reading, left: list[int]) -> bool:
        """Return whether a lookup takes a column that is not what is asked for.

        So it is if the column is taken by default or for a question word alone, and words that are `left`
        name something else, or if it cannot be a person or a place that is asked for.
        """
        plan = reading.plan
        if not isinstance(plan, Aggregate) or not looks_up(plan) or plan.column is None:
            return False
        if plan.column >= self.question.table.own_columns:
            return False
        by_default = any(reading.features.get(name) for name in _BY_DEFAULT)
        if not by_default and not any(reading.features.get(name) for name in _BY_QUESTION_WORD):
            return False
        if any(map(self._says_more, left)):
            return True
        return by_default and (self._is_attribute(plan.column) or self._is_of_another_kind(plan.column))

    def _says_more(self, n: int) -> bool:
        """Return whether a word names something that the table does not."""
        text = self.question.words.texts[n]
        if n in self._operations or text in _QUESTION_WORDS or (text in VERBS and text not in _OWN_MEANING):
            return False
        terms = [t for t in self.question.words.words[n].terms if len(t) > 1 or t.isdecimal()]
        return any(t not in self._named_terms and t not in WHO for t in terms) and not self._is_called(text)

    def _is_called(self, text: str) -> bool:
        """Return whether a column has another name that begins alike, or is a synonym."""
        terms = self.question.mentions.terms
        others = f"{CALLED.get(text, '')} {CALLED.get(text.removesuffix('s'), '')}"
        return bool(set(terms(others)) & self._named_terms) or any(
            alike(own, named) for own in terms(text) for named in self._named_terms
        )

    def _is_attribute(self, column: int) -> bool:
        """Return whether a noun that is asked for with "what" names neither a column nor what a row is."""
        noun, words = self.question.noun, self.question.words
        if not noun or "what" not in words.texts[: noun[0]]:
            return False
        quoted = frozenset().union(*(each.positions for each in self.question.mentions.cell_mentions))
        named = bool(quoted.intersection(noun) or set(self._terms(noun)) & self._named_terms)
        named = named or any(self._is_called(words.texts[n]) for n in noun)
        return not named and not set(self.question.mentions.heads[column]) & _GENERIC_HEADS

    def _is_of_another_kind(self, column: int) -> bool:
        """Return whether a column holds no places where "where" asks, and no names where "who" does."""
        first, mentions = self.question.words.texts[:2], self.question.mentions
        if "where" in first:
            return not set(mentions.heads[column]) & _PLACES
        numbered = all(any(t[-1].isdecimal() for t in cell) for cell in mentions.cells[column] if cell)
        return "who" in first and numbered

    @cached_property
    def _operations(self) -> frozenset[int]:
        return frozenset().union(*triggers(self.question.words).values())

    @cached_property
    def _named_terms(self) -> frozenset[str]:
        """Return the terms of the heads and of the table's title, which may be the name of the file."""
        title = self.question.mentions.terms(self.question.table.title)
        return frozenset(title).union(*self.question.mentions.heads) - {""}

    def _terms(self, positions: tuple[int, ...]) -> Iterator[str]:
        for n in positions:
            yield from self.question.words.words[n].terms if not self.question.words.is_filler(n) else ()
