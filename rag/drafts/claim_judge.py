"""The verdict on a claim, from its signs: two ensembles of decision trees and their thresholds.

Fitted by `python -m bench.fit_drafts`, which writes `claim_trees.json`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from citeback.rag.boosted_trees import BoostedTrees
from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.rag.drafts.claim_signs import Comparison

_KNOWN = json.loads(files(__package__).joinpath("claim_trees.json").read_text(encoding="utf-8"))
SUPPORT_MODEL, CONTRADICTION_MODEL = (BoostedTrees.of(_KNOWN[name]) for name in ("support", "contradiction"))
SUPPORTED, CONTRADICTED, PARTLY = 0.78, 0.55, 0.3
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
    best = comparisons[supporting]
    contrary = best.misplaced or best.refuting is not None
    if contrary and max(support, against) >= PARTLY:
        return Judgement(
            verdict=ClaimVerdict.CONTRADICTED, confidence=max(support, against), passage=supporting
        )
    if support >= SUPPORTED and against <= max(support, CONTRADICTED):
        doubtful = best.renamed or best.unsettled
        verdict = ClaimVerdict.PARTLY if doubtful else ClaimVerdict.SUPPORTED
        return Judgement(verdict=verdict, confidence=support, passage=supporting)
    if against >= CONTRADICTED:
        return Judgement(verdict=ClaimVerdict.CONTRADICTED, confidence=against, passage=contradicting)
    if support >= PARTLY:
        return Judgement(verdict=ClaimVerdict.PARTLY, confidence=support, passage=supporting)
    return Judgement(verdict=ClaimVerdict.NOT_SAID, confidence=max(0.0, 1 - support - against), passage=None)


def _highest(chances: Sequence[float]) -> tuple[float, int]:
    best = max(range(len(chances)), key=chances.__getitem__)
    return chances[best], best
