"""A text as a sequence of words, with the terms it negates and the positions of its names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.index.word_lists import word_list

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[.,;:!?()]")
_NEGATORS = word_list(__package__, "negators.txt")
_NOT_NEGATED = frozenset(["only", "just", "merely", "least"])  # "not only" negates nothing
_CLAUSE_ENDS = frozenset(".,;:!?()")
MAX_SCAN = 50  # maximum number of words to scan for the scope of a negator
SCOPE = 2  # content words after a negator that are in its scope


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, in lower case and as a term; `name` marks a capital not due to sentence position."""

    text: str
    lower: str
    term: str
    name: bool

    @property
    def is_content(self) -> bool:
        """Return whether this is a content word."""
        return self.lower not in STOP_WORDS and self.lower not in _NEGATORS and self.lower not in _CLAUSE_ENDS

    @property
    def is_negator(self) -> bool:
        """Return whether this word negates what follows."""
        return self.lower in _NEGATORS or self.lower.replace("’", "'").endswith("n't")


@dataclass(frozen=True, slots=True)
class Slot:
    """The position of a name, words `start` to `end`, and its neighbours; None at the end of the text."""

    before: Word | None
    after: Word | None
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True)
class ClaimText:
    """A text as a sequence of words."""

    text: str
    analyzer: Analyzer

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words of the text; punctuation that ends the scope of a negator counts as a word."""
        results = [match[0] for match in _TOKEN.finditer(self.text)]
        return tuple(self._word(text, results[i - 1] if i else ".") for i, text in enumerate(results))

    def _word(self, text: str, before: str) -> Word:
        term = (self.analyzer.terms(text) or [text])[0]
        return Word(
            text=text,
            lower=text.casefold(),
            term=term,
            name=text[0].isupper() and (before not in ".!?:" or len(text) > 1),
        )

    @cached_property
    def terms(self) -> frozenset[str]:
        """Return the terms of the text."""
        return frozenset(word.term for word in self.words)

    @cached_property
    def negated(self) -> frozenset[str]:
        """Return the terms in the scope of a negator."""
        return frozenset(_negated_terms(self.words))

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """Return the content terms that occur outside the scope of every negator."""
        left = list(self.words)
        for i in _negated_positions(self.words):
            left[i] = Word(text=".", lower=".", term=".", name=False)
        return frozenset(word.term for word in left if word.is_content)

    @cached_property
    def names(self) -> dict[tuple[str, ...], tuple[Slot, ...]]:
        """Return every run of capitalised words, keyed by its terms, with the slots it occupies."""
        result: dict[tuple[str, ...], list[Slot]] = {}
        words, i = self.words, 0
        while i < len(words):
            end = i
            while end < len(words) and words[end].name and words[end].is_content:
                end += 1
            if end > i:
                slot = Slot(before=self._at(i - 1), after=self._at(end), start=i, end=end)
                result.setdefault(tuple(word.term for word in words[i:end]), []).append(slot)
            i = max(end, i + 1)
        return {name: tuple(slots) for name, slots in result.items()}

    def _at(self, i: int) -> Word | None:
        return self.words[i] if 0 <= i < len(self.words) else None


def _negated_terms(words: Sequence[Word]) -> Iterator[str]:
    return (words[i].term for i in _negated_positions(words))


def _negated_positions(words: Sequence[Word]) -> Iterator[int]:
    """Yield the positions of the words in the scope of a negator."""
    for i, word in enumerate(words):
        if word.is_negator and not (i + 1 < len(words) and words[i + 1].lower in _NOT_NEGATED):
            yield from next_content_words(words, i, SCOPE)


def next_content_words(words: Sequence[Word], start: int, most: int) -> Iterator[int]:
    """Yield the positions of the next `most` content words, up to the end of the clause."""
    for i in range(start + 1, min(len(words), start + 1 + MAX_SCAN)):
        if words[i].text in _CLAUSE_ENDS or not most:
            return
        if words[i].is_content:
            most -= 1
            yield i


def terms_only_at(source: Sequence[ClaimText], inside: Sequence[frozenset[int]]) -> frozenset[str]:
    """Return the content terms that occur only at the positions `inside`, given for each sentence."""
    terms: dict[bool, set[str]] = {True: set(), False: set()}
    for claim_text, held in zip(source, inside, strict=True):
        for i, word in enumerate(claim_text.words):
            if word.is_content:
                terms[i in held].add(word.term)
    return frozenset(terms[True] - terms[False])
