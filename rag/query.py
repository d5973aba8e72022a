"""A question as the two halves of the index see it: a vector and terms. Must never know passages."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from index.encoder import QueryEmbedder
from index.terms import Analyzer
from index.words import Words
from rag.question import Asked

CARRIED = 0.5
"""What a word carried over from the question before counts; bench/LOG.md has the figures."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """`vector` is float32 `(dimension,)` of unit length; `weights` gives each distinct term its rarity.

    The rarity is BM25's inverse document frequency, counted in chunks; a term that no chunk holds
    weighs most.
    """

    text: str
    vector: NDArray[np.float32]
    weights: Mapping[str, float]

    def cover(self, terms: frozenset[str]) -> float:
        """Return which share (0 to 1) of the question's terms, weighed by rarity, is among `terms`."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / total if total else 0.0


def understand(asked: Asked, encoder: QueryEmbedder, analyzer: Analyzer, words: Words) -> Query:
    """Return the query for a question; what it carries over from the one before counts half."""
    own = analyzer.query(asked.question)
    terms = list(dict.fromkeys([*own, *(analyzer.query(asked.carried) if asked.carried else ())]))
    found, chunks = words.document_frequency(terms), len(words)
    weights = {
        term: log(1 + (chunks - found[term] + 0.5) / (found[term] + 0.5)) * (1 if term in own else CARRIED)
        for term in terms
    }
    return Query(str(asked), _vector(asked, encoder), weights)


def _vector(asked: Asked, encoder: QueryEmbedder) -> NDArray[np.float32]:
    vector = np.asarray(encoder.embed_query(asked.question), dtype=np.float32)
    if asked.carried:
        vector = vector + CARRIED * np.asarray(encoder.embed_query(str(asked)), dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
