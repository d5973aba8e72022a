"""A question -> passages, by meaning and by words, fused. Must never know prompts or answers.

Both halves propose chunks; then every proposal is scored by both. By meaning a chunk is as near as its
nearest sentence: an answer is one sentence, and the mean of a chunk hides it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from index.records import Span
from index.rows import Row
from index.within import EVERYTHING, Filter
from rag.answer import Passage
from rag.query import Query

PROPOSED = 100  # chunks that each half proposes
LEXICAL_POOL = 1000  # how deep the lexical half scores; what is below counts as no match
DENSE_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A chunk found for a question: `score` is fused (0 to 1); `similarities` are its sentences' cosines."""

    row: Row
    score: float
    similarities: NDArray[np.float32]


def retrieve(
    generation: Generation, query: Query, k: int, within: Filter = EVERYTHING
) -> tuple[Candidate, ...]:
    """Return at most `k` candidates, best first, ties by row; of chunks with the same text only the first.

    Only documents that pass `within` are searched.
    """
    if not len(generation) or k < 1:
        return ()
    allowed = generation.allowed(within)
    lexical_scores, lexical_rows = generation.words.search(query.weights, LEXICAL_POOL, allowed)
    _, dense_rows = generation.vectors.search(query.vector[None, :], max(k, PROPOSED), allowed)
    proposed = np.union1d(dense_rows[0], lexical_rows[: max(k, PROPOSED)])
    if not len(proposed):
        return ()
    rows = generation.chunks(proposed)
    similarities = [generation.sentences(row).astype(np.float32) @ query.vector for row in rows]
    lexical = dict(zip(lexical_rows.tolist(), lexical_scores.tolist(), strict=True))
    scores = fuse(
        np.array([s.max(initial=-1.0) for s in similarities]),
        np.array([lexical.get(row.row, 0.0) for row in rows]),
    )
    order = np.lexsort((proposed, -scores))
    ranked = (Candidate(rows[i], float(scores[i]), similarities[i]) for i in order)
    return tuple(_different(generation, ranked, k))


def fuse(dense: NDArray[np.float64], lexical: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of both scores, each stretched over 0 to 1 across the proposals.

    A convex combination of min-max scores did better than reciprocal ranks here (bench/LOG.md), as in
    Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2023. No match in words is 0.
    """
    return DENSE_SHARE * _stretch(dense, dense.min()) + (1 - DENSE_SHARE) * _stretch(lexical, 0.0)


def passages(
    generation: Generation, candidates: Sequence[Candidate], spans: Sequence[Span]
) -> tuple[Passage, ...]:
    """Return the spans, one a candidate, as passages numbered from 1, their text cut from the source."""
    found = zip(candidates, spans, strict=True)
    return tuple(
        _passage(generation, n, candidate, span) for n, (candidate, span) in enumerate(found, start=1)
    )


def _stretch(scores: NDArray[np.float64], low: float) -> NDArray[np.float64]:
    width = scores.max() - low
    return (scores - low) / width if width > 0 else np.zeros_like(scores)


def _different(generation: Generation, ranked: Iterable[Candidate], k: int) -> Iterable[Candidate]:
    seen: set[str] = set()
    for candidate in ranked:
        text = candidate.row.chunk.span.of(generation.source(candidate.row.document).text)
        if text not in seen:
            seen.add(text)
            yield candidate
        if len(seen) == k:
            return


def _passage(generation: Generation, n: int, candidate: Candidate, span: Span) -> Passage:
    source = generation.source(candidate.row.document)
    return Passage(
        n=n,
        document=candidate.row.document,
        span=span,
        text=span.of(source.text),
        score=candidate.score,
        page=source.page_at(span.start),
        title=source.title,
        headings=candidate.row.chunk.headings,
        place=source.place_at(span.start),
        also=generation.also(candidate.row.document),
    )
