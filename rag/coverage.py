"""How much of a question a sentence covers, in the same words or in similar ones.

Words are compared by the static (context-free) embeddings of their word pieces, a table lookup without a
model pass. Each word piece of the question counts its highest similarity to a piece of the sentence: the
MaxSim of late interaction (Khattab and Zaharia, "ColBERT", 2020).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats, WordPieces
from citeback.index.search.analyzer import Analyzer

# Weights of the neighbouring sentences: a sentence usually continues the one before.
BEFORE, AFTER = 0.7, 0.3
# Weights of the context above: a table row says little without its header.
ABOVE, ABOVE_ROW = 0.5, 0.9
# Every word piece has this weight beside its word's rarity: "when" and "not" matter in a question too.
BASE_WEIGHT = 0.5
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class WeightedPieces:
    """The word pieces of a question; `weights` (pieces,) are their weights, which sum to 1."""

    vectors: Floats
    weights: NDArray[np.float64]


def weight_pieces(
    text: str, pieces: WordPieces, rarity: Mapping[str, float], analyzer: Analyzer
) -> WeightedPieces:
    """Return a question's word pieces, the weight of each word's terms divided among its pieces."""
    weights = np.full(len(pieces.starts), BASE_WEIGHT)
    for word in _WORD.finditer(text):
        first, last = np.searchsorted(pieces.starts, word.span())
        if last > first:
            weights[first:last] += sum(rarity.get(t, 0.0) for t in analyzer.terms(word[0])) / (last - first)
    return WeightedPieces(pieces.vectors, weights / weights.sum() if len(weights) else weights)


def coverage(
    question: WeightedPieces, likest: NDArray[np.float64], above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far (0 to 1) each sentence covers the question, alone and in context.

    `likest` has a row for each sentence of a stretch, in reading order (see the function `likest`); `above`
    has a row for the context above each, already weighted.
    """
    beside = np.maximum(likest, above)
    beside[1:] = np.maximum(beside[1:], BEFORE * likest[:-1])
    beside[:-1] = np.maximum(beside[:-1], AFTER * likest[1:])
    return likest @ question.weights, beside @ question.weights


def max_similarity(question: WeightedPieces, sentences: Sequence[WordPieces]) -> NDArray[np.float64]:
    """Return the highest cosine of each word piece of the question with a piece of each sentence, at least 0.

    The shape is (sentences, pieces of the question). All sentences share one matrix product: with one each,
    threads on a busy machine spent longer waiting for each other than computing.
    """
    lengths = np.array([len(sentence.starts) for sentence in sentences], dtype=np.int64)
    result = np.zeros((len(sentences), len(question.weights)))
    if lengths.sum() and len(question.weights):
        cosines = np.concatenate([s.vectors for s in sentences if len(s.starts)]) @ question.vectors.T
        starts = np.cumsum(lengths) - lengths
        result[lengths > 0] = np.maximum.reduceat(cosines, starts[lengths > 0], axis=0)
    return np.maximum(result, 0.0)
