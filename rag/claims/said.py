"""A text as a sequence of words, with the terms it negates and the positions of its names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index.terms import STOP_WORDS, Analyzer

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[.,;:!?()]")
_DENY = """not no never none neither nor nobody nothing without cannot hardly fail failed fails failing
unable refused refuses lack lacks lacked lacking instead"""
_NEGATORS = frozenset(_DENY.split())
_IDLE = frozenset(["only", "just", "merely", "least"])  # "not only" negates nothing
_STOPS = frozenset(".,;:!?()")
FURTHEST = 50  # maximum number of words to scan for the scope of a negator
SCOPE = 2  # content words after a negator that are in its scope


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, in lower case and as a term; `name` marks a capital not due to sentence position."""

    text: str
    low: str
    term: str
    name: bool

    @property
    def tells(self) -> bool:
        """Return whether this is a content word."""
        return self.low not in STOP_WORDS and self.low not in _NEGATORS and self.low not in _STOPS

    @property
    def negates(self) -> bool:
        """Return whether this word negates what follows."""
        return self.low in _NEGATORS or self.low.replace("’", "'").endswith("n't")


@dataclass(frozen=True, slots=True)
class Slot:
    """The position of a name, words `start` to `end`, and its neighbours; None at the end of the text."""

    left: Word | None
    right: Word | None
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True)
class Said:
    """A text as a sequence of words."""

    text: str
    analyzer: Analyzer

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words of the text; punctuation that ends the scope of a negator counts as a word."""
        found = [match[0] for match in _TOKEN.finditer(self.text)]
        return tuple(self._word(text, found[i - 1] if i else ".") for i, text in enumerate(found))

    def _word(self, text: str, before: str) -> Word:
        term = (self.analyzer.terms(text) or [text])[0]
        return Word(
            text, text.casefold(), term, text[0].isupper() and (before not in ".!?:" or len(text) > 1)
        )

    @cached_property
    def terms(self) -> frozenset[str]:
        """Return the terms of the text."""
        return frozenset(word.term for word in self.words)

    @cached_property
    def denied(self) -> frozenset[str]:
        """Return the terms in the scope of a negator."""
        return frozenset(_reached(self.words))

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """Return the content terms that occur outside the scope of every negator."""
        left = list(self.words)
        for i in _reaches(self.words):
            left[i] = Word(".", ".", ".", name=False)
        return frozenset(word.term for word in left if word.tells)

    @cached_property
    def names(self) -> dict[tuple[str, ...], tuple[Slot, ...]]:
        """Return every run of capitalised words, keyed by its terms, with the slots it occupies."""
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
    """Yield the positions of the words in the scope of a negator."""
    for i, word in enumerate(words):
        if word.negates and not (i + 1 < len(words) and words[i + 1].low in _IDLE):
            yield from reach(words, i, SCOPE)


def reach(words: Sequence[Word], start: int, most: int) -> Iterator[int]:
    """Yield the positions of the next `most` content words, up to the end of the clause."""
    for i in range(start + 1, min(len(words), start + 1 + FURTHEST)):
        if words[i].text in _STOPS or not most:
            return
        if words[i].tells:
            most -= 1
            yield i


def only(source: Sequence[Said], inside: Sequence[frozenset[int]]) -> frozenset[str]:
    """Return the content terms that occur only at the positions `inside`, given for each sentence."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for said, held in zip(source, inside, strict=True):
        for i, word in enumerate(said.words):
            if word.tells:
                told[i in held].add(word.term)
    return frozenset(told[True] - told[False])
