"""Candidates -> evidence sentences, ranked, each with its span. Must never know prompts or the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.generation import Generation
from index.records import Span
from index.terms import Analyzer
from rag.query import Query
from rag.retrieve import Candidate

READ = 8  # candidates whose sentences are looked at

# Weights of the score below: bench/LOG.md has the fit they follow.
_W_PASSAGE, _W_SIMILARITY, _W_COVER, _W_AROUND = 0.22, 0.33, 0.28, 0.17


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a source that may answer: `text == source.text[span.start:span.end]`.

    `passage` is the number (from 1) of the candidate it stands in and `place` which sentence of it; `label`
    says in words where a person finds it. All figures are 0 to 1 except `similarity`, a cosine: `cover` is
    the share of the question's terms in the sentence, `around` the same with the sentences before and
    after it, `score` the weighted sum.
    """

    document: str
    span: Span
    text: str
    page: int | None
    passage: int
    place: int
    similarity: float
    cover: float
    around: float
    score: float
    label: str | None = None


def gather(
    generation: Generation, query: Query, candidates: Sequence[Candidate], analyzer: Analyzer
) -> tuple[Evidence, ...]:
    """Return every sentence of the first candidates as evidence, surest first."""
    found = [
        evidence
        for n, candidate in enumerate(candidates[:READ], start=1)
        for evidence in _of(generation, query, n, candidate, analyzer)
    ]
    return tuple(sorted(found, key=lambda e: (-e.score, e.passage, e.place)))


def choose(ranked: Sequence[Evidence], most: int = 4, within: float = 0.12) -> tuple[Evidence, ...]:
    """Return the evidence to quote: the surest, and up to `most` sentences whose score is hardly lower.

    The surest comes first; sentences that stand next to each other stay together.
    """
    if not ranked:
        return ()
    near = [e for e in _distinct(ranked) if e.score >= ranked[0].score - within][:most]
    order: list[Evidence] = []
    for evidence in near:
        if evidence not in order:
            order += [evidence, *(e for e in _run(evidence, near) if e not in order and e != evidence)]
    return tuple(order)


def _of(
    generation: Generation, query: Query, n: int, candidate: Candidate, analyzer: Analyzer
) -> Iterator[Evidence]:
    source = generation.source(candidate.row.document)
    spans = candidate.row.chunk.sentences
    terms = [frozenset(analyzer.terms(span.of(source.text))) for span in spans]
    for place, span in enumerate(spans):
        if source.announces(span):
            continue
        near = frozenset().union(*terms[max(0, place - 1) : place + 2])
        similarity = float(candidate.similarities[place])
        cover, around = query.cover(terms[place]), query.cover(near)
        score = (
            _W_PASSAGE * candidate.score + _W_SIMILARITY * similarity + _W_COVER * cover + _W_AROUND * around
        )
        yield Evidence(
            document=candidate.row.document,
            span=span,
            text=span.of(source.text),
            page=source.page_at(span.start),
            passage=n,
            place=place,
            similarity=similarity,
            cover=cover,
            around=around,
            score=score,
            label=source.place_at(span.start),
        )


def _distinct(ranked: Sequence[Evidence]) -> Iterator[Evidence]:
    seen: set[str] = set()
    for evidence in ranked:
        words = " ".join(evidence.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            yield evidence


def _run(evidence: Evidence, among: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences of `among` that stand in one unbroken run with `evidence`, in reading order."""
    beside = {e.place: e for e in among if e.passage == evidence.passage}
    first = last = evidence.place
    while first - 1 in beside:
        first -= 1
    while last + 1 in beside:
        last += 1
    return [beside[place] for place in range(first, last + 1)]
