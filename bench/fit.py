"""Fit the confidence on questions that the folder can and cannot answer.

    python -m bench.fit [--data DIR] [SET ...]

Prints the figures of a model fitted on all but one article at a time (so none is scored by a model that
saw it), what a model fitted on the set makes of the other sets, then the weights fitted on everything, as
they stand in `rag/confidence.py`.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from bench.observe import Observed, observe
from bench.sets import DATA, lay_out
from rag.confidence import Signs, signs

SETS = ("squad2-off", "squad2", "conversations")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Signs `(questions, features)`, whether each is answerable, and the group it is held out with."""

    signs: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    groups: tuple[str, ...]


def known(observed: Iterable[Observed]) -> Known:
    """Return the signs of every question whose answerability is known."""
    asked = [found for found in observed if found.question.get("answerable") is not None]
    nothing = (0.0,) * len(fields(Signs))
    rows = [astuple(seen) if (seen := signs(found.ranked)) else nothing for found in asked]
    answerable = np.array([found.question["answerable"] for found in asked], bool)
    return Known(np.array(rows), answerable, tuple(found.group for found in asked))


def held_out(seen: Known) -> NDArray[np.float64]:
    """Return the confidence of every question by a model that saw none of its group."""
    folds = GroupKFold(n_splits=min(10, len(set(seen.groups))))
    found = cross_val_predict(
        _model(), seen.signs, seen.answerable, groups=seen.groups, cv=folds, method="predict_proba"
    )
    return np.asarray(found[:, 1])


def report(name: str, sets: Mapping[str, Known]) -> None:
    """Print how well held-out questions are told apart, and the weights fitted on all of them."""
    seen = sets[name]
    right, sure = seen.answerable, held_out(seen)
    print(f"{name}: {len(right)} questions, AUROC held out {roc_auc_score(right, sure):.3f}")
    for threshold in THRESHOLDS:
        answered, refused = np.mean(sure[right] >= threshold), np.mean(sure[~right] < threshold)
        print(f"  threshold {threshold}: answers {answered:.3f}, refuses {refused:.3f}")
    model = _model().fit(seen.signs, right)
    for other, theirs in sets.items():
        if other != name:
            sure = model.predict_proba(theirs.signs)[:, 1]
            print(f"  AUROC on {other}: {roc_auc_score(theirs.answerable, sure):.3f}")
    weights = dict(zip([f.name for f in fields(Signs)], model.coef_[0].round(2).tolist(), strict=True))
    print(f"  weights {weights}, bias {model.intercept_[0]:.2f}", flush=True)


def _model() -> LogisticRegression:
    return LogisticRegression(C=10.0)


def main() -> None:
    """Observe, score and fit; print what a person copies into `rag/confidence.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("sets", nargs="*", default=SETS)
    args = parser.parse_args()
    sets = {name: known(observe(lay_out(name, args.data))) for name in args.sets}
    for name in sets:
        report(name, sets)


if __name__ == "__main__":
    main()
