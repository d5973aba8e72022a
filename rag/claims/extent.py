"""Detects claims that widen a quantifier: the source says "some", and the claim says "all"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.claims.said import Said, Word

_SOME = frozenset(["some", "several", "many", "most", "few", "certain", "various"])
# "One" and "half" quantify only before "of": "one ship" is not a part of a group.
_PART = frozenset(["one", "half", "lot", "number", "majority", "minority"])
_EACH = frozenset(["all", "every", "each", "both", "any"])
_BETWEEN = frozenset("of the a an its their his her these those other most".split())  # noqa: SIM905  many words
_THEM = frozenset(["them", "us", "you", "which", "whom"])
_NEXT = 2  # content words that name what is quantified


@dataclass(frozen=True, slots=True)
class Taken:
    """A quantified noun phrase: `terms` holds at most two of its terms, `text` its words in full.

    `partly` is true for "some" and the like. `sure` is true if the quantifier names its group with "of" or is
    universal; otherwise both terms must match.
    """

    terms: tuple[str, ...]
    text: str
    partly: bool
    sure: bool

    def widens(self, other: "Taken") -> bool:
        """Return whether this quantifies over all of what the other quantifies over in part."""
        shared = min(len(self.terms), len(other.terms))
        sure = self.sure or other.sure or shared == _NEXT
        return other.partly and not self.partly and sure and self.terms[:shared] == other.terms[:shared]


def widened(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield a reason for each quantifier that the claim widens.

    >>> from index.terms import Analyzer
    >>> one, other = (Said(f"{text}.", Analyzer()) for text in ("All ships", "Some ships"))
    >>> list(widened(one, [other]))
    ['the source says “Some ships”']
    """
    theirs = [taken for said in source for taken in _taken(said.words)]
    mine = list(_taken(claim.words))
    kept = {taken.terms[0] for taken in theirs if not taken.partly} | {t.terms[0] for t in mine if t.partly}
    for taken in mine:
        for other in theirs:
            if taken.widens(other) and taken.terms[0] not in kept:
                yield f"the source says “{other.text}”"


def _taken(words: Sequence[Word]) -> Iterator[Taken]:
    for i, word in enumerate(words):
        before, after = (words[j].low if 0 <= j < len(words) else "" for j in (i - 1, i + 1))
        of = after == "of"
        partly = (word.low in _SOME and before != "the") or (of and word.low in _PART)
        if not partly and (word.low not in _EACH | {"the"} or before == "of"):
            continue
        first = i + 1
        while first < len(words) and words[first].low in _BETWEEN:
            first += 1
        last = first
        while last < len(words) and last - first < _NEXT and (words[last].tells or words[last].low in _THEM):
            last += 1
        named = (
            first < len(words) and words[first].name and word.low in _PART
        )  # "one of the United Kingdom's" is no quantifier
        if last > first and not named:
            terms, text = (tuple(w.term for w in words[first:last]), " ".join(w.text for w in words[i:last]))
            yield Taken(terms, text, partly, sure=(partly and of) or word.low in _EACH)
