"""Fit the confidence on questions that the folder can and cannot answer.

    python -m bench.fit [--data DIR]

Prints the figures of a model fitted on all but one article at a time (so none is scored by a model that
saw it), then the weights fitted on everything, as they stand in `rag/confidence.py`.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from bench.sets import DATA, OUT, Laid, lay_out
from index.embed import load
from index.terms import Analyzer
from rag.answer import Turn
from rag.confidence import Signs, signs
from rag.evidence import gather
from rag.query import understand
from rag.question import standalone
from rag.retrieve import retrieve

SETS = ("squad2-off", "squad2", "conversations")


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Signs `(questions, features)`, whether each is answerable, and the group it is held out with."""

    signs: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    groups: Sequence[str]


def observe(laid: Laid) -> Observed:
    """Return the signs of every question of a set whose answerability is known."""
    asked = [q for q in laid.questions() if q.get("answerable") is not None]
    with laid.store.current() as generation:
        embeddings = load(generation.settings)
        analyzer = Analyzer(generation.settings.language)
        rows = []
        for q in asked:
            query = understand(standalone(q["question"], _history(q)), embeddings, analyzer, generation.words)
            found = signs(gather(generation, query, retrieve(generation, query, 10), analyzer))
            rows.append(astuple(found) if found else (0.0,) * len(fields(Signs)))
    groups = [_group(q) for q in asked]
    return Observed(np.array(rows), np.array([q["answerable"] for q in asked]), groups)


def _history(question: Mapping[str, Any]) -> list[Turn]:
    return [Turn(turn["role"], turn["text"]) for turn in question.get("history") or ()]


def _group(question: Mapping[str, Any]) -> str:
    relevant = question.get("relevant") or question.get("paragraph")
    if isinstance(relevant, list) and relevant and isinstance(relevant[0], Mapping):
        return str(relevant[0]["doc_id"])
    return str(relevant[0]) if relevant else str(question["id"])


def held_out(observed: Observed) -> NDArray[np.float64]:
    """Return the confidence of every question by a model that saw none of its group."""
    folds = GroupKFold(n_splits=min(10, len(set(observed.groups))))
    model = LogisticRegression(C=10.0)
    found = cross_val_predict(
        model, observed.signs, observed.answerable, groups=observed.groups, cv=folds, method="predict_proba"
    )
    return np.asarray(found[:, 1])


def report(name: str, observed: Observed) -> None:
    """Print how well held-out questions are told apart, and the weights fitted on all of them."""
    known, sure = observed.answerable, held_out(observed)
    print(f"{name}: {len(known)} questions, AUROC held out {roc_auc_score(known, sure):.3f}")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        answered, refused = np.mean(sure[known] >= threshold), np.mean(sure[~known] < threshold)
        print(f"  threshold {threshold}: answers {answered:.3f}, refuses {refused:.3f}")
    model = LogisticRegression(C=10.0).fit(observed.signs, known)
    weights = dict(zip([f.name for f in fields(Signs)], model.coef_[0].round(2).tolist(), strict=True))
    print(f"  weights {weights}, bias {model.intercept_[0]:.2f}", flush=True)


def main() -> None:
    """Observe, score and fit; print what a person copies into `rag/confidence.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("sets", nargs="*", default=SETS)
    args = parser.parse_args()
    for name in args.sets:
        observed = observe(lay_out(name, args.data))
        groups = np.array(observed.groups)
        path = OUT / f"signs-{name}.npz"
        np.savez(path, signs=observed.signs, answerable=observed.answerable, groups=groups)
        report(name, observed)


if __name__ == "__main__":
    main()
