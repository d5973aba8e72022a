"""Reranks candidates with a model that reads question and passage together, if one is named.

A cross-encoder is one possible relevance function; any other can be passed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from citeback.index.errors import ModelError
from citeback.index.generations.protocols import Searchable
from citeback.rag.query import Query
from citeback.rag.retrieval.hybrid import Candidate, min_max_scale

Relevance: TypeAlias = Callable[[str, Sequence[str]], Sequence[float]]
"""(question, passages) -> a relevance score for each passage, on any scale, higher is better."""

RERANKED_CANDIDATES = 20  # candidates that the model scores for a question, each at the cost of a model pass
RERANKER_WEIGHT = 0.5
"""Weight of the model's score beside that of retrieval; each catches what the other misses."""
REMEDY = (
    "citeback search QUESTION --rerank NAME, where NAME is a CrossEncoder for ranking, or without --rerank"
)


def load_reranker(name: str) -> Relevance:
    """Return the relevance function of the CrossEncoder of that name or path.

    Raises:
        ModelError: the model cannot be loaded, or has more than one output.
    """
    from citeback.rag.retrieval.cross_encoder import CrossEncoderModel

    model = CrossEncoderModel.load(name, "reranker", REMEDY)
    if len(model.labels) != 1:
        raise ModelError(
            f"The reranker {name!r} has {len(model.labels)} outputs; a reranker has one.", REMEDY
        )

    def relevance(question: str, passages: Sequence[str]) -> list[float]:
        return list(map(float, model.logits([(question, passage) for passage in passages])[:, 0]))

    return relevance


def rerank_candidates(
    generation: Searchable, query: Query, candidates: Sequence[Candidate], relevance: Relevance
) -> tuple[Candidate, ...]:
    """Return the candidates, best first by the mean of the model's and retrieval's scores.

    The model scores the first `RERANKED_CANDIDATES`. Its scores are scaled to 0 to 1 before averaging, so the
    mean stays between 0 and 1. The other candidates get a model score of 0.
    """
    read = candidates[:RERANKED_CANDIDATES]
    result = np.zeros(len(candidates))
    if read:
        scores = np.array(relevance(query.text, [_text(generation, each) for each in read]), dtype=np.float64)
        result[: len(read)] = min_max_scale(scores, scores.min())
    own = np.array([candidate.score for candidate in candidates])
    both = RERANKER_WEIGHT * result + (1 - RERANKER_WEIGHT) * own
    return tuple(replace(candidates[i], score=float(both[i])) for i in np.argsort(-both, kind="stable"))


def _text(generation: Searchable, candidate: Candidate) -> str:
    """Return the text that the model scores: title, headings and the whole chunk."""
    source = generation.source(candidate.row.document)
    chunk = candidate.row.chunk
    return "\n".join([*dict.fromkeys([source.title, *chunk.headings]), chunk.span.of(source.text)]).strip()
