"""Whether a claim is pasted together of sentences none of which says it. Must never know verdicts."""

from collections.abc import Iterator, Sequence

from rag.claims.said import Said

_JOINS = frozenset([",", ";", ":", "and"])


def pasted(claim: Said, main: Said, others: Sequence[Said]) -> Iterator[str]:
    """Yield the words that a claim takes from other sentences than the one that says most of it.

    A claim of several statements may: only one that joins nothing is looked at. Names it may take, too, since
    whom a sentence speaks of is often told before it.

    >>> from index.terms import Analyzer
    >>> texts = "The act ended limits.", "The law that set limits is the act.", "A law set it."
    >>> main, claim, other = (Said(text, Analyzer()) for text in texts)
    >>> list(pasted(claim, main, [other]))
    ['law', 'set']
    """
    if any(word.low in _JOINS for word in claim.words):
        return
    elsewhere = frozenset().union(*(said.terms for said in others)) - main.terms
    for word in claim.words:
        if word.tells and word.text[0].islower() and word.term in elsewhere:
            yield word.text
