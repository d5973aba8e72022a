"""A question in the form that the index searches: a vector, weighted terms and word pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.generations.protocols import LexicalIndex
from citeback.index.search.analyzer import Analyzer, is_unspaced
from citeback.rag.coverage import WeightedPieces, weight_pieces
from citeback.rag.question import StandaloneQuestion
from citeback.rag.question_language import terms_in_other_languages

TERMS_PER_WORD = 2.5
"""Terms of a word in a script without spaces, which is indexed as pairs of characters."""
CONTEXT_WEIGHT = 0.5
"""Weight of a word carried over from the previous question; bench/LOG.md has the figures."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """`vector` is float32 `(dimension,)` of unit length; `weights` maps each distinct term to its weight.

    The weight is BM25's inverse document frequency over chunks. `text` is the question with what it carries
    over, `question` without. `word_pieces` are its word pieces for comparison with sentences (see
    `coverage`). `rare_words` is the number of its rare words: a term that no chunk holds counts 1, a common
    one close to 0.
    """

    text: str
    question: str
    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    word_pieces: WeightedPieces
    rare_words: float


def build_query(
    asked: StandaloneQuestion, encoder: QueryEmbedder, analyzer: Analyzer, words: LexicalIndex
) -> Query:
    """Return the query for a question; terms carried over from the previous one have half weight."""
    own = analyzer.query_terms(asked.question)
    terms = list(dict.fromkeys([*own, *(analyzer.query_terms(asked.context) if asked.context else ())]))
    result, chunks = words.document_frequency(terms), len(words)
    weights = {term: _idf(result[term], chunks) * (1 if term in own else CONTEXT_WEIGHT) for term in terms}
    text = str(asked)
    others = terms_in_other_languages(text, analyzer, words, weights)
    pieces = weight_pieces(text, encoder.word_pieces([text])[0], weights, analyzer)
    rare = sum(weights.values()) / _idf(0, chunks) / (TERMS_PER_WORD if is_unspaced(text) else 1)
    return Query(
        text=text,
        question=asked.question,
        vector=_query_vector(asked, encoder),
        weights={**weights, **{term: _idf(held, chunks) for term, held in others.items()}},
        word_pieces=pieces,
        rare_words=rare,
    )


def _idf(result: int, chunks: int) -> float:
    """Return the inverse document frequency of a term that `result` of `chunks` chunks hold, as in BM25."""
    return log(1 + (chunks - result + 0.5) / (result + 0.5))


def _query_vector(asked: StandaloneQuestion, encoder: QueryEmbedder) -> NDArray[np.float32]:
    vector = np.asarray(encoder.embed_query(asked.question), dtype=np.float32)
    if asked.context:
        vector = vector + CONTEXT_WEIGHT * np.asarray(encoder.embed_query(str(asked)), dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
