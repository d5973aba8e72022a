"""Evaluation metrics over questions with known answers.

A metric without data is None: without `relevant` there is no recall, and without unanswerable questions no
refusal to measure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import PurePath
from statistics import mean
from time import perf_counter

import numpy as np

from citeback.index.records import Span
from citeback.rag.answer import Answer, Passage, Turn
from citeback.rag.protocols import AskableCorpus

FIRST_PASSAGES = 5  # passages used for span metrics
RETRIEVAL_DEPTH = 10  # passages retrieved


@dataclass(frozen=True, slots=True)
class Relevant:
    """A relevant document and, if known, the characters of it that answer.

    `document` is the name of a document, with or without its suffix.
    """

    document: str
    span: Span | None = None

    def matches(self, name: str) -> bool:
        """Return whether `name` is this document."""
        return self.document in (name, str(PurePath(name).with_suffix("")))


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with its known answer.

    `answers` are alternatives, any of which is correct. `answerable` is False if the documents do not hold
    the answer, and None if that is unknown.
    """

    question: str
    history: tuple[Turn, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool | None = True


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """The result of a question; `seconds` is the time to answer it."""

    labelled: LabelledQuestion
    passages: tuple[Passage, ...]
    answer: Answer
    seconds: float


def ask(corpus: AskableCorpus, questions: Iterable[LabelledQuestion]) -> Iterable[EvaluationResult]:
    """Yield the outcome of each question as soon as it is known."""
    for known in questions:
        start = perf_counter()
        answer = corpus.ask(known.question, known.history)
        seconds = perf_counter() - start
        yield EvaluationResult(
            labelled=known,
            passages=corpus.search(known.question, RETRIEVAL_DEPTH, known.history),
            answer=answer,
            seconds=seconds,
        )


def metrics(outcomes: Sequence[EvaluationResult]) -> dict[str, float | None]:
    """Return every metric by name; docs/json.md defines them."""
    evaluation_results = [o for o in outcomes if o.labelled.relevant and o.labelled.answerable is not False]
    exact = [o for o in evaluation_results if all(r.span for r in o.labelled.relevant)]
    known = [o for o in outcomes if o.labelled.answerable is True]
    messages = [o for o in known if o.labelled.answers or o in exact]
    return {
        "questions": float(len(outcomes)),
        "recall_at_5": _mean(recall(o, 5) for o in evaluation_results),
        "recall_at_10": _mean(recall(o, 10) for o in evaluation_results),
        "ndcg_at_10": _mean(map(ndcg, evaluation_results)),
        **_overlap_metrics(
            "passage", [(o, [(p.document, p.span) for p in o.passages[:FIRST_PASSAGES]]) for o in exact]
        ),
        **_overlap_metrics("citation", [(o, cited_spans(o, None)) for o in exact]),
        "answer_in_first": _mean(answer_in(o, 1) for o in messages),
        "answer_in_first_three": _mean(answer_in(o, 3) for o in messages),
        **refusal_metrics(outcomes),
        "milliseconds_median": _percentile([o.seconds for o in outcomes], 50),
        "milliseconds_p95": _percentile([o.seconds for o in outcomes], 95),
    }


def recall(outcome: EvaluationResult, k: int) -> float:
    """Return the share of the relevant documents that are among the first `k` passages."""
    wanted = {r.document for r in outcome.labelled.relevant}
    got = {_relevant_document(outcome, p.document) for p in outcome.passages[:k]}
    return len(wanted & got) / len(wanted)


def ndcg(outcome: EvaluationResult) -> float:
    """Return the normalised discounted cumulative gain (nDCG) of the documents, by first appearance."""
    ranked = list(dict.fromkeys(p.document for p in outcome.passages))
    gains = [1 / log2(n + 2) for n, name in enumerate(ranked) if _relevant_document(outcome, name)]
    ideal = [
        1 / log2(n + 2)
        for n in range(min(RETRIEVAL_DEPTH, len({r.document for r in outcome.labelled.relevant})))
    ]
    return sum(gains) / sum(ideal)


def character_overlap(
    got: Sequence[tuple[str, Span]], relevant: Sequence[Relevant]
) -> tuple[float, float, float]:
    """Return (recall, precision, intersection over union) in characters; retrieved duplicates count twice."""
    wanted = sum(len(r.span) for r in relevant if r.span)
    size = sum(len(span) for _, span in got)
    hit = sum(_covered_chars(r.span, [s for name, s in got if r.matches(name)]) for r in relevant if r.span)
    return hit / wanted, hit / size if size else 0.0, hit / (size + wanted - hit)


def cited_spans(outcome: EvaluationResult, first: int | None) -> list[tuple[str, Span]]:
    """Return the spans cited by the first `first` sentences of the answer; with None, by all."""
    return [(c.document, c.span) for s in outcome.answer.sentences[:first] for c in s.citations]


def answer_in(outcome: EvaluationResult, first: int) -> bool:
    """Return whether the citations of the first sentences hold a relevant span or, without any, an answer."""
    spans = [r for r in outcome.labelled.relevant if r.span]
    places = cited_spans(outcome, first)
    if spans:
        return any(r.matches(n) and s.covers(r.span) for r in spans if r.span for n, s in places)
    quotes = [c.quote.casefold() for s in outcome.answer.sentences[:first] for c in s.citations]
    return any(words.casefold() in quote for words in outcome.labelled.answers for quote in quotes)


def refusal_metrics(outcomes: Sequence[EvaluationResult]) -> dict[str, float | None]:
    """Return how well answerable and unanswerable questions are distinguished."""
    known = [o for o in outcomes if o.labelled.answerable is True]
    unknown = [o for o in outcomes if o.labelled.answerable is False]
    refused = [o for o in [*known, *unknown] if o.answer.abstained]
    return {
        "answered": _mean(not o.answer.abstained for o in known),
        "refusal_recall": _mean(o.answer.abstained for o in unknown),
        "refusal_precision": _mean(o.labelled.answerable is False for o in refused) if unknown else None,
        "auroc": auroc([o.answer.confidence for o in known], [o.answer.confidence for o in unknown]),
    }


def auroc(yes: Sequence[float], no: Sequence[float]) -> float | None:
    """Return the probability that a score of `yes` exceeds one of `no`, ties counting half; None if empty."""
    if not yes or not no:
        return None
    above = np.sign(np.subtract.outer(np.array(yes), np.array(no)))
    return float((above.mean() + 1) / 2)


def _overlap_metrics(
    what: str, got: Sequence[tuple[EvaluationResult, Sequence[tuple[str, Span]]]]
) -> Mapping[str, float | None]:
    results = [character_overlap(places, outcome.labelled.relevant) for outcome, places in got]
    names = ("recall", "precision", "iou")
    return {f"{what}_{name}": _mean(values[n] for values in results) for n, name in enumerate(names)}


def _covered_chars(span: Span, by: Sequence[Span]) -> int:
    held: set[int] = set()
    for other in by:
        held.update(range(max(span.start, other.start), min(span.end, other.end)))
    return len(held)


def _relevant_document(outcome: EvaluationResult, name: str) -> str | None:
    return next((r.document for r in outcome.labelled.relevant if r.matches(name)), None)


def _mean(values: Iterable[float]) -> float | None:
    results = list(values)
    return mean(map(float, results)) if results else None


def _percentile(seconds: Sequence[float], rank: int) -> float | None:
    return float(np.percentile(seconds, rank)) * 1000 if seconds else None
