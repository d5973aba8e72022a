"""The probability that a reading is right, from features: a ranking of all, then the first alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

_FITTED = Path(__file__).with_name("weights.json")
_LEAST = 0.001
ASKS_FOR_ANOTHER = "asks for another thing"
"""The feature of a lookup that does not give what is asked for: it is no answer, however likely otherwise."""

ResultKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ScoredReading:
    """A reading as it is ranked: what it results in, its features and its score."""

    result: ResultKey
    features: Mapping[str, float]
    score: float


@dataclass(frozen=True, slots=True)
class RankedResult:
    """A result of several readings: the likeliest of them, and their total probability (0 to 1)."""

    best: int
    share: float


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """The weights that rank readings, those of the confidence in the first, and the least that is needed.

    Fitted by `bench.fit_tables`.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float

    @classmethod
    def load(cls) -> "ReadingWeights":
        """Return the weights that ship with the product."""
        fitted = json.loads(_FITTED.read_text(encoding="utf-8"))
        return cls(fitted["ranking"], fitted["confidence"], fitted["threshold"])

    def score(self, features: Mapping[str, float]) -> float:
        """Return the score of a reading beside others of its question."""
        return sum(self.ranking.get(name, 0.0) * amount for name, amount in features.items())

    def probability(self, found: Mapping[str, float]) -> float:
        """Return how likely (0 to 1) the first reading is right, from its `confidence_features`."""
        if found.get(ASKS_FOR_ANOTHER):
            return 0.0
        total = sum(self.confidence.get(name, 0.0) * amount for name, amount in found.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def ranked_results(readings: Sequence[ScoredReading]) -> list[RankedResult]:
    """Return the results, the likeliest first; all readings that result in the same count together."""
    if not readings:
        return []
    shares = likelihoods([each.score for each in readings])
    together: dict[ResultKey, float] = {}
    best: dict[ResultKey, int] = {}
    for n, each in enumerate(readings):
        together[each.result] = together.get(each.result, 0.0) + shares[n]
        if each.result not in best or each.score > readings[best[each.result]].score:
            best[each.result] = n
    return sorted((RankedResult(best[r], share) for r, share in together.items()), key=lambda one: -one.share)


def likelihoods(scores: Sequence[float]) -> list[float]:
    """Return the probability of each, given that one is right.

    >>> likelihoods([1.0, 1.0])
    [0.5, 0.5]
    """
    most = max(scores)
    raised = [exp(score - most) for score in scores]
    total = sum(raised)
    return [each / total for each in raised]


def confidence_features(
    readings: Sequence[ScoredReading], ranked: Sequence[RankedResult]
) -> dict[str, float]:
    """Return the features of the first reading, and how far it is ahead of the others."""
    first, share = readings[ranked[0].best], ranked[0].share
    left = _left(first)
    shares = likelihoods([each.score for each in readings])
    return {
        **first.features,
        "constant": 1.0,
        "ranking: share": share,
        "ranking: odds": log((share + _LEAST) / (1 - share + _LEAST)),
        "ranking: lead": share - (ranked[1].share if len(ranked) > 1 else 0.0),
        "ranking: score": first.score,
        "ranking: readings": log(1 + len(readings)),
        "ranking: results": log(len(ranked)),
        "ranking: doubt": -sum(each * log(each + 1e-12) for each in shares),
        "ranking: words left by choice": left - min(map(_left, readings)),
        "ranking: unused": sum(_unused(first.features)),
        "ranking: complete": float(left == 0),
        "ranking: words left": min(left, 4.0),
    }


def _left(reading: ScoredReading) -> float:
    return reading.features.get("left", 0.0) + reading.features.get("verbs left", 0.0)


def _unused(features: Mapping[str, float]) -> Iterator[float]:
    yield from (amount for name, amount in features.items() if name.startswith("unused ") and ":" not in name)
