"""Detects claims that give a thing the value of another thing in the same sentence.

"The interim report is due on 3 May and the final report on 4 June" does not say that the final one is due
in May.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.numerals import MONTHS

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_VALUE = re.compile(
    rf"(?:(?P<sign>[£$€¥]) ?)?\d+(?:[.,:]\d+)*(?: ?(?P<unit>%|per cent|percent|[ap]\.?m\b)"
    rf"|(?:st|nd|rd|th)? (?P<month>{_MONTH})\b(?: \d{{4}}\b)?)?",
    re.IGNORECASE,
)
_JOINT = re.compile(r"[,;]? (?:and|but|while|whereas) |[,;] ", re.IGNORECASE)
MOST_VALUES = 6


@dataclass(frozen=True, slots=True)
class _Value:
    """A value with the terms of its part of a sentence; `side` are those on the side that describes it."""

    text: str
    kind: str
    terms: frozenset[str]
    side: frozenset[str]


def misplaced_values(claim: str, sentence: str, analyzer: Analyzer) -> Iterator[tuple[str, str]]:
    """Yield each value of a claim that the sentence gives for another thing, with the value for its own.

    >>> stated = "The east hall holds 40 people and the west hall 65 people."
    >>> list(misplaced_values("The west hall holds 40 people.", stated, Analyzer()))
    [('40', '65')]
    >>> list(misplaced_values("The east hall holds 40 people.", stated, Analyzer()))
    []
    """
    known = frozenset(_terms(claim, analyzer))
    values = list(_VALUE.finditer(claim))
    times = Counter(map(_kind, values))
    for mine in values:
        kind = _kind(mine)
        if times[kind] > 1:
            continue
        theirs = _values(sentence, kind, analyzer)
        own = [each for each in theirs if each.text == mine[0]]
        others = [each for each in theirs if each.text != mine[0]]
        if len(own) != 1:
            continue
        fit = [each for each in others if _means(known, own[0], each)]
        if len(fit) == 1:
            yield mine[0], fit[0].text


def _means(claimed: frozenset[str], own: _Value, other: _Value) -> bool:
    """Return whether a claim has all that is said of the other value alone, but not all of its own."""
    mine, theirs = own.side - other.terms, other.side - own.terms
    return bool(own.terms & other.terms) and bool(theirs) and theirs <= claimed and not mine <= claimed


def _values(sentence: str, kind: str, analyzer: Analyzer) -> list[_Value]:
    """Return the values of a kind, each with its part; none if it is not clear where a part ends."""
    matches = [match for match in _VALUE.finditer(sentence) if _kind(match) == kind]
    if not 1 < len(matches) <= MOST_VALUES:
        return []
    cuts = [0]
    for one, other in pairwise(matches):
        joints = list(_JOINT.finditer(sentence, one.end(), other.start()))
        if len(joints) != 1:
            return []
        cuts += [joints[0].start(), joints[0].end()]
    cuts.append(len(sentence))
    parts = list(zip(cuts[::2], cuts[1::2], strict=True))
    after = all(match.start() == start for match, (start, _) in zip(matches[1:], parts[1:], strict=True))
    pairs = zip(matches, parts, strict=True)
    return [_value(sentence, match, part, after, analyzer) for match, part in pairs]


def _value(
    sentence: str, match: re.Match[str], part: tuple[int, int], after: bool, analyzer: Analyzer
) -> _Value:
    before, behind = sentence[part[0] : match.start()], sentence[match.end() : part[1]]
    side = behind if after else before
    return _Value(
        text=match[0],
        kind=_kind(match),
        terms=frozenset(_terms(f"{before} {behind}", analyzer)),
        side=frozenset(_terms(side, analyzer)),
    )


def _kind(match: re.Match[str]) -> str:
    return "date" if match["month"] else match["sign"] or (match["unit"] or "").casefold()


def _terms(text: str, analyzer: Analyzer) -> Iterator[str]:
    return (term for term in analyzer.terms(text) if term not in STOP_WORDS and not term[0].isdigit())
