"""Ranks the sentences of candidate chunks as evidence, each with its span."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.rag.coverage import ABOVE, ABOVE_ROW, coverage, max_similarity
from citeback.rag.evidence.answer_types import adds_nothing, lacks_type
from citeback.rag.evidence.answer_units import announces
from citeback.rag.evidence.heading_context import SentenceContext, sentence_contexts
from citeback.rag.evidence.identifiers import begins_with_number, part_number
from citeback.rag.evidence.statements import is_reference_list, is_statement
from citeback.rag.query import Query
from citeback.rag.reader.model import PassageReader
from citeback.rag.reader.scores import ReaderScores, ReaderSentence, score_sentences
from citeback.rag.retrieval.hybrid import Candidate

READ_CANDIDATES = 10  # candidates whose sentences are considered
MAX_ANTECEDENTS = 2  # maximum number of antecedent sentences put before a sentence that refers back
SCORE_MARGIN = 1.5  # scores that differ less are near ties: exp(1.5) = 4.5 times less likely

# A sentence that begins like this cannot be read without the one before it.
_ANAPHOR = re.compile(
    r"\W*(?:(?:and|but|so|then|however|thus|therefore|also|moreover|in addition|later|afterwards|instead)"
    r",?\s+)?"
    r"(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|another|others"
    r"|the (?:former|latter|same)|(?:yes|no)(?=[,.!]))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Features:
    """The features a sentence is ranked by.

    `passage` is the fused score of its passage, `similarity` its cosine with the question, `coverage` how far
    it covers the question in context (see `coverage`). `mistyped` is 1 if it says no time, number or name
    where the question asks for one, `numbered` 1 if it begins with the number of the clause or section that
    the question asks for. `answer_logit` is the reader's logit that it answers, or 0 without a reader.
    """

    passage: float
    similarity: float
    coverage: float
    mistyped: float = 0.0
    numbered: float = 0.0
    answer_logit: float = 0.0


WEIGHTS = Features(
    passage=8.0, similarity=10.0, coverage=13.0, mistyped=-2.0, answer_logit=0.8, numbered=12.0
)
"""A listwise logistic model of which sentence holds the answer.

`python -m bench.train.fit` fits it; of the weights between the fitted ones and those before, two folders
chose these (bench/LOG.md).
"""


@dataclass(frozen=True, slots=True)
class CitedUnit:
    """The span to cite instead of a sentence so that it can be read alone, such as its whole list."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a source that may answer: `text == source.text[span.start:span.end]`.

    If the sentence refers back ("They were ..."), `span` begins with the sentences it refers to. `passage` is
    the number of its candidate, from 1, and `position` the index of the sentence within it. `location` is a
    human-readable location. `coverage` (0 to 1) is how far the sentence alone covers the question. `score` is
    the weighted sum of the features: the log-likelihood that it holds the answer, up to a constant. `context`
    is the context above it: title, headings, table header. `unit` is what to cite if the sentence alone does
    not do. `passage_logit` is the reader's logit that its passage answers, or 0 if it was not read. `differs`
    is true if it says otherwise than the top evidence, so that it has to be quoted, too.
    """

    document: str
    span: Span
    text: str
    page: int | None
    passage: int
    position: int
    features: Features
    coverage: float
    score: float
    location: str | None = None
    also: tuple[str, ...] = ()
    context: str = ""
    unit: CitedUnit | None = None
    passage_logit: float = 0.0
    differs: bool = False

    @property
    def cited(self) -> Span:
        """Return the span that a quotation cites."""
        return self.unit.span if self.unit else self.span

    @property
    def quotation(self) -> str:
        """Return the text of the span that a quotation cites."""
        return self.unit.text if self.unit else self.text


def rank_evidence(
    generation: Searchable,
    query: Query,
    candidates: Sequence[Candidate],
    encoder: QueryEmbedder,
    reader: PassageReader | None = None,
    scale: SimilarityScale = SAME,
) -> tuple[Evidence, ...]:
    """Return every sentence of the candidates as evidence, best first.

    `scale` is that of the cosines of the embedding model.
    """
    stretches = list(_candidate_sentences(generation, query, candidates, encoder))
    results = [
        replace(evidence, also=generation.duplicates_of(evidence.document))
        for stretch in stretches
        for evidence in _evidence_of(stretch, query.question, scale)
    ]
    if reader:
        readable = [_reader_sentence(evidence, stretches[evidence.passage - 1]) for evidence in results]
        results = list(map(_with_reader_score, results, score_sentences(query.text, readable, reader)))
    return tuple(sorted(results, key=lambda e: (-e.score, e.passage, e.position)))


def own_spans(passage: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return the span of each sentence without the antecedent sentences before it.

    `passage` holds the evidence of one passage in reading order.
    """
    ends = [0, *(evidence.span.end for evidence in passage)]
    return tuple(_stripped(e.text, e.span, end) for e, end in zip(passage, ends, strict=False))


def _stripped(text: str, span: Span, end: int) -> Span:
    own = text[max(0, end - span.start) :]
    return Span(span.end - len(own.lstrip()), span.end)


def refers_back(sentence: str) -> bool:
    """Return whether a sentence opens with an anaphor, a word for something named before it.

    >>> refers_back("They were 3,000."), refers_back("Ada kept the lock.")
    (True, False)
    """
    return _ANAPHOR.match(sentence) is not None


@dataclass(frozen=True, slots=True, eq=False)
class _CandidateSentences:
    """Candidate number `n` with its sentences and how far each covers the question."""

    n: int
    candidate: Candidate
    source: Source
    texts: Sequence[str]
    contexts: Sequence[SentenceContext]
    tokens: Sequence[int]
    own_coverage: NDArray[np.float64]
    context_coverage: NDArray[np.float64]


def _candidate_sentences(
    generation: Searchable, query: Query, candidates: Sequence[Candidate], encoder: QueryEmbedder
) -> Iterator[_CandidateSentences]:
    sources = [generation.source(candidate.row.document) for candidate in candidates]
    chunks = [candidate.row.chunk for candidate in candidates]
    texts = [[s.of(source.text) for s in c.sentences] for source, c in zip(sources, chunks, strict=True)]
    aboves = [tuple(sentence_contexts(source, chunk)) for source, chunk in zip(sources, chunks, strict=True)]
    distinct = {text: n for n, text in enumerate({each.text: None for own in aboves for each in own})}
    # One call for all chunks: a call for each would wait for its threads each time.
    pieces = encoder.word_pieces([*chain.from_iterable(texts), *distinct])
    near, tokens = max_similarity(query.word_pieces, pieces), [len(each.starts) for each in pieces]
    first = len(near) - len(distinct)
    end = 0
    for n, candidate in enumerate(candidates):
        start, end = end, end + len(texts[n])
        counts = np.array([ABOVE_ROW if each.is_row else ABOVE for each in aboves[n]])
        over = near[[first + distinct[each.text] for each in aboves[n]]] * counts[:, None]
        own_coverage, context_coverage = coverage(query.word_pieces, near[start:end], over)
        yield _CandidateSentences(
            n=n + 1,
            candidate=candidate,
            source=sources[n],
            texts=texts[n],
            contexts=aboves[n],
            tokens=tokens[start:end],
            own_coverage=own_coverage,
            context_coverage=context_coverage,
        )


def _evidence_of(stretch: _CandidateSentences, question: str, scale: SimilarityScale) -> Iterator[Evidence]:
    source, candidate, texts = stretch.source, stretch.candidate, stretch.texts
    spans = candidate.row.chunk.sentences
    part = part_number(question)
    if is_reference_list(candidate.row.chunk.headings):
        return
    for place in range(len(texts)):
        if stretch.contexts[place].is_header or not is_statement(source, spans[place]):
            continue
        following = texts[place + 1 : place + 2]
        if adds_nothing(question, texts[place]) and not announces(texts[place], following):
            continue
        features = Features(
            passage=candidate.score,
            similarity=scale(float(candidate.similarities[place])),
            coverage=float(stretch.context_coverage[place]),
            mistyped=float(not stretch.contexts[place].is_row and lacks_type(question, texts[place])),
            numbered=float(bool(part) and begins_with_number(texts[place], part)),
        )
        whole = _with_antecedents(source, spans, texts, place)
        yield Evidence(
            document=candidate.row.document,
            span=whole,
            text=whole.of(source.text),
            page=source.page_at(whole.start),
            passage=stretch.n,
            position=place,
            features=features,
            coverage=float(stretch.own_coverage[place]),
            score=_score(features),
            location=source.location_at(whole.start),
            context=stretch.contexts[place].text,
        )


def _score(features: Features) -> float:
    return float(np.dot(astuple(WEIGHTS), astuple(features)))


def _reader_sentence(evidence: Evidence, stretch: _CandidateSentences) -> ReaderSentence:
    place = evidence.position
    return ReaderSentence(
        passage=evidence.passage,
        position=place,
        text=stretch.texts[place],
        context=evidence.context,
        score=evidence.score,
        tokens=stretch.tokens[place],
    )


def _with_reader_score(evidence: Evidence, judgement: ReaderScores) -> Evidence:
    """Return the evidence with the reader's judgement."""
    features = replace(evidence.features, answer_logit=judgement.sentence)
    return replace(
        evidence, features=features, score=_score(features), passage_logit=judgement.passage or 0.0
    )


def _with_antecedents(source: Source, spans: Sequence[Span], texts: Sequence[str], place: int) -> Span:
    """Return the sentence's span, extended to the sentences it refers back to."""
    first = place
    while first > max(0, place - MAX_ANTECEDENTS) and refers_back(texts[first]):
        if source.holds_heading(spans[first - 1]):
            break
        first -= 1
    return Span(spans[first].start, spans[place].end)
