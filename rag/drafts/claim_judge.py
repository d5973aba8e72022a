"""The verdict on a claim, from its signs: two logistic models and their thresholds.

Fitted by `python -m bench.drafts --fit` on drafts made of one half of the documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.rag.drafts.claim_signs import ClaimSigns, Comparison
from citeback.rag.logistic import LogisticModel

SUPPORT_MODEL = LogisticModel(
    ClaimSigns(
        support=2.96,
        similarity=1.23,
        stated=1.76,
        repeated=1.92,
        absent=-0.84,
        figures=-1.83,
        names=-1.98,
        other_figures=-1.21,
        other_names=-2.15,
        turned=-4.16,
        words=-1.71,
    ),
    bias=-3.45,
)
CONTRADICTION_MODEL = LogisticModel(
    ClaimSigns(
        support=-5.19,
        similarity=0.16,
        stated=4.12,
        repeated=5.28,
        absent=-1.19,
        figures=0.25,
        names=1.63,
        other_figures=0.26,
        other_names=0.35,
        turned=0.71,
        words=-2.35,
    ),
    bias=-4.73,
)
SUPPORTED, CONTRADICTED, PARTLY = 0.8, 0.6, 0.3
"""Thresholds of both models; below `SUPPORTED`, a claim is partly supported from `PARTLY` on."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, its probability, and the index of the comparison it is based on (None if none)."""

    verdict: ClaimVerdict
    confidence: float
    passage: int | None


def judge(comparisons: Sequence[Comparison]) -> Judgement:
    """Return the verdict on a claim from its comparisons with several passages."""
    if not comparisons:
        return Judgement(verdict=ClaimVerdict.NOT_SAID, confidence=1.0, passage=None)
    support, supporting = _highest([SUPPORT_MODEL(each.signs) for each in comparisons])
    against, contradicting = _highest(
        [0.0 if each.elsewhere else CONTRADICTION_MODEL(each.signs) for each in comparisons]
    )
    if support >= SUPPORTED and against <= max(support, CONTRADICTED):
        return Judgement(verdict=ClaimVerdict.SUPPORTED, confidence=support, passage=supporting)
    if against >= CONTRADICTED:
        return Judgement(verdict=ClaimVerdict.CONTRADICTED, confidence=against, passage=contradicting)
    if support >= PARTLY:
        return Judgement(verdict=ClaimVerdict.PARTLY, confidence=support, passage=supporting)
    return Judgement(verdict=ClaimVerdict.NOT_SAID, confidence=max(0.0, 1 - support - against), passage=None)


def _highest(chances: Sequence[float]) -> tuple[float, int]:
    best = max(range(len(chances)), key=chances.__getitem__)
    return chances[best], best
