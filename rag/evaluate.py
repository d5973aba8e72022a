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
from typing import Protocol

import numpy as np

from index.records import Span
from rag.answer import Answer, Passage, Turn

FIRST = 5  # passages used for span metrics
DEEP = 10  # passages retrieved


@dataclass(frozen=True, slots=True)
class Relevant:
    """A relevant document and, if known, the characters of it that answer.

    `document` is the name of a document, with or without its suffix.
    """

    document: str
    span: Span | None = None

    def is_of(self, name: str) -> bool:
        """Return whether `name` is this document."""
        return self.document in (name, str(PurePath(name).with_suffix("")))


@dataclass(frozen=True, slots=True)
class Known:
    """A question with what is known of its answer.

    `answers` are alternatives, any of which is correct. `answerable` is False if the documents do not hold
    the answer, and None if that is unknown.
    """

    question: str
    history: tuple[Turn, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool | None = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a question; `seconds` is the time to answer it."""

    known: Known
    passages: tuple[Passage, ...]
    answer: Answer
    seconds: float


class Asked(Protocol):
    """What is evaluated: a corpus or a pipeline."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the answer to a question."""
        ...

    def search(self, question: str, k: int = 10, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        ...


def ask(corpus: Asked, questions: Iterable[Known]) -> Iterable[Outcome]:
    """Yield the outcome of each question as soon as it is known."""
    for known in questions:
        start = perf_counter()
        answer = corpus.ask(known.question, known.history)
        seconds = perf_counter() - start
        yield Outcome(known, corpus.search(known.question, DEEP, known.history), answer, seconds)


def figures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return every metric by name; docs/json.md defines them."""
    found = [o for o in outcomes if o.known.relevant and o.known.answerable is not False]
    exact = [o for o in found if all(r.span for r in o.known.relevant)]
    known = [o for o in outcomes if o.known.answerable is True]
    told = [o for o in known if o.known.answers or o in exact]
    return {
        "questions": float(len(outcomes)),
        "recall_at_5": _mean(recall(o, 5) for o in found),
        "recall_at_10": _mean(recall(o, 10) for o in found),
        "ndcg_at_10": _mean(map(ndcg, found)),
        **_overlaps("passage", [(o, [(p.document, p.span) for p in o.passages[:FIRST]]) for o in exact]),
        **_overlaps("citation", [(o, cited(o, None)) for o in exact]),
        "answer_in_first": _mean(answered_in(o, 1) for o in told),
        "answer_in_first_three": _mean(answered_in(o, 3) for o in told),
        **refusals(outcomes),
        "milliseconds_median": _percentile([o.seconds for o in outcomes], 50),
        "milliseconds_p95": _percentile([o.seconds for o in outcomes], 95),
    }


def recall(outcome: Outcome, k: int) -> float:
    """Return the share of the relevant documents that are among the first `k` passages."""
    wanted = {r.document for r in outcome.known.relevant}
    got = {_meant(outcome, p.document) for p in outcome.passages[:k]}
    return len(wanted & got) / len(wanted)


def ndcg(outcome: Outcome) -> float:
    """Return the normalised discounted cumulative gain (nDCG) of the documents, by first appearance."""
    ranked = list(dict.fromkeys(p.document for p in outcome.passages))
    gains = [1 / log2(n + 2) for n, name in enumerate(ranked) if _meant(outcome, name)]
    ideal = [1 / log2(n + 2) for n in range(min(DEEP, len({r.document for r in outcome.known.relevant})))]
    return sum(gains) / sum(ideal)


def overlap(got: Sequence[tuple[str, Span]], relevant: Sequence[Relevant]) -> tuple[float, float, float]:
    """Return (recall, precision, intersection over union) in characters; retrieved duplicates count twice."""
    wanted = sum(len(r.span) for r in relevant if r.span)
    size = sum(len(span) for _, span in got)
    hit = sum(_covered(r.span, [s for name, s in got if r.is_of(name)]) for r in relevant if r.span)
    return hit / wanted, hit / size if size else 0.0, hit / (size + wanted - hit)


def cited(outcome: Outcome, first: int | None) -> list[tuple[str, Span]]:
    """Return what the first `first` sentences of the answer cite; with None, all of them."""
    return [(c.document, c.span) for s in outcome.answer.sentences[:first] for c in s.citations]


def answered_in(outcome: Outcome, first: int) -> bool:
    """Return whether the citations of the first sentences hold a relevant span or, without any, an answer."""
    spans = [r for r in outcome.known.relevant if r.span]
    places = cited(outcome, first)
    if spans:
        return any(r.is_of(n) and s.covers(r.span) for r in spans if r.span for n, s in places)
    quotes = [c.quote.casefold() for s in outcome.answer.sentences[:first] for c in s.citations]
    return any(words.casefold() in quote for words in outcome.known.answers for quote in quotes)


def refusals(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return how well answerable and unanswerable questions are told apart."""
    known = [o for o in outcomes if o.known.answerable is True]
    unknown = [o for o in outcomes if o.known.answerable is False]
    refused = [o for o in [*known, *unknown] if o.answer.abstained]
    return {
        "answered": _mean(not o.answer.abstained for o in known),
        "refusal_recall": _mean(o.answer.abstained for o in unknown),
        "refusal_precision": _mean(o.known.answerable is False for o in refused) if unknown else None,
        "auroc": auroc([o.answer.confidence for o in known], [o.answer.confidence for o in unknown]),
    }


def auroc(yes: Sequence[float], no: Sequence[float]) -> float | None:
    """Return the probability that a score of `yes` exceeds one of `no`, ties counting half; None if empty."""
    if not yes or not no:
        return None
    above = np.sign(np.subtract.outer(np.array(yes), np.array(no)))
    return float((above.mean() + 1) / 2)


def _overlaps(
    what: str, got: Sequence[tuple[Outcome, Sequence[tuple[str, Span]]]]
) -> Mapping[str, float | None]:
    found = [overlap(places, outcome.known.relevant) for outcome, places in got]
    names = ("recall", "precision", "iou")
    return {f"{what}_{name}": _mean(values[n] for values in found) for n, name in enumerate(names)}


def _covered(span: Span, by: Sequence[Span]) -> int:
    held: set[int] = set()
    for other in by:
        held.update(range(max(span.start, other.start), min(span.end, other.end)))
    return len(held)


def _meant(outcome: Outcome, name: str) -> str | None:
    return next((r.document for r in outcome.known.relevant if r.is_of(name)), None)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(map(float, found)) if found else None


def _percentile(seconds: Sequence[float], rank: int) -> float | None:
    return float(np.percentile(seconds, rank)) * 1000 if seconds else None
