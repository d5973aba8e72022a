"""How far sentences support a claim: a few readable signs, and a calibrated score made of them.

A logistic model, fitted by `python -m bench.support` on claims with the web pages that they cite;
bench/LOG.md has what each sign tells alone. Must never know documents, drafts or who wrote the claim.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp, log

import numpy as np

from index.encoder import Floats
from index.terms import STOP_WORDS, Analyzer
from rag.claims.facts import Fact, Known

GAIN = 0.02  # mean likeness that a further sentence must add to be part of what supports the claim
MOST = 3  # sentences that support one claim


@dataclass(frozen=True, slots=True)
class Signs:
    """What the score is made of, 0 to 1 but for the counts.

    `pair` is the mean likeness of the claim's tokens to the two sentences that are nearest together, `low`
    the first quartile of their likeness to any sentence. `stems` is the share of its terms, weighed by
    rarity, in the best two sentences that stand side by side. `numbers` is how many of its numbers no
    sentence holds, `names` how many of its names the sentences lack that support it best; each at most five.
    """

    pair: float
    low: float
    stems: float
    numbers: float
    names: float


WEIGHTS = Signs(pair=2.93, low=1.45, stems=1.38, numbers=-0.98, names=-0.39)
BIAS = -3.45


def score(signs: Signs) -> float:
    """Return the probability (0 to 1) that a person would call the claim supported."""
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(signs), strict=True))
    return 1 / (1 + exp(-total))


def chosen(near: Floats) -> tuple[int, ...]:
    """Return which sentences support a claim together, in reading order: as few as say what can be said.

    `near` has shape (telling tokens, sentences), as `align.likeness` returns it. The first is the nearest
    alone; each further one must add to it.
    """
    if not near.size:
        return ()
    best = [int(near.mean(axis=0).argmax())]
    covered = near[:, best[0]]
    while len(best) < MOST:
        means = np.maximum(near, covered[:, None]).mean(axis=0)
        following = int(means.argmax())
        if means[following] < covered.mean() + GAIN:
            break
        best.append(following)
        covered = np.maximum(covered, near[:, following])
    return tuple(sorted(best))


def signs(
    claim: str, facts: Sequence[Fact], sentences: Sequence[str], near: Floats, analyzer: Analyzer
) -> Signs:
    """Return the signs of a claim with these facts against sentences that are as near as `near` says."""
    if not near.size:
        return Signs(0.0, 0.0, 0.0, _count(facts, "number"), _count(facts, "name"))
    anywhere = Known(" \n".join(sentences), analyzer)
    support = Known(" \n".join(sentences[i] for i in chosen(near)), analyzer)
    return Signs(
        pair=_pair(near),
        low=float(np.quantile(near.max(axis=1), 0.25)),
        stems=_stems(claim, sentences, analyzer),
        numbers=_count(anywhere.missing(facts), "number"),
        names=_count(support.missing(facts), "name"),
    )


def _count(facts: Sequence[Fact], kind: str) -> float:
    return min(5.0, sum(fact.kind == kind for fact in facts))


def _pair(near: Floats) -> float:
    best = near[:, [near.mean(axis=0).argmax()]]
    return float(np.maximum(near, best).mean(axis=0).max())


def _stems(claim: str, sentences: Sequence[str], analyzer: Analyzer) -> float:
    wanted = dict.fromkeys(t for t in analyzer.terms(claim) if t not in STOP_WORDS)
    held = [wanted.keys() & set(analyzer.terms(sentence)) for sentence in sentences]
    rarity = {t: log(1 + (len(held) + 0.5) / (sum(t in h for h in held) + 0.5)) for t in wanted}
    total = sum(rarity.values())
    pairs = [one | other for one, other in zip(held, [*held[1:], set[str]()], strict=True)]
    return max(sum(rarity[t] for t in pair) for pair in pairs) / total if total else 1.0
