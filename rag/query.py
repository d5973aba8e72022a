"""A question as the index sees it: a vector, weighted terms and word pieces."""

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
"""Weight of a word carried over from the previous question; bench/LOG.md has the figures."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """`vector` is float32 `(dimension,)` of unit length; `weights` maps each distinct term to its weight.

    The weight is BM25's inverse document frequency over chunks. `text` is the question with what it carries
    over, `question` without. `pieces` are its word pieces for comparison with sentences (see `cover`).
    `asked` is the number of its rare words: a term that no chunk holds counts 1, a common one close to 0.
    """

    text: str
    question: str
    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    pieces: Weighed
    asked: float


def understand(asked: Asked, encoder: QueryEmbedder, analyzer: Analyzer, words: Lexical) -> Query:
    """Return the query for a question; terms carried over from the previous one have half weight."""
    own = analyzer.query(asked.question)
    terms = list(dict.fromkeys([*own, *(analyzer.query(asked.carried) if asked.carried else ())]))
    found, chunks = words.document_frequency(terms), len(words)
    weights = {term: _rarity(found[term], chunks) * (1 if term in own else CARRIED) for term in terms}
    text = str(asked)
    pieces = weigh(text, encoder.pieces([text])[0], weights, analyzer)
    rare = sum(weights.values()) / _rarity(0, chunks)
    return Query(text, asked.question, _vector(asked, encoder), weights, pieces, rare)


def _rarity(found: int, chunks: int) -> float:
    """Return the inverse document frequency of a term that `found` of `chunks` chunks hold, as in BM25."""
    return log(1 + (chunks - found + 0.5) / (found + 0.5))


def _vector(asked: Asked, encoder: QueryEmbedder) -> NDArray[np.float32]:
    vector = np.asarray(encoder.embed_query(asked.question), dtype=np.float32)
    if asked.carried:
        vector = vector + CARRIED * np.asarray(encoder.embed_query(str(asked)), dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
