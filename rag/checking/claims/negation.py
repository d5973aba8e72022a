"""Detects claims that contradict a text in its own words: negation, antonyms, "for" and "against"."""

import re
from collections.abc import Iterator, Sequence

from citeback.index.languages import ENGLISH
from citeback.index.search.analyzer import Analyzer
from citeback.index.word_lists import word_groups, word_list
from citeback.rag.checking.claims.denials import foreign_contradictions
from citeback.rag.checking.claims.word_sequence import ClaimText


def contradictions(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each contradiction; `source` holds the sentences that the claim cites."""
    if claim.analyzer.language != ENGLISH:
        yield from foreign_contradictions(claim.text, [each.text for each in source], claim.analyzer)
        return
    denied = frozenset().union(*(sentence.negated for sentence in source))
    affirmed = frozenset().union(*(sentence.affirmed for sentence in source))
    known = frozenset().union(*(sentence.terms for sentence in source))
    # "Dogs are not allowed" and "does not allow dogs": the same denial reaches other words beside it.
    alike = claim.negated & denied and sum(word.is_negator for word in claim.words) == 1
    if not alike and (terms := (claim.negated - claim.affirmed) & (affirmed - denied)):
        yield f"the source does not deny {_first(claim, terms)}"
    if not alike and (terms := (claim.affirmed - claim.negated) & (denied - affirmed)):
        yield f"the source denies {_first(claim, terms)}"
    for word in claim.words:
        for opposite in _ANTONYMS.get(word.term, ()):
            if opposite in known and word.term not in known and opposite not in claim.terms:
                yield f"the source says the opposite of “{word.text}”"
    yield from _opposites_by_prefix(claim, source)
    yield from _other_sides(claim, source)


def _opposites_by_prefix(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each word that the source denies by a prefix, or the claim: "paid" and "unpaid"."""
    theirs = {word.lower for sentence in source for word in sentence.words}
    mine = {word.lower for word in claim.words}
    denied = {word for each in theirs - mine for word in _without_prefix(each)}
    for own in sorted(mine - theirs):
        if own in denied or {*_without_prefix(own)} & (theirs - mine):
            yield f"the source says the opposite of “{own}”"


def _without_prefix(word: str) -> tuple[str, ...]:
    """Return the word that a word denies by its prefix, or nothing.

    >>> _without_prefix("inaccessible"), _without_prefix("unpaid"), _without_prefix("invaluable")
    (('accessible',), ('paid',), ())
    """
    match = _DENYING_PREFIX.fullmatch(word)
    return (match[1] or match[2],) if match and word not in _NO_DENIALS else ()


def _other_sides(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each word that takes "for" here and "against" in the source, or the reverse."""
    taken = frozenset().union(*(_sides(sentence) for sentence in source))
    own = _sides(claim)
    for word, side in sorted(own):
        other = _SIDES[side]
        if (word, other) in taken and (word, side) not in taken and (word, other) not in own:
            yield f"the source says the opposite of “{side}”"


def _sides(text: ClaimText) -> frozenset[tuple[str, str]]:
    """Return each word that "for" or "against" follows, with what follows it: "voted against" and such."""
    pairs = zip(text.words, text.words[1:], strict=False)
    return frozenset((one.term, two.lower) for one, two in pairs if one.is_content and two.lower in _SIDES)


def _first(claim: ClaimText, terms: frozenset[str]) -> str:
    return f"“{next(word.text for word in claim.words if word.term in terms)}”"


def _antonyms() -> dict[str, frozenset[str]]:
    stem, result = Analyzer("en").terms, dict[str, set[str]]()
    for pair in word_groups(__package__, "antonyms.txt"):
        one, other = (stem(word)[0] for word in pair)
        result.setdefault(one, set()).add(other)
        result.setdefault(other, set()).add(one)
    return {term: frozenset(others) for term, others in result.items()}


_ANTONYMS = _antonyms()
_DENYING_PREFIX = re.compile(
    r"(?:un([a-z]{4,30})|i[nmlr]([a-z]{3,30}(?:able|ible|al|ent|ant|ive|ate|ect|lete)))"
)
_NO_DENIALS = word_list(__package__, "no_denials.txt")
_SIDES = {"for": "against", "against": "for"}
