"""A calibrated score of how well sentences support a claim, from a few interpretable features.

A logistic model, fitted by `python -m bench.support`; bench/LOG.md reports the value of each feature alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.facts import Fact, FactIndex
from citeback.rag.checking.claims.stance import Stance
from citeback.rag.logistic import LogisticModel

MIN_GAIN = 0.02  # minimum gain in mean similarity for a further sentence to count as support
MAX_SENTENCES = 3  # maximum number of sentences that support one claim
USUAL_SUPPORT = -0.8  # the reader's log-odds of support that speak neither for a claim nor against it


@dataclass(frozen=True, slots=True)
class SupportFeatures:
    """Features of the support score, from 0 to 1 except for the counts.

    `pair` is the mean similarity of the claim's tokens to the best pair of sentences, `low` the first
    quartile of their similarity to any sentence. `stems` is the share of its terms, weighted by rarity, in
    the best two adjacent sentences. `numbers` counts the claim's numbers that no sentence holds, `names` its
    names that the supporting sentences lack; both are capped at five. `supports` is by how much the reader's
    log-odds of support exceed `USUAL_SUPPORT`, or 0 without a reader.
    """

    pair: float
    low: float
    stems: float
    numbers: float
    names: float
    supports: float = 0.0


MODEL = LogisticModel(
    SupportFeatures(pair=2.93, low=1.45, stems=1.38, numbers=-0.98, names=-0.39, supports=0.5), bias=-3.45
)
"""The features but the last are fitted on claims with the web pages they cite.

The weight of `supports` was chosen on three sets that the reader of claims did not learn from.
"""


def support_score(features: SupportFeatures, stance: Stance | None = None) -> float:
    """Return the probability (0 to 1) that a person would call the claim supported."""
    return MODEL(replace(features, supports=stance.supports - USUAL_SUPPORT) if stance else features)


def supporting_sentences(near: Floats) -> tuple[int, ...]:
    """Return the indices of the fewest sentences that support a claim together, in reading order.

    `near` has shape (content tokens, sentences), as returned by `alignment.likeness`. Selection is greedy:
    the nearest sentence first, then each one that adds at least `MIN_GAIN`.
    """
    if not near.size:
        return ()
    best = [int(near.mean(axis=0).argmax())]
    covered = near[:, best[0]]
    while len(best) < MAX_SENTENCES:
        means = np.maximum(near, covered[:, None]).mean(axis=0)
        following = int(means.argmax())
        if means[following] < covered.mean() + MIN_GAIN:
            break
        best.append(following)
        covered = np.maximum(covered, near[:, following])
    return tuple(sorted(best))


def support_features(
    claim: str, facts: Sequence[Fact], sentences: Sequence[str], near: Floats, analyzer: Analyzer
) -> SupportFeatures:
    """Return the features of a claim, given its facts, against sentences with similarities `near`."""
    if not near.size:
        return SupportFeatures(
            pair=0.0, low=0.0, stems=0.0, numbers=_count(facts, "number"), names=_count(facts, "name")
        )
    anywhere = FactIndex(" \n".join(sentences), analyzer)
    support = FactIndex(" \n".join(sentences[i] for i in supporting_sentences(near)), analyzer)
    return SupportFeatures(
        pair=_best_pair_similarity(near),
        low=float(np.quantile(near.max(axis=1), 0.25)),
        stems=_term_overlap(claim, sentences, analyzer),
        numbers=_count(anywhere.missing(facts), "number"),
        names=_count(support.missing(facts), "name"),
    )


def _count(facts: Sequence[Fact], kind: str) -> float:
    return min(5.0, sum(fact.kind == kind for fact in facts))


def _best_pair_similarity(near: Floats) -> float:
    best = near[:, [near.mean(axis=0).argmax()]]
    return float(np.maximum(near, best).mean(axis=0).max())


def _term_overlap(claim: str, sentences: Sequence[str], analyzer: Analyzer) -> float:
    wanted = dict.fromkeys(t for t in analyzer.terms(claim) if t not in STOP_WORDS)
    held = [wanted.keys() & set(analyzer.terms(sentence)) for sentence in sentences]
    rarity = {t: log(1 + (len(held) + 0.5) / (sum(t in h for h in held) + 0.5)) for t in wanted}
    total = sum(rarity.values())
    pairs = [one | other for one, other in zip(held, [*held[1:], set[str]()], strict=True)]
    return max(sum(rarity[t] for t in pair) for pair in pairs) / total if total else 1.0
