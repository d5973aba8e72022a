"""Detects claims in which two parties of the source sentence have swapped roles."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from citeback.index.search.analyzer import STOP_WORDS
from citeback.rag.checking.claims.word_sequence import ClaimText, Slot, Word

_TOGETHER = frozenset(["and", "or", "&", ",", "nor"])
_NEAR = 0.5  # share of the claim's words that must match the sentence in order before word order is compared


def swapped_roles(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[tuple[str, str]]:
    """Yield pairs of words or names that have swapped places between the source and the claim.

    >>> from citeback.index.search.analyzer import Analyzer
    >>> one, other = (ClaimText(f"{text} in May.", Analyzer()) for text in ("Anna beat Bob", "Bob beat Anna"))
    >>> list(swapped_roles(one, [other]))
    [('Anna', 'Bob')]
    """
    for claim_text in source:
        yield from _swapped_names(claim, claim_text)
        yield from _swapped_words(claim, claim_text)


def _swapped_words(claim: ClaimText, claim_text: ClaimText) -> Iterator[tuple[str, str]]:
    """Yield the words that replace each other in a word-by-word alignment.

    A part that merely moves is a deletion in one place and an insertion in another, and does not count.
    """
    mine, theirs = [word.term for word in claim.words], [word.term for word in claim_text.words]
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


def _swapped_names(claim: ClaimText, claim_text: ClaimText) -> Iterator[tuple[str, str]]:
    """Yield pairs of names, each standing in the claim in the context of the other in the source."""
    mine, theirs = claim.names, claim_text.names
    for one, other in combinations(mine.keys() & theirs.keys(), 2):
        crossed = _share_context(mine[one], theirs[other]) and _share_context(mine[other], theirs[one])
        kept = set(mine[one]) & set(theirs[one]) or set(mine[other]) & set(theirs[other])
        if crossed and not kept and not _are_listed(claim, mine[one], mine[other]):
            first, second = sorted((mine[one][0], mine[other][0]), key=lambda slot: slot.start)
            yield _slot_text(claim, first), _slot_text(claim, second)


def _share_context(some: Sequence[Slot], others: Sequence[Slot]) -> bool:
    """Return whether two of the slots share both neighbours, or one neighbour that is a content word."""
    return any(_same_context(one, other) for one in some for other in others)


def _same_context(one: Slot, other: Slot) -> bool:
    left, right = _term(one.before) == _term(other.before), _term(one.after) == _term(other.after)
    return (
        (left and right)
        or (left and _is_content(_term(one.before)))
        or (right and _is_content(_term(one.after)))
    )


def _are_listed(claim: ClaimText, ones: Sequence[Slot], others: Sequence[Slot]) -> bool:
    """Return whether two names are joined somewhere by nothing but "and", "or" or a comma."""
    gaps = (claim.words[min(a.end, b.end) : max(a.start, b.start)] for a in ones for b in others)
    return any({word.lower for word in gap} <= _TOGETHER for gap in gaps)


def _share(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(_is_content(term) for term in set(some) & set(others))


def _is_content(term: str) -> bool:
    return term.isalnum() and term not in STOP_WORDS


def _term(word: Word | None) -> str:
    return word.term if word else ""


def _slot_text(claim: ClaimText, slot: Slot) -> str:
    return " ".join(word.text for word in claim.words[slot.start : slot.end])
