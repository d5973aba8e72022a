"""Hybrid retrieval: a question -> passages, by dense and lexical search, fused.

Both searches propose chunks, and every proposal is scored by both. The dense score of a chunk is mainly that
of its nearest sentence, since an answer is one sentence and the mean of a chunk hides it; the cosine of the
whole chunk counts for less and guards against chance matches. Then the query vector moves towards the best
proposals, and all are scored again (pseudo-relevance feedback after Rocchio).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Passage
from citeback.rag.query import Query

PROPOSED_CHUNKS = 100  # chunks that each search proposes
LEXICAL_POOL = 1000  # depth of the lexical search; lower ranks count as no match
DENSE_WEIGHT = 0.55
CHUNK_WEIGHT = 0.4  # weight of the chunk's own cosine in the dense score, beside its nearest sentence's
DUPLICATE_OVERLAP = 0.9  # share of words that two copies of a text have in common
FEEDBACK_CHUNKS = 3  # best proposals used for feedback
FEEDBACK_WEIGHT = 0.5  # weight of the feedback beside the question; bench/LOG.md has the figures for both
PREFETCHED = 40  # first candidates whose sources are fetched together
DIVERSITY_PENALTY = 0.6
"""Penalty for a chunk if all of its document ranks above it, and less in proportion to the share that does.

The second chunk of a two-page document adds little to the first; that of a book adds more.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A chunk retrieved for a question.

    `score` is the fused score (0 to 1) less the diversity penalty; `similarities` are the cosines of its
    sentences.
    """

    row: ChunkRow
    score: float
    similarities: NDArray[np.float32]

    @property
    def nearest_sentence(self) -> Span:
        """Return the sentence with the highest cosine."""
        return self.row.chunk.sentences[int(self.similarities.argmax())]


def retrieve(
    generation: Searchable, query: Query, k: int, within: Filter = NO_FILTER
) -> tuple[Candidate, ...]:
    """Return at most `k` candidates, best first, ties by document and offset, with copies of a text removed.

    Only documents that pass `within` are searched.
    """
    if not len(generation) or k < 1:
        return ()
    allowed = generation.filter_mask(within)
    lexical_scores, lexical_rows = generation.lexical.search(query.weights, LEXICAL_POOL, allowed)
    _, dense_rows = generation.vectors.search(query.vector[None, :], max(k, PROPOSED_CHUNKS), allowed)
    proposed = np.union1d(dense_rows[0], lexical_rows[: max(k, PROPOSED_CHUNKS)])
    if not len(proposed):
        return ()
    rows = generation.chunks(proposed)
    sentences = [generation.sentence_vectors_of(row).astype(np.float32) for row in rows]
    vectors = generation.vectors.vectors(proposed)
    result = dict(zip(lexical_rows.tolist(), lexical_scores.tolist(), strict=True))
    lexical = np.array([result.get(row.row, 0.0) for row in rows])
    similarities = [own @ query.vector for own in sentences]
    near = _dense_scores(vectors @ query.vector, similarities)
    best = np.argsort(-fuse_scores(near, lexical), kind="stable")[:FEEDBACK_CHUNKS]
    moved = apply_feedback(query.vector, vectors[best])
    scores = fuse_scores(_dense_scores(vectors @ moved, [own @ moved for own in sentences]), lexical)
    places = np.argsort(np.array(_reading_order(rows)))
    order = np.lexsort((places, -scores))
    ranked = [Candidate(row=rows[i], score=float(scores[i]), similarities=similarities[i]) for i in order]
    return tuple(islice(_diversify(generation, ranked), k))


def apply_feedback(question: NDArray[np.float32], trusted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the query vector moved towards the mean of the `trusted` vectors, shape (chunks, dimension)."""
    moved = question + FEEDBACK_WEIGHT * trusted.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


def fuse_scores(dense: NDArray[np.float64], lexical: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean of both scores, each scaled to 0 to 1 across the proposals.

    This convex combination did better than reciprocal rank fusion here (bench/LOG.md), as in Bruch et al.,
    "An Analysis of Fusion Functions for Hybrid Retrieval", 2023. No lexical match scores 0.
    """
    return DENSE_WEIGHT * min_max_scale(dense, dense.min()) + (1 - DENSE_WEIGHT) * min_max_scale(lexical, 0.0)


def to_passages(
    generation: Searchable, candidates: Sequence[Candidate], spans: Sequence[Span]
) -> tuple[Passage, ...]:
    """Return the spans, one for each candidate, as passages numbered from 1."""
    results = zip(candidates, spans, strict=True)
    return tuple(
        _to_passage(generation, n, candidate, span) for n, (candidate, span) in enumerate(results, start=1)
    )


def min_max_scale(scores: NDArray[np.float64], low: float) -> NDArray[np.float64]:
    """Return the scores scaled to 0 to 1, with `low` as 0; zeros if all are equal."""
    width = scores.max() - low
    return (scores - low) / width if width > 0 else np.zeros_like(scores)


def _reading_order(rows: Sequence[ChunkRow]) -> list[int]:
    """Return the positions of rows by document and offset, which decides between equal scores."""
    return sorted(range(len(rows)), key=lambda n: (rows[n].document, rows[n].chunk.span))


def _dense_scores(
    chunks: NDArray[np.float32], sentences: Sequence[NDArray[np.float32]]
) -> NDArray[np.float64]:
    """Return each chunk's dense score: the weighted mean of its own cosine and its nearest sentence's."""
    nearest = np.array([own.max(initial=-1.0) for own in sentences])
    return np.asarray(CHUNK_WEIGHT * chunks + (1 - CHUNK_WEIGHT) * nearest, dtype=np.float64)


def _diversify(generation: Searchable, ranked: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates, diversified across documents and with copies of a text left out.

    Each chunk is penalised for the share of its document that ranks above it. It is also penalised if its
    nearest sentence already appears above, since near-duplicates match by the same sentence. A heading does
    not count as such a sentence: pages under one title say different things.
    """
    generation.prefetch(candidate.row.document for candidate in ranked[:PREFETCHED])
    sizes = generation.sizes(candidate.row.document for candidate in ranked)
    _, document = np.unique([candidate.row.document for candidate in ranked], return_inverse=True)
    scores = np.array([candidate.score for candidate in ranked])
    is_copy, is_repeated = duplicate_detector(), duplicate_detector()
    gave_way: set[int] = set()
    while np.isfinite(scores.max(initial=-np.inf)):
        best = int(scores.argmax())
        candidate, score = ranked[best], float(scores[best])
        span, source = candidate.row.chunk.span, generation.source(candidate.row.document)
        announced = source.holds_heading(candidate.nearest_sentence)
        if best not in gave_way and not announced and is_repeated(candidate.nearest_sentence.of(source.text)):
            gave_way.add(best)
            scores[best] -= DIVERSITY_PENALTY
            continue
        scores[best] = -np.inf
        if is_copy(span.of(source.text)):
            continue
        scores[document == document[best]] -= (
            DIVERSITY_PENALTY * len(span) / max(1, sizes[candidate.row.document])
        )
        yield replace(candidate, score=max(0.0, score))


def duplicate_detector() -> Callable[[str], bool]:
    """Return a function that says whether a text is a near-copy of one it was given before.

    Copies share at least 0.9 of their words and all of their numbers: two reports may differ in nothing but
    the figure asked for.
    """
    seen: list[tuple[frozenset[str], frozenset[str]]] = []

    def is_copy(text: str) -> bool:
        words = frozenset(text.casefold().split())
        numbers = frozenset(word for word in words if any(map(str.isdigit, word)))
        for other, theirs in seen:
            if numbers == theirs and len(words & other) >= DUPLICATE_OVERLAP * len(words | other):
                return True
        seen.append((words, numbers))
        return False

    return is_copy


def _to_passage(generation: Searchable, n: int, candidate: Candidate, span: Span) -> Passage:
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
        place=source.location_at(span.start),
        also=generation.duplicates_of(candidate.row.document),
        near=generation.near_duplicates_of(candidate.row.document),
    )
