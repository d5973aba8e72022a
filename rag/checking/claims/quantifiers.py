"""Detects claims that widen a quantifier: the source says "some", and the claim says "all"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.rag.checking.claims.word_sequence import ClaimText, Word

_PARTIAL_QUANTIFIERS = frozenset(["some", "several", "many", "most", "few", "certain", "various"])
# "One" and "half" quantify only before "of": "one ship" is not a part of a group.
_PARTITIVES = frozenset(["one", "half", "lot", "number", "majority", "minority"])
_UNIVERSAL_QUANTIFIERS = frozenset(["all", "every", "each", "both", "any"])
_DETERMINERS = frozenset("of the a an its their his her these those other most".split())  # noqa: SIM905  many words
_PRONOUNS = frozenset(["them", "us", "you", "which", "whom"])
_MAX_TERMS = 2  # content words that name what is quantified


@dataclass(frozen=True, slots=True)
class QuantifiedPhrase:
    """A quantified noun phrase: `terms` holds at most two of its terms, `text` its words in full.

    `partial` is true for "some" and the like. `explicit` is true if the quantifier names its group with "of"
    or is universal; otherwise both terms must match.
    """

    terms: tuple[str, ...]
    text: str
    partial: bool
    explicit: bool

    def widens(self, other: "QuantifiedPhrase") -> bool:
        """Return whether this quantifies over all of what the other quantifies over in part."""
        shared = min(len(self.terms), len(other.terms))
        sure = self.explicit or other.explicit or shared == _MAX_TERMS
        return other.partial and not self.partial and sure and self.terms[:shared] == other.terms[:shared]


def widened_quantifiers(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each quantifier that the claim widens.

    >>> from citeback.index.search.analyzer import Analyzer
    >>> one, other = (ClaimText(f"{text}.", Analyzer()) for text in ("All ships", "Some ships"))
    >>> list(widened_quantifiers(one, [other]))
    ['the source says “Some ships”']
    """
    theirs = [taken for sentence in source for taken in _quantified_phrases(sentence.words)]
    mine = list(_quantified_phrases(claim.words))
    kept = {taken.terms[0] for taken in theirs if not taken.partial} | {t.terms[0] for t in mine if t.partial}
    for taken in mine:
        for other in theirs:
            if taken.widens(other) and taken.terms[0] not in kept:
                yield f"the source says “{other.text}”"


def _quantified_phrases(words: Sequence[Word]) -> Iterator[QuantifiedPhrase]:
    for i, word in enumerate(words):
        before, after = (words[j].lower if 0 <= j < len(words) else "" for j in (i - 1, i + 1))
        of = after == "of"
        partly = (word.lower in _PARTIAL_QUANTIFIERS and before != "the") or (
            of and word.lower in _PARTITIVES
        )
        if not partly and (word.lower not in _UNIVERSAL_QUANTIFIERS | {"the"} or before == "of"):
            continue
        first = i + 1
        while first < len(words) and words[first].lower in _DETERMINERS:
            first += 1
        last = first
        while (
            last < len(words)
            and last - first < _MAX_TERMS
            and (words[last].is_content or words[last].lower in _PRONOUNS)
        ):
            last += 1
        named = (
            first < len(words) and words[first].name and word.lower in _PARTITIVES
        )  # "one of the United Kingdom's" is no quantifier
        if last > first and not named:
            terms, text = (tuple(w.term for w in words[first:last]), " ".join(w.text for w in words[i:last]))
            yield QuantifiedPhrase(
                terms=terms,
                text=text,
                partial=partly,
                explicit=(partly and of) or word.lower in _UNIVERSAL_QUANTIFIERS,
            )
