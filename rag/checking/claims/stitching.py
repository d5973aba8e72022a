"""Detects claims that are pasted together from sentences none of which makes the claim."""

from collections.abc import Iterator, Sequence

from citeback.rag.checking.claims.word_sequence import ClaimText

_JOINS = frozenset([",", ";", ":", "and"])


def borrowed_words(
    claim: ClaimText, main: ClaimText, before: Sequence[ClaimText], after: Sequence[ClaimText]
) -> Iterator[str]:
    """Yield the words that a claim takes from sentences other than `main`, the one that says most of it.

    A claim that joins several statements may do so, so only claims without a conjunction are checked. Names
    may come from an earlier sentence, which often introduces the subject, but not from a later one.

    >>> from citeback.index.search.analyzer import Analyzer
    >>> texts = "The act ended limits.", "The law that set limits is the act.", "A law set it."
    >>> main, claim, other = (ClaimText(text, Analyzer()) for text in texts)
    >>> list(borrowed_words(claim, main, [other], []))
    ['law', 'set']
    """
    joins = any(word.lower in _JOINS for word in claim.words)
    later = _terms(after) - _terms(before) - main.terms
    elsewhere = (_terms(before) | _terms(after)) - main.terms
    telling = [word for word in claim.words if word.is_content]
    for i, word in enumerate(telling):
        if word.text[0].isupper():
            taken = word.term in later and (not joins or i == 0)  # the first word names the subject
        else:
            taken = word.term in elsewhere and not joins
        if taken:
            yield word.text


def _terms(sentences: Sequence[ClaimText]) -> frozenset[str]:
    return frozenset().union(*(sentence.terms for sentence in sentences))
