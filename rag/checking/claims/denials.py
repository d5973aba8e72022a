"""Denials and opposites in languages other than English.

A word denies what stands near it in its clause. This is coarser than the English rules, which follow the
order of words.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

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
    own, theirs = _Denied(claim, analyzer), _Denied(" . ".join(source), analyzer)
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


class _Denied:
    """The terms of a text that are denied, and those that are not."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        denials = _DENIALS.get(analyzer.language, frozenset())
        ordinary = FUNCTION_WORDS.get(analyzer.language, frozenset())
        clauses = [_words(clause) for clause in _CLAUSE_END.split(text)]
        self._words = {
            term: word
            for word in chain.from_iterable(clauses)
            if word not in ordinary and word not in denials
            for term in analyzer.terms(word)
        }
        denied: set[str] = set()
        for words in clauses:
            for n in (n for n, word in enumerate(words) if word in denials):
                denied.update(
                    chain.from_iterable(map(analyzer.terms, words[max(0, n - REACH) : n + REACH + 1]))
                )
        self.denied = frozenset(denied & self._words.keys())
        self.affirmed = frozenset(self._words.keys() - denied)

    def word(self, terms: frozenset[str]) -> str:
        """Return the word of one of some terms."""
        return next((word for term, word in self._words.items() if term in terms), "")


def _words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]
