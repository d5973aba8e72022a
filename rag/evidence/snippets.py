"""Chooses the passage to show of each candidate: the run of sentences most likely to contain the answer.

A chunk is sized for the embedding model; a reader wants the few sentences of it that may answer.
"""

from collections.abc import Mapping, Sequence
from math import exp, inf

from citeback.index.records import Span
from citeback.rag.evidence.ranking import READ_CANDIDATES, Evidence
from citeback.rag.retrieval.hybrid import Candidate

CHARACTER_COST = 6e-5
"""Cost of a character, in likelihood: a sentence of 100 is worth showing above 0.006."""
TEMPERATURE = 3.2  # softmax temperature: evidence ranks less reliably than its scores suggest


def passage_windows(candidates: Sequence[Candidate], ranked: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return, for each candidate, the span of the sentences that are worth their length.

    Each sentence has the probability that it holds the answer, normalised over the first candidates. The
    window is the run with the highest total probability less the cost of its length.
    """
    most = max((e.score for e in ranked), default=0.0)
    raw = {(e.passage, e.position): exp((e.score - most) / TEMPERATURE) for e in ranked}
    total = sum(value for (passage, _), value in raw.items() if passage <= READ_CANDIDATES) or 1.0
    return tuple(
        best_window(
            candidate.row.chunk.sentences, {p: v / total for (n, p), v in raw.items() if n == passage}
        )
        for passage, candidate in enumerate(candidates, start=1)
    )


def best_window(
    sentences: Sequence[Span], likely: Mapping[int, float], price: float = CHARACTER_COST
) -> Span:
    """Return the run of sentences with the highest likelihood less `price` per character.

    Ties go to the run that ends first (Kadane's maximum subarray).
    """
    first, worth, best = 0, 0.0, -inf
    span = sentences[0]
    for n, sentence in enumerate(sentences):
        worth -= price * (sentence.start - sentences[n - 1].end) if n else 0.0
        if worth <= 0:
            first, worth = n, 0.0
        worth += likely.get(n, 0.0) - price * len(sentence)
        if worth > best:
            best, span = worth, Span(sentences[first].start, sentence.end)
    return span
