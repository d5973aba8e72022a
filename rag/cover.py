"""How much of a question a sentence says, in the same words or in near ones. Must never know passages.

Words are compared by what the embedding model knows of their pieces out of context, which costs a look
into a table and no pass of the model. Each piece of the question is covered as far as the likest piece
of the sentence is like it: the sum of maxima of late interaction (Khattab and Zaharia, "ColBERT", 2020).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.pieces import Floats, Pieces
from index.terms import Analyzer

# What the sentence before, and the one after, says counts less: a sentence goes on from the one before.
BEFORE, AFTER = 0.7, 0.3
# So does what stands above it; a row of a table says little without.
ABOVE, ABOVE_ROW = 0.5, 0.9
# Every piece counts this much beside its word's rarity: "when" and "not" are words of a question too.
PLAIN = 0.5
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The pieces of a question; `shares` (pieces,) are what each counts, 1 in all."""

    vectors: Floats
    shares: NDArray[np.float64]


def weigh(text: str, pieces: Pieces, rarity: Mapping[str, float], analyzer: Analyzer) -> Weighed:
    """Return a question's pieces, each counting what its word's terms do, shared out among its pieces."""
    weights = np.full(len(pieces.starts), PLAIN)
    for word in _WORD.finditer(text):
        first, last = np.searchsorted(pieces.starts, word.span())
        if last > first:
            weights[first:last] += sum(rarity.get(t, 0.0) for t in analyzer.terms(word[0])) / (last - first)
    return Weighed(pieces.vectors, weights / weights.sum() if len(weights) else weights)


def covers(
    question: Weighed, likest: NDArray[np.float64], above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far (0 to 1) each sentence of a stretch covers the question, alone and with what is around.

    `likest` (see below) has a row for each sentence of the stretch, in reading order; `above` one for what
    stands above each, as much as that counts.
    """
    beside = np.maximum(likest, above)
    beside[1:] = np.maximum(beside[1:], BEFORE * likest[:-1])
    beside[:-1] = np.maximum(beside[:-1], AFTER * likest[1:])
    return likest @ question.shares, beside @ question.shares


def likest(question: Weighed, sentences: Sequence[Pieces]) -> NDArray[np.float64]:
    """Return the highest cosine of each piece of the question with a piece of each sentence, 0 at least.

    The shape is (sentences, pieces of the question). One product for all sentences: with one for each,
    threads waited for each other on a busy machine longer than they computed.
    """
    lengths = np.array([len(sentence.starts) for sentence in sentences], dtype=np.int64)
    found = np.zeros((len(sentences), len(question.shares)))
    if lengths.sum() and len(question.shares):
        cosines = np.concatenate([s.vectors for s in sentences if len(s.starts)]) @ question.vectors.T
        starts = np.cumsum(lengths) - lengths
        found[lengths > 0] = np.maximum.reduceat(cosines, starts[lengths > 0], axis=0)
    return np.maximum(found, 0.0)
