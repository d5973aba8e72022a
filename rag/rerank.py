"""Candidates ranked anew by a model that reads the question and the passage together, where one is named.

Must never know which model that is, nor evidence or prompts. Whoever has a better judge of relevance than a
cross-encoder plugs it in here: it is one function.
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
"""(question, passages) -> how relevant each passage is, on any scale, more being better."""

READS = 20  # candidates that the model reads for a question: each costs a pass of it
SHARE = 0.5
"""What the model counts beside the score of retrieval: both see what the other does not."""
REMEDY = (
    "citeback search QUESTION --rerank NAME, where NAME is a CrossEncoder for ranking, or without --rerank"
)


def load(name: str) -> Relevance:
    """Return how relevant the CrossEncoder of that name or path finds passages.

    Raises:
        ModelError: it cannot be loaded, or it has several outputs and so ranks nothing.
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
    """Return the candidates, best first by what the model and retrieval think of them together.

    The model reads the first `READS`; its scores, stretched over 0 to 1, are averaged with theirs, so a
    score stays between 0 and 1. The others follow in their order, as if it had found them least relevant.
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
    """Return what the model reads: where the passage stands, and the whole of it."""
    source = generation.source(candidate.row.document)
    chunk = candidate.row.chunk
    return "\n".join([*dict.fromkeys([source.title, *chunk.headings]), chunk.span.of(source.text)]).strip()
