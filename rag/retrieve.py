"""A question -> passages, by meaning and by words, fused. Must never know prompts or answers.

Both halves propose chunks; then every proposal is scored by both. By meaning a chunk is as near as its
nearest sentence, for an answer is one sentence and the mean of a chunk hides it; and, for the lesser part, as
near as the whole of it, for one sentence may be near by chance. The best then move the question towards
themselves, and the proposals are scored once more (Rocchio's relevance feedback, taken on trust).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.parts.rows import Row
from index.permitted import Searchable
from index.records import Span
from index.within import EVERYTHING, Filter
from rag.answer import Passage
from rag.query import Query

PROPOSED = 100  # chunks that each half proposes
LEXICAL_POOL = 1000  # how deep the lexical half scores; what is below counts as no match
DENSE_SHARE = 0.55
CHUNK_SHARE = 0.4  # of a chunk's likeness in meaning: its own; the rest is that of its nearest sentence
SAME = 0.9  # share of words that two copies of a text have in common
TRUSTED = 3  # best proposals that the question is moved towards
PULL = 0.5  # how far, beside the question itself; bench/LOG.md has the figures of these two
GIVE_WAY = 0.6
"""What a chunk loses where all of its document stands above it; less, where less of it does.

The second chunk of a page of two says little that the first does not; that of a book is another matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A chunk found for a question.

    `score` is fused (0 to 1), less what it gives way; `similarities` are its sentences' cosines.
    """

    row: Row
    score: float
    similarities: NDArray[np.float32]

    @property
    def nearest(self) -> Span:
        """Return the sentence that is nearest to the question in meaning."""
        return self.row.chunk.sentences[int(self.similarities.argmax())]


def retrieve(
    generation: Searchable, query: Query, k: int, within: Filter = EVERYTHING
) -> tuple[Candidate, ...]:
    """Return at most `k` candidates, best first, ties by row; of copies of a text only the first.

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
    sentences = [generation.sentences(row).astype(np.float32) for row in rows]
    vectors = generation.vectors.vectors(proposed)
    found = dict(zip(lexical_rows.tolist(), lexical_scores.tolist(), strict=True))
    lexical = np.array([found.get(row.row, 0.0) for row in rows])
    similarities = [own @ query.vector for own in sentences]
    near = _near(vectors @ query.vector, similarities)
    best = np.argsort(-fuse(near, lexical), kind="stable")[:TRUSTED]
    moved = feedback(query.vector, vectors[best])
    scores = fuse(_near(vectors @ moved, [own @ moved for own in sentences]), lexical)
    order = np.lexsort((proposed, -scores))
    ranked = [Candidate(rows[i], float(scores[i]), similarities[i]) for i in order]
    return tuple(islice(_spread(generation, ranked), k))


def feedback(question: NDArray[np.float32], trusted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the question's vector moved towards the mean of those that are trusted, (chunks, dimension)."""
    moved = question + PULL * trusted.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


def fuse(dense: NDArray[np.float64], lexical: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of both scores, each stretched over 0 to 1 across the proposals.

    A convex combination of min-max scores did better than reciprocal ranks here (bench/LOG.md), as in
    Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2023. No match in words is 0.
    """
    return DENSE_SHARE * stretch(dense, dense.min()) + (1 - DENSE_SHARE) * stretch(lexical, 0.0)


def passages(
    generation: Searchable, candidates: Sequence[Candidate], spans: Sequence[Span]
) -> tuple[Passage, ...]:
    """Return the spans, one a candidate, as passages numbered from 1, their text cut from the source."""
    found = zip(candidates, spans, strict=True)
    return tuple(
        _passage(generation, n, candidate, span) for n, (candidate, span) in enumerate(found, start=1)
    )


def stretch(scores: NDArray[np.float64], low: float) -> NDArray[np.float64]:
    """Return the scores over 0 to 1, `low` being 0; zeros where all are the same."""
    width = scores.max() - low
    return (scores - low) / width if width > 0 else np.zeros_like(scores)


def _near(chunks: NDArray[np.float32], sentences: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Return how near each chunk is in meaning: its own cosine and its nearest sentence's, weighed."""
    nearest = np.array([own.max(initial=-1.0) for own in sentences])
    return np.asarray(CHUNK_SHARE * chunks + (1 - CHUNK_SHARE) * nearest, dtype=np.float64)


def _spread(generation: Searchable, ranked: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates, chunks of one document giving way to others, copies of a text left out.

    A chunk gives way as well where its nearest sentence stands above already: near copies of one text are
    found by the same sentence, and five of them say no more than one. A heading is no such sentence: pages
    under one title say different things.
    """
    sizes = generation.sizes(candidate.row.document for candidate in ranked)
    _, document = np.unique([candidate.row.document for candidate in ranked], return_inverse=True)
    scores = np.array([candidate.score for candidate in ranked])
    is_copy, is_said = copies(), copies()
    gave_way: set[int] = set()
    while np.isfinite(scores.max(initial=-np.inf)):
        best = int(scores.argmax())
        candidate, score = ranked[best], float(scores[best])
        span, source = candidate.row.chunk.span, generation.source(candidate.row.document)
        announced = source.announces(candidate.nearest)
        if best not in gave_way and not announced and is_said(candidate.nearest.of(source.text)):
            gave_way.add(best)
            scores[best] -= GIVE_WAY
            continue
        scores[best] = -np.inf
        if is_copy(span.of(source.text)):
            continue
        scores[document == document[best]] -= GIVE_WAY * len(span) / max(1, sizes[candidate.row.document])
        yield replace(candidate, score=max(0.0, score))


def copies() -> Callable[[str], bool]:
    """Return a function that tells whether a text says hardly more than one that it was given before.

    At least 0.9 of both texts' words are the same, and all of their numbers: two reports may differ in
    nothing but the figure that is asked for.
    """
    seen: list[tuple[frozenset[str], frozenset[str]]] = []

    def is_copy(text: str) -> bool:
        words = frozenset(text.casefold().split())
        numbers = frozenset(word for word in words if any(map(str.isdigit, word)))
        for other, theirs in seen:
            if numbers == theirs and len(words & other) >= SAME * len(words | other):
                return True
        seen.append((words, numbers))
        return False

    return is_copy


def _passage(generation: Searchable, n: int, candidate: Candidate, span: Span) -> Passage:
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
        near=generation.near(candidate.row.document),
    )
