"""Detects claims in which two parties of the source sentence have swapped roles."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from index.terms import STOP_WORDS
from rag.claims.said import Said, Slot, Word

_TOGETHER = frozenset(["and", "or", "&", ",", "nor"])
_NEAR = 0.5  # share of the claim's words that must match the sentence in order before word order is compared


def swapped(claim: Said, source: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """Yield pairs of words or names that have swapped places between the source and the claim.

    >>> from index.terms import Analyzer
    >>> one, other = (Said(f"{text} in May.", Analyzer()) for text in ("Anna beat Bob", "Bob beat Anna"))
    >>> list(swapped(one, [other]))
    [('Anna', 'Bob')]
    """
    for said in source:
        yield from _names(claim, said)
        yield from _replaced(claim, said)


def _replaced(claim: Said, said: Said) -> Iterator[tuple[str, str]]:
    """Yield the words that replace each other in a word-by-word alignment.

    A part that merely moves is a deletion in one place and an insertion in another, and does not count.
    """
    mine, theirs = [word.term for word in claim.words], [word.term for word in said.words]
    matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _NEAR * len(mine):
        return
    changes = [
        (theirs[a:b], mine[c:d], claim.words[c].text)
        for op, a, b, c, d in matcher.get_opcodes()
        if op == "replace"
    ]
    for (there, here, one), (there_too, here_too, other) in combinations(changes, 2):
        passive = ("by" in here + here_too) != ("by" in there + there_too)
        if not passive and _share(there, here_too) and _share(there_too, here):
            yield one, other


def _names(claim: Said, said: Said) -> Iterator[tuple[str, str]]:
    """Yield pairs of names, each standing in the claim in the context of the other in the source."""
    mine, theirs = claim.names, said.names
    for one, other in combinations(mine.keys() & theirs.keys(), 2):
        crossed = _meet(mine[one], theirs[other]) and _meet(mine[other], theirs[one])
        kept = set(mine[one]) & set(theirs[one]) or set(mine[other]) & set(theirs[other])
        if crossed and not kept and not _listed(claim, mine[one], mine[other]):
            first, second = sorted((mine[one][0], mine[other][0]), key=lambda slot: slot.start)
            yield _shown(claim, first), _shown(claim, second)


def _meet(some: Sequence[Slot], others: Sequence[Slot]) -> bool:
    """Return whether two of the slots share both neighbours, or one neighbour that is a content word."""
    return any(_alike(one, other) for one in some for other in others)


def _alike(one: Slot, other: Slot) -> bool:
    left, right = _term(one.left) == _term(other.left), _term(one.right) == _term(other.right)
    return (left and right) or (left and _says(_term(one.left))) or (right and _says(_term(one.right)))


def _listed(claim: Said, ones: Sequence[Slot], others: Sequence[Slot]) -> bool:
    """Return whether two names are joined somewhere by nothing but "and", "or" or a comma."""
    gaps = (claim.words[min(a.end, b.end) : max(a.start, b.start)] for a in ones for b in others)
    return any({word.low for word in gap} <= _TOGETHER for gap in gaps)


def _share(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(_says(term) for term in set(some) & set(others))


def _says(term: str) -> bool:
    return term.isalnum() and term not in STOP_WORDS


def _term(word: Word | None) -> str:
    return word.term if word else ""


def _shown(claim: Said, slot: Slot) -> str:
    return " ".join(word.text for word in claim.words[slot.start : slot.end])
