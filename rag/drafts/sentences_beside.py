"""What the sentences beside the nearest one say of a claim: its figures, or the contrary of its words."""

import re
from collections.abc import Sequence

from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.facts import Fact, FactIndex
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.negation import is_negated

LEAST_UNSAID = 2  # terms of a claim that another sentence must have to deny it
LEAST_BESIDE = 0.5  # share of the terms of a claim in the sentence beside that has its figures
_NUMBERING = re.compile(
    r"^\s{0,4}(?:\(?(?:\d{1,3}|[a-z])(?:\.\d{1,3}){0,4}[.)]|\d{1,3}(?:\.\d{1,3}){1,4})\s+"
)


def unnumbered(sentence: str) -> str:
    """Return a sentence without the number of its clause.

    >>> unnumbered("3. Up to six hens."), unnumbered("1.2 It is paid."), unnumbered("3 hens may be kept.")
    ('Up to six hens.', 'It is paid.', '3 hens may be kept.')
    """
    return _NUMBERING.sub("", sentence)


def stated_beside(
    claim: str, missing: Sequence[Fact], sentences: Sequence[str], nearest: int, analyzer: Analyzer
) -> bool:
    """Return whether a neighbour of the nearest sentence has the figures that this one lacks, and its words.

    Then the other figures of the nearest sentence are those of something else.
    """
    figures = [fact for fact in missing if fact.kind in ("number", "date")]
    if not figures:
        return False
    for n in (nearest - 1, nearest + 1):
        if not 0 <= n < len(sentences):
            continue
        known = FactIndex(unnumbered(sentences[n]), analyzer)
        if all(map(known.states, figures)) and share_of_terms(claim, sentences[n], analyzer) >= LEAST_BESIDE:
            return True
    return False


def refuting(claim: str, sentences: Sequence[str], nearest: int, analyzer: Analyzer) -> int | None:
    """Return the sentence that denies what the nearest one leaves unsaid, or None.

    "The sample was taken on 8 May" and, below, "The sample meets the requirements": a claim that the sample
    of 8 May does not meet them has words of both, and the second is the contrary.
    """
    mine = _content_terms(claim, analyzer)
    unsaid = mine - _content_terms(sentences[nearest], analyzer)
    if not LEAST_UNSAID <= len(unsaid) < len(mine):
        return None
    one = ClaimText(claim, analyzer)
    for n, text in enumerate(sentences):
        theirs = _content_terms(text, analyzer)
        if n == nearest or not unsaid < theirs & mine:
            continue
        other = ClaimText(text, analyzer)
        if is_negated(claim, analyzer) != is_negated(text, analyzer) and any(contradictions(one, [other])):
            return n
    return None


def _content_terms(text: str, analyzer: Analyzer) -> frozenset[str]:
    return frozenset(term for term in analyzer.terms(text) if term not in STOP_WORDS)


def with_neighbours(sentences: Sequence[str], near: set[int]) -> list[str]:
    """Return the sentences of these indices and their neighbours, without the numbers of clauses."""
    wanted = {m for n in near for m in (n - 1, n, n + 1)}
    return [unnumbered(text) for n, text in enumerate(sentences) if n in wanted]


def share_of_terms(text: str, other: str, analyzer: Analyzer) -> float:
    """Return the share of a text's content terms that another text has."""
    terms = {term for term in analyzer.terms(text) if term not in STOP_WORDS}
    return len(terms & set(analyzer.terms(other))) / len(terms) if terms else 0.0
