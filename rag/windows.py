"""Where in a candidate the answer is likeliest: the run of sentences that a search returns of it.

A chunk is cut for the embedding model; what a person wants to read of it is the few sentences that may
answer. Must never know scores' features or how a passage is shown.
"""

from collections.abc import Mapping, Sequence
from math import exp, inf

from index.records import Span
from rag.evidence import READ, Evidence
from rag.retrieve import Candidate

PRICE = 6e-5
"""What a character costs, in likelihood: a sentence of 100 is worth its length where it is above 0.006."""
FLATTEN = 2.0  # evidence is less sure of its ranking than its scores say


def windows(candidates: Sequence[Candidate], ranked: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return for each candidate the span of the sentences in it that are worth their length.

    Every sentence has the likelihood that it holds the answer, among those of the first candidates.
    A window is the run whose likelihood, less what its length costs, is highest.
    """
    most = max((e.score for e in ranked), default=0.0)
    raw = {(e.passage, e.place): exp((e.score - most) / FLATTEN) for e in ranked}
    total = sum(value for (passage, _), value in raw.items() if passage <= READ) or 1.0
    return tuple(
        window(candidate.row.chunk.sentences, {p: v / total for (n, p), v in raw.items() if n == passage})
        for passage, candidate in enumerate(candidates, start=1)
    )


def window(sentences: Sequence[Span], likely: Mapping[int, float], price: float = PRICE) -> Span:
    """Return the run of sentences with the highest likelihood less `price` for each of its characters.

    Of runs that are worth the same it is the one that ends first (Kadane's maximum subarray).
    """
    first, worth, best = 0, 0.0, -inf
    found = sentences[0]
    for n, sentence in enumerate(sentences):
        worth -= price * (sentence.start - sentences[n - 1].end) if n else 0.0
        if worth <= 0:
            first, worth = n, 0.0
        worth += likely.get(n, 0.0) - price * len(sentence)
        if worth > best:
            best, found = worth, Span(sentences[first].start, sentence.end)
    return found
