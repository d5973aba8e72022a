"""Ranks the sentences of candidate chunks as evidence, each with its span."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.encoder import QueryEmbedder
from index.permitted import Searchable
from index.records import Source, Span
from rag.above import Above, above
from rag.cover import ABOVE, ABOVE_ROW, covers, likest
from rag.query import Query
from rag.reader import PassageReader
from rag.reading import Judgement, Readable, judged
from rag.retrieve import Candidate
from rag.statements import is_reference_list, is_statement

MOST = 3  # maximum number of sentences to quote; a fourth is seldom worth reading
READ = 10  # candidates whose sentences are considered
CARRIED_BACK = 2  # maximum number of antecedent sentences put before a sentence that refers back
WITHIN = 1.5  # maximum difference in score to the top sentence: exp(1.5) = 4.5 times less likely

# A sentence that begins like this cannot be read without the one before it.
_POINTS_BACK = re.compile(
    r"\W*(?:(?:and|but|so|then|however|thus|therefore|also|moreover|in addition|later|afterwards|instead)"
    r",?\s+)?"
    r"(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|another|others"
    r"|the (?:former|latter|same))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Features:
    """The features a sentence is ranked by.

    `passage` is the fused score of its passage, `similarity` its cosine with the question, `around` how far
    it covers the question in context (see `cover`), and `answers` the reader's logit that it answers, or 0
    without a reader.
    """

    passage: float
    similarity: float
    around: float
    answers: float = 0.0


WEIGHTS = Features(passage=3.2, similarity=6.6, around=13.0, answers=0.58)
"""Fitted by `python -m bench.train.fit`: a listwise logistic model of which sentence holds the answer."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The span to cite instead of a sentence so that it can be read alone, such as its whole list."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a source that may answer: `text == source.text[span.start:span.end]`.

    If the sentence refers back ("They were ..."), `span` begins with the sentences it refers to. `passage` is
    the number of its candidate, from 1, and `place` the index of the sentence within it. `label` is a
    human-readable location. `cover` (0 to 1) is how far the sentence alone covers the question. `score` is
    the weighted sum of the features: the log-likelihood that it holds the answer, up to a constant. `above`
    is the context above it: title, headings, table header. `unit` is what to cite if the sentence alone does
    not do.
    """

    document: str
    span: Span
    text: str
    page: int | None
    passage: int
    place: int
    features: Features
    cover: float
    score: float
    label: str | None = None
    also: tuple[str, ...] = ()
    above: str = ""
    unit: Unit | None = None

    @property
    def cited(self) -> Span:
        """Return the span that a quotation cites."""
        return self.unit.span if self.unit else self.span

    @property
    def quotation(self) -> str:
        """Return the text of the span that a quotation cites."""
        return self.unit.text if self.unit else self.text


def gather(
    generation: Searchable,
    query: Query,
    candidates: Sequence[Candidate],
    encoder: QueryEmbedder,
    reader: PassageReader | None = None,
) -> tuple[Evidence, ...]:
    """Return every sentence of the candidates as evidence, best first."""
    stretches = list(_stretches(generation, query, candidates, encoder))
    found = [
        replace(evidence, also=generation.also(evidence.document))
        for stretch in stretches
        for evidence in _of(stretch)
    ]
    if reader:
        readable = [_readable(evidence, stretches[evidence.passage - 1]) for evidence in found]
        found = list(map(_with, found, judged(query.text, readable, reader)))
    return tuple(sorted(found, key=lambda e: (-e.score, e.passage, e.place)))


def choose(ranked: Sequence[Evidence], most: int = MOST, within: float = WITHIN) -> tuple[Evidence, ...]:
    """Return the evidence to quote: at most `most` sentences, none scored more than `within` below the best.

    The best comes first; neighbouring sentences stay together. Evidence contained in other evidence is not
    quoted twice.
    """
    if not ranked:
        return ()
    near = [e for e in _distinct(ranked) if e.score >= ranked[0].score - within][:most]
    near = [_whole(e, near) for e in near]
    order: list[Evidence] = []
    for evidence in dict.fromkeys(near):
        if evidence not in order:
            order += [evidence, *(e for e in _run(evidence, near) if e not in order and e != evidence)]
    return tuple(order)


def alone(passage: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return the span of each sentence without the antecedent sentences before it.

    `passage` holds the evidence of one passage in reading order.
    """
    ends = [0, *(evidence.span.end for evidence in passage)]
    return tuple(_stripped(e.text, e.span, end) for e, end in zip(passage, ends, strict=False))


def _stripped(text: str, span: Span, end: int) -> Span:
    own = text[max(0, end - span.start) :]
    return Span(span.end - len(own.lstrip()), span.end)


def points_back(sentence: str) -> bool:
    """Return whether a sentence opens with an anaphor, a word for something named before it.

    >>> points_back("They were 3,000."), points_back("Ada kept the lock.")
    (True, False)
    """
    return _POINTS_BACK.match(sentence) is not None


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """Candidate number `n` with its sentences and how far each covers the question."""

    n: int
    candidate: Candidate
    source: Source
    texts: Sequence[str]
    aboves: Sequence[Above]
    tokens: Sequence[int]
    alone: NDArray[np.float64]
    around: NDArray[np.float64]


def _stretches(
    generation: Searchable, query: Query, candidates: Sequence[Candidate], encoder: QueryEmbedder
) -> Iterator[_Stretch]:
    sources = [generation.source(candidate.row.document) for candidate in candidates]
    chunks = [candidate.row.chunk for candidate in candidates]
    texts = [[s.of(source.text) for s in c.sentences] for source, c in zip(sources, chunks, strict=True)]
    aboves = [tuple(above(source, chunk)) for source, chunk in zip(sources, chunks, strict=True)]
    distinct = {text: n for n, text in enumerate({each.text: None for own in aboves for each in own})}
    # One call for all chunks: a call for each would wait for its threads each time.
    pieces = encoder.pieces([*chain.from_iterable(texts), *distinct])
    near, tokens = likest(query.pieces, pieces), [len(each.starts) for each in pieces]
    first = len(near) - len(distinct)
    end = 0
    for n, candidate in enumerate(candidates):
        start, end = end, end + len(texts[n])
        counts = np.array([ABOVE_ROW if each.row else ABOVE for each in aboves[n]])
        over = near[[first + distinct[each.text] for each in aboves[n]]] * counts[:, None]
        covered = covers(query.pieces, near[start:end], over)
        yield _Stretch(n + 1, candidate, sources[n], texts[n], aboves[n], tokens[start:end], *covered)


def _of(stretch: _Stretch) -> Iterator[Evidence]:
    source, candidate, texts = stretch.source, stretch.candidate, stretch.texts
    spans = candidate.row.chunk.sentences
    if is_reference_list(candidate.row.chunk.headings):
        return
    for place in range(len(texts)):
        if stretch.aboves[place].head or not is_statement(source, spans[place]):
            continue
        features = Features(
            passage=candidate.score,
            similarity=float(candidate.similarities[place]),
            around=float(stretch.around[place]),
        )
        whole = _carried(source, spans, texts, place)
        yield Evidence(
            document=candidate.row.document,
            span=whole,
            text=whole.of(source.text),
            page=source.page_at(whole.start),
            passage=stretch.n,
            place=place,
            features=features,
            cover=float(stretch.alone[place]),
            score=_score(features),
            label=source.place_at(whole.start),
            above=stretch.aboves[place].text,
        )


def _score(features: Features) -> float:
    return float(np.dot(astuple(WEIGHTS), astuple(features)))


def _readable(evidence: Evidence, stretch: _Stretch) -> Readable:
    place = evidence.place
    return Readable(
        evidence.passage, place, stretch.texts[place], evidence.above, evidence.score, stretch.tokens[place]
    )


def _with(evidence: Evidence, judgement: Judgement) -> Evidence:
    """Return the evidence with the reader's judgement."""
    features = replace(evidence.features, answers=judgement.sentence)
    return replace(evidence, features=features, score=_score(features))


def _carried(source: Source, spans: Sequence[Span], texts: Sequence[str], place: int) -> Span:
    """Return the sentence's span, extended to the sentences it refers back to."""
    first = place
    while first > max(0, place - CARRIED_BACK) and points_back(texts[first]):
        if source.announces(spans[first - 1]):
            break
        first -= 1
    return Span(spans[first].start, spans[place].end)


def _whole(evidence: Evidence, among: Sequence[Evidence]) -> Evidence:
    """Return the longest evidence that contains `evidence`."""
    holding = [e for e in among if e.document == evidence.document and e.cited.covers(evidence.cited)]
    return max(holding, key=lambda e: len(e.cited))


def _distinct(ranked: Sequence[Evidence]) -> Iterator[Evidence]:
    seen: set[str] = set()
    for evidence in ranked:
        words = " ".join(evidence.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            yield evidence


def _run(evidence: Evidence, among: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences of `among` in the unbroken run around `evidence`, in reading order."""
    beside = {e.place: e for e in among if e.passage == evidence.passage}
    first = last = evidence.place
    while first - 1 in beside:
        first -= 1
    while last + 1 in beside:
        last += 1
    return [beside[place] for place in range(first, last + 1)]
