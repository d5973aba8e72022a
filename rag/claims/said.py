"""A stretch of text as words in order, with what is denied in it and which names stand where.

Must never know models, spans or that two texts are compared.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index.terms import STOP_WORDS, Analyzer

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[.,;:!?()]")
_DENY = """not no never none neither nor nobody nothing without cannot hardly fail failed fails failing
unable refused refuses lack lacks lacked lacking instead"""
_NEGATORS = frozenset(_DENY.split())
_IDLE = frozenset(["only", "just", "merely", "least"])  # "not only": nothing is negated
_STOPS = frozenset(".,;:!?()")
FURTHEST = 50  # words, telling or not, that it is looked through for them
SCOPE = 2  # telling words after a negator that it takes back


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands, without capitals and as a term; `name` says that its capital is its own."""

    text: str
    low: str
    term: str
    name: bool

    @property
    def tells(self) -> bool:
        """Tell whether it says something of its own."""
        return self.low not in STOP_WORDS and self.low not in _NEGATORS and self.low not in _STOPS

    @property
    def negates(self) -> bool:
        """Tell whether it takes back what follows."""
        return self.low in _NEGATORS or self.low.replace("’", "'").endswith("n't")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a name stands: the words on either side, None at an end; it is words start to end."""

    left: Word | None
    right: Word | None
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True)
class Said:
    """A stretch of text as words in order."""

    text: str
    analyzer: Analyzer

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return its words; punctuation that ends what a negator reaches is one of them."""
        found = [match[0] for match in _TOKEN.finditer(self.text)]
        return tuple(self._word(text, found[i - 1] if i else ".") for i, text in enumerate(found))

    def _word(self, text: str, before: str) -> Word:
        term = (self.analyzer.terms(text) or [text])[0]
        return Word(
            text, text.casefold(), term, text[0].isupper() and (before not in ".!?:" or len(text) > 1)
        )

    @cached_property
    def terms(self) -> frozenset[str]:
        """Return its terms."""
        return frozenset(word.term for word in self.words)

    @cached_property
    def denied(self) -> frozenset[str]:
        """Return the terms that a negator takes back."""
        return frozenset(_reached(self.words))

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """Return the telling terms that stand somewhere out of a negator's reach."""
        left = list(self.words)
        for i in _reaches(self.words):
            left[i] = Word(".", ".", ".", name=False)
        return frozenset(word.term for word in left if word.tells)

    @cached_property
    def names(self) -> dict[tuple[str, ...], tuple[Slot, ...]]:
        """Return every run of capitalised words, by its terms, and the slots that it stands in."""
        found: dict[tuple[str, ...], list[Slot]] = {}
        words, i = self.words, 0
        while i < len(words):
            end = i
            while end < len(words) and words[end].name and words[end].tells:
                end += 1
            if end > i:
                slot = Slot(self._at(i - 1), self._at(end), i, end)
                found.setdefault(tuple(word.term for word in words[i:end]), []).append(slot)
            i = max(end, i + 1)
        return {name: tuple(slots) for name, slots in found.items()}

    def _at(self, i: int) -> Word | None:
        return self.words[i] if 0 <= i < len(self.words) else None


def _reached(words: Sequence[Word]) -> Iterator[str]:
    return (words[i].term for i in _reaches(words))


def _reaches(words: Sequence[Word]) -> Iterator[int]:
    """Yield where the words stand that some negator takes back."""
    for i, word in enumerate(words):
        if word.negates and not (i + 1 < len(words) and words[i + 1].low in _IDLE):
            yield from reach(words, i, SCOPE)


def reach(words: Sequence[Word], start: int, most: int) -> Iterator[int]:
    """Yield where the next telling words stand behind a word, before anything that ends a clause."""
    for i in range(start + 1, min(len(words), start + 1 + FURTHEST)):
        if words[i].text in _STOPS or not most:
            return
        if words[i].tells:
            most -= 1
            yield i


def only(source: Sequence[Said], inside: Sequence[frozenset[int]]) -> frozenset[str]:
    """Return the telling terms of sentences that stand nowhere but where `inside` says, for each of them."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for said, held in zip(source, inside, strict=True):
        for i, word in enumerate(said.words):
            if word.tells:
                told[i in held].add(word.term)
    return frozenset(told[True] - told[False])
