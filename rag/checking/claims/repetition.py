"""Detects claims that repeat a phrase in two roles, as no sensible text does."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from citeback.rag.checking.claims.word_sequence import ClaimText


def repeated_phrases(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each phrase that a claim repeats and its source does not; names are exempt.

    >>> from citeback.index.search.analyzer import Analyzer
    >>> texts = "The old church is seen in the old church.", "Gothic style is seen in the old church."
    >>> claim, other = (ClaimText(text, Analyzer()) for text in texts)
    >>> list(repeated_phrases(claim, [other]))
    ['it says “old church” of “old church”']
    """
    mine, known = _phrase_ends(claim), [_phrase_ends(sentence) for sentence in source]
    for pair, texts in mine.items():
        if len(texts) > 1 and all(len(other.get(pair, ())) < 2 for other in known):
            yield f"it says “{texts[0]}” of “{texts[1]}”"


def _phrase_ends(claim_text: ClaimText) -> dict[tuple[str, str], list[str]]:
    """Return the word pairs that end a phrase, keyed by their terms, with each occurrence as it stands."""
    result: dict[tuple[str, str], list[str]] = {}
    for i, (one, other) in enumerate(pairwise(claim_text.words)):
        ends = i + 2 == len(claim_text.words) or not claim_text.words[i + 2].is_content
        if one.is_content and other.is_content and ends and one.text.islower() and other.text.islower():
            result.setdefault((one.term, other.term), []).append(f"{one.text} {other.text}")
    return result
