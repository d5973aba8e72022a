"""Fit the confidence on questions that the folder can and cannot answer.

    python -m bench.fit [--data DIR]

It is fitted on short questions (squad2-off) and, so that long ones are understood, on those of two long texts
(chunking-off), which count less; the weight of what a question denies is given. Prints what models make of
squad2-off that were fitted on all but one of its articles at a time (so none is scored by a model that saw
it), what the model fitted on everything makes of other sets, and its weights, as they stand in
`rag/confidence.py`.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.observe import Observed, observe
from bench.sets import DATA, lay_out
from rag.confidence import WEIGHTS, Signs, signs

SHORT, LONG = "squad2-off", "chunking-off"
EVEN = 0.2  # what is added to the bias, so that of the held-out as many are refused wrongly as answered
LONG_COUNTS = 0.1  # beside the short ones; bench/LOG.md has what other shares do
SETS = (SHORT, LONG, "chunking", "squad2", "conversations")
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Signs `(questions, features)`, whether each is answerable, and the group it is held out with."""

    signs: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def without(self, group: str) -> "Known":
        """Return the questions of all other groups."""
        kept = self.groups != group
        return Known(self.signs[kept], self.answerable[kept], self.groups[kept])


def known(observed: Iterable[Observed]) -> Known:
    """Return the signs of every question whose answerability is known."""
    asked = [found for found in observed if found.question.get("answerable") is not None]
    nothing = (0.0,) * len(fields(Signs))
    rows = [
        astuple(seen) if (seen := signs(found.query, found.ranked, found.analyzer)) else nothing
        for found in asked
    ]
    answerable = np.array([found.question["answerable"] for found in asked], bool)
    return Known(np.array(rows), answerable, np.array([found.group for found in asked]))


def fit(short: Known, long: Known) -> NDArray[np.float64]:
    """Return the weights, the bias after them; the long questions count `LONG_COUNTS`, both answers alike."""
    share = np.where(long.answerable, long.answerable.mean(), 1 - long.answerable.mean())
    counts = LONG_COUNTS * len(short.signs) / len(long.signs) / (2 * share)
    model = LogisticRegression(C=10.0).fit(
        np.concatenate([short.signs, long.signs])[:, :-1],
        np.concatenate([short.answerable, long.answerable]),
        sample_weight=np.concatenate([np.ones(len(short.signs)), counts]),
    )
    return np.array([*model.coef_[0], WEIGHTS.denied, model.intercept_[0] + EVEN])


def held_out(short: Known, long: Known) -> NDArray[np.float64]:
    """Return the confidence of every short question by a model that saw none of its group."""
    sure = np.zeros(len(short.signs))
    for group in np.unique(short.groups):
        weights = fit(short.without(group), long)
        sure[short.groups == group] = _sure(weights, short.signs[short.groups == group])
    return sure


def report(sets: Mapping[str, Known]) -> None:
    """Print how well held-out questions are told apart, those of other sets, and the weights."""
    short, long = sets[SHORT], sets[LONG]
    sure = held_out(short, long)
    print(f"{SHORT}, held out: {_told_apart(short.answerable, sure, THRESHOLDS)}")
    weights = fit(short, long)
    for name, theirs in sets.items():
        print(f"{name}: {_told_apart(theirs.answerable, _sure(weights, theirs.signs), (0.5,))}")
    names = [*(field.name for field in fields(Signs)), "bias"]
    print("weights", dict(zip(names, weights.round(2).tolist(), strict=True)), flush=True)


def _told_apart(right: NDArray[np.bool_], sure: NDArray[np.float64], thresholds: Sequence[float]) -> str:
    both = f"AUROC {roc_auc_score(right, sure):.3f}" if len(set(right)) > 1 else "all can be answered"
    lines = [f"{len(right)} questions, {both}"]
    for threshold in thresholds:
        answered, others = np.mean(sure[right] >= threshold), sure[~right] < threshold
        refused = f", refuses {np.mean(others):.3f}" if len(others) else ""
        lines.append(f"  threshold {threshold}: answers {answered:.3f}{refused}")
    return "\n".join(lines)


def _sure(weights: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(expit(seen @ weights[:-1] + weights[-1]))


def main() -> None:
    """Observe, score and fit; print what a person copies into `rag/confidence.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    report({name: known(observe(lay_out(name, args.data))) for name in SETS})


if __name__ == "__main__":
    main()
