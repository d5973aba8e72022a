"""A question for a property of the one thing that a table describes: "How much does the PG-300 weigh?"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.asked_thing import lists_properties
from citeback.rag.tables.column_names import CALLED
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.literal.literal_reading import FORM
from citeback.rag.tables.literal.question_items import MOST_WORDS
from citeback.rag.tables.literal.vocabulary import FILLERS
from citeback.rag.tables.measure_words import ADJECTIVES, AFTER_UNITS, HEADS, VERBS_BEFORE
from citeback.rag.tables.plan import Aggregate, Condition, Measure, Operator, RowSelection
from citeback.rag.tables.question_words import alike

_KEY_WORDS = "properti key field paramet featur specif attribut characterist item detail set spec"
_KEYS = frozenset(_KEY_WORDS.split())
_VALUE_WORDS = "valu detail descript specif data set"
_VALUES = frozenset(_VALUE_WORDS.split())
_ASKING = frozenset({"what", "which", "how", "much", "have", "has"})
_LONGEST = 6  # words of a property


@dataclass(frozen=True)
class PropertyReading:
    """A question over a table whose rows are the properties of one thing."""

    question: QuestionOnTable

    def reading(self) -> Reading | None:
        """Return the lookup of the one property that is named, if the other words name the thing."""
        if len(self.question.words) > MOST_WORDS or not self._is_of_properties:
            return None
        named = {key: at for key, at in self._named() if self._names_thing(at)}
        if len(named) != 1:
            return None
        (key,) = named
        where = Condition(0, Operator.IS, words=" ".join(key))
        plan = Aggregate(rows=RowSelection((where,)), measure=Measure.CELLS, column=1)
        return Reading(plan=plan, form=FORM, used=frozenset(range(len(self.question.words))))

    @cached_property
    def _is_of_properties(self) -> bool:
        table, heads = self.question.table, self.question.mentions.heads
        if table.own_columns != 2 or len(set(self._keys)) != len(self._keys):
            return False
        headed = bool(_KEYS & set(heads[0])) and bool(_VALUES & set(heads[1]))
        return headed or lists_properties(table)

    @cached_property
    def _keys(self) -> tuple[tuple[str, ...], ...]:
        return tuple(cell for cell in self.question.mentions.cells[0] if cell)

    def _named(self) -> Iterator[tuple[tuple[str, ...], frozenset[int]]]:
        """Yield the properties that are named, whole ones alone if there is one; each with its words."""
        words, whole = self.question.words, False
        for start, end in words.spans(_LONGEST):
            if words.terms(start, end) in self._keys:
                whole = True
                yield words.terms(start, end), frozenset(range(start, end))
        if whole:
            return
        for n, text in enumerate(words.texts):
            others = self._called(n, text)
            found = [key for key in self._keys if others & set(key)]
            if len(found) == 1:
                yield found[0], frozenset({n})

    def _called(self, n: int, text: str) -> frozenset[str]:
        """Return the terms by which a property may be headed that a word names."""
        if text in FILLERS or text in _ASKING:
            return frozenset()
        terms = self.question.mentions.terms
        own = frozenset(terms(text)) | frozenset(terms(CALLED.get(text, "")))
        asked = terms(text)
        own |= {each for key in self._keys for each in key if any(alike(each, term) for term in asked)}
        measured = VERBS_BEFORE.get(text, ADJECTIVES.get(text, frozenset()))
        if self.question.words.texts[n - 1 : n] == ("how",):
            measured |= AFTER_UNITS.get(text, frozenset())
        return own.union(*(terms(HEADS[each]) for each in measured))

    def _names_thing(self, at: frozenset[int]) -> bool:
        """Return whether all other words ask, or are of the title that names the thing."""
        words, title = self.question.words, set(self.question.mentions.terms(self.question.table.title))
        return all(
            n in at
            or words.texts[n] in FILLERS
            or words.texts[n] in _ASKING
            or (words.texts[n] in AFTER_UNITS and words.texts[n - 1 : n] == ("how",))
            or (bool(words.words[n].terms) and set(words.words[n].terms) <= title)
            for n in range(len(words))
        )
