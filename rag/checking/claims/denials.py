"""Denials and opposites in languages other than English.

A word denies what stands near it in its clause. This is coarser than the English rules, which follow the
order of words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from citeback.index.search.analyzer import FUNCTION_WORDS, Analyzer
from citeback.index.word_lists import word_groups

_DENIALS = {code: frozenset(words) for code, *words in word_groups(__package__, "denials.txt")}
_PAIRS = tuple(word_groups(__package__, "contraries.txt"))
_WORD = re.compile(r"[^\W\d_]+")
# What divides clauses: a sign, or a word for "and", "or" and "but".
_CLAUSE_END = re.compile(
    r"[.,;:!?()–—]|\b(?:und|oder|aber|sondern|et|ou|mais|y|o|u|pero|sino|ma|e|en|of|maar|mas|och|eller|men|og|i|lub|ale)\b",
    re.IGNORECASE,
)
REACH = 4  # words before and after a denial that it may deny


def has_denial(text: str, language: str) -> bool:
    """Return whether a text has a word that denies; false for languages without a list.

    >>> has_denial("Haustiere sind nicht erlaubt.", "de"), has_denial("Haustiere sind erlaubt.", "de")
    (True, False)
    """
    known = _DENIALS.get(language, frozenset())
    return any(word in known for word in _words(text))


def foreign_contradictions(claim: str, source: Sequence[str], analyzer: Analyzer) -> Iterator[str]:
    """Yield a reason for each contradiction between a claim and the sentences that it cites."""
    own, theirs = ClauseTerms.of(claim, analyzer), ClauseTerms.of(" . ".join(source), analyzer)
    if not own.denied & theirs.denied:
        if terms := (own.denied - own.affirmed) & (theirs.affirmed - theirs.denied):
            yield f"the source does not deny “{own.word(terms)}”"
        if terms := (own.affirmed - own.denied) & (theirs.denied - theirs.affirmed):
            yield f"the source denies “{own.word(terms)}”"
    known = own.affirmed | own.denied, theirs.affirmed | theirs.denied
    for code, *pair in _PAIRS:
        if code == analyzer.language:
            one, other = (frozenset(analyzer.terms(word)) for word in pair)
            for mine, opposite in ((one, other), (other, one)):
                if (
                    mine <= known[0]
                    and opposite <= known[1]
                    and not (opposite <= known[0] or mine <= known[1])
                ):
                    yield f"the source says the opposite of “{own.word(mine)}”"


@dataclass(frozen=True, slots=True)
class ClauseTerms:
    """The content words of a text by their terms, and which of the terms are denied."""

    words: Mapping[str, str]
    denied: frozenset[str]

    @classmethod
    def of(cls, text: str, analyzer: Analyzer) -> Self:
        """Return the terms of a text, by the words of its language that deny."""
        denials = _DENIALS.get(analyzer.language, frozenset())
        ordinary = FUNCTION_WORDS.get(analyzer.language, frozenset())
        clauses = [_words(clause) for clause in _CLAUSE_END.split(text)]
        words = {
            term: word
            for word in chain.from_iterable(clauses)
            if word not in ordinary and word not in denials
            for term in analyzer.terms(word)
        }
        near = (
            word
            for own in clauses
            for n, denial in enumerate(own)
            if denial in denials
            for word in own[max(0, n - REACH) : n + REACH + 1]
        )
        return cls(words, frozenset(term for word in near for term in analyzer.terms(word)) & words.keys())

    @property
    def affirmed(self) -> frozenset[str]:
        """Return the terms that are not denied."""
        return frozenset(self.words.keys() - self.denied)

    def word(self, terms: frozenset[str]) -> str:
        """Return the first word of one of some terms."""
        return next((word for term, word in self.words.items() if term in terms), "")


def _words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]
