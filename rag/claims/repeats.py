"""Detects claims that repeat a phrase in two roles, as no sensible text does."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.claims.said import Said


def repeated(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield a reason for each phrase that a claim repeats and its source does not; names are exempt.

    >>> from index.terms import Analyzer
    >>> texts = "The old church is seen in the old church.", "Gothic style is seen in the old church."
    >>> claim, other = (Said(text, Analyzer()) for text in texts)
    >>> list(repeated(claim, [other]))
    ['it says “old church” of “old church”']
    """
    mine, known = _pairs(claim), [_pairs(said) for said in source]
    for pair, texts in mine.items():
        if len(texts) > 1 and all(len(other.get(pair, ())) < 2 for other in known):
            yield f"it says “{texts[0]}” of “{texts[1]}”"


def _pairs(said: Said) -> dict[tuple[str, str], list[str]]:
    """Return the word pairs that end a phrase, keyed by their terms, with each occurrence as it stands."""
    found: dict[tuple[str, str], list[str]] = {}
    for i, (one, other) in enumerate(pairwise(said.words)):
        ends = i + 2 == len(said.words) or not said.words[i + 2].tells
        if one.tells and other.tells and ends and one.text.islower() and other.text.islower():
            found.setdefault((one.term, other.term), []).append(f"{one.text} {other.text}")
    return found
