"""Reranks candidates with a model that reads question and passage together, if one is named.

A cross-encoder is one possible relevance function; any other can be passed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from index.errors import ModelError
from index.permitted import Searchable
from rag.query import Query
from rag.retrieve import Candidate, stretch

Relevance: TypeAlias = Callable[[str, Sequence[str]], Sequence[float]]
"""(question, passages) -> a relevance score for each passage, on any scale, higher is better."""

READS = 20  # candidates that the model scores for a question, each at the cost of a model pass
SHARE = 0.5
"""Weight of the model's score beside that of retrieval; each catches what the other misses."""
REMEDY = (
    "citeback search QUESTION --rerank NAME, where NAME is a CrossEncoder for ranking, or without --rerank"
)


def load(name: str) -> Relevance:
    """Return the relevance function of the CrossEncoder of that name or path.

    Raises:
        ModelError: the model cannot be loaded, or has more than one output.
    """
    from rag.crossencoder import Pairs  # here: importing PyTorch takes seconds, and few name a model

    model = Pairs(name, "reranker", REMEDY)
    if len(model.labels) != 1:
        raise ModelError(
            f"The reranker {name!r} has {len(model.labels)} outputs; one that ranks has one.", REMEDY
        )

    def relevance(question: str, passages: Sequence[str]) -> list[float]:
        return list(map(float, model.logits([(question, passage) for passage in passages])[:, 0]))

    return relevance


def reranked(
    generation: Searchable, query: Query, candidates: Sequence[Candidate], relevance: Relevance
) -> tuple[Candidate, ...]:
    """Return the candidates, best first by the mean of the model's and retrieval's scores.

    The model scores the first `READS`. Its scores are scaled to 0 to 1 before averaging, so the mean stays
    between 0 and 1. The other candidates get a model score of 0.
    """
    read = candidates[:READS]
    found = np.zeros(len(candidates))
    if read:
        scores = np.array(relevance(query.text, [_text(generation, each) for each in read]), dtype=np.float64)
        found[: len(read)] = stretch(scores, scores.min())
    own = np.array([candidate.score for candidate in candidates])
    both = SHARE * found + (1 - SHARE) * own
    return tuple(replace(candidates[i], score=float(both[i])) for i in np.argsort(-both, kind="stable"))


def _text(generation: Searchable, candidate: Candidate) -> str:
    """Return the text that the model scores: title, headings and the whole chunk."""
    source = generation.source(candidate.row.document)
    chunk = candidate.row.chunk
    return "\n".join([*dict.fromkeys([source.title, *chunk.headings]), chunk.span.of(source.text)]).strip()
