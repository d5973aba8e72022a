"""A question as the index sees it: a vector, terms and pieces of words. Must never know passages."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from index.encoder import QueryEmbedder
from index.permitted import Lexical
from index.terms import Analyzer
from rag.cover import Weighed, weigh
from rag.question import Asked

CARRIED = 0.5
"""What a word carried over from the question before counts; bench/LOG.md has the figures."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """`vector` is float32 `(dimension,)` of unit length; `weights` gives each distinct term its rarity.

    The rarity is BM25's inverse document frequency, counted in chunks; a term that no chunk holds weighs
    most. `text` is the question with what it carries over, `question` without. `pieces` are its words as
    sentences are compared with them (see `cover`).
    `asked` is how many rare words it has: one that no chunk holds counts 1, a common one hardly anything.
    """

    text: str
    question: str
    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    pieces: Weighed
    asked: float


def understand(asked: Asked, encoder: QueryEmbedder, analyzer: Analyzer, words: Lexical) -> Query:
    """Return the query for a question; what it carries over from the one before counts half."""
    own = analyzer.query(asked.question)
    terms = list(dict.fromkeys([*own, *(analyzer.query(asked.carried) if asked.carried else ())]))
    found, chunks = words.document_frequency(terms), len(words)
    weights = {term: _rarity(found[term], chunks) * (1 if term in own else CARRIED) for term in terms}
    text = str(asked)
    pieces = weigh(text, encoder.pieces([text])[0], weights, analyzer)
    rare = sum(weights.values()) / _rarity(0, chunks)
    return Query(text, asked.question, _vector(asked, encoder), weights, pieces, rare)


def _rarity(found: int, chunks: int) -> float:
    """Return the inverse document frequency of a term that `found` of all chunks hold, as BM25 has it."""
    return log(1 + (chunks - found + 0.5) / (found + 0.5))


def _vector(asked: Asked, encoder: QueryEmbedder) -> NDArray[np.float32]:
    vector = np.asarray(encoder.embed_query(asked.question), dtype=np.float32)
    if asked.carried:
        vector = vector + CARRIED * np.asarray(encoder.embed_query(str(asked)), dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
