"""Fit the weights that rank sentences by how likely they hold the answer.

    python -m bench.fit_evidence [--data DIR] [SET]

A listwise logistic model: which of a question's candidate sentences holds the answer? Prints how often the
first sentence, and one of the first three, holds it, with every article held out; then the weights fitted on
all questions, for `rag/evidence/ranking.py`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.observe import Observed, observe
from bench.sets import DATA, lay_out
from citeback.rag.evidence.ranking import Features
from citeback.rag.reader.loading import load_english_reader

RIDGE = 1e-3  # on features scaled to unit variance


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The sentences of a question: features `(sentences, features)`, and which of them hold the answer."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    group: str


def listed(observed: Observed) -> Listed:
    """Return a training example for a question."""
    features = np.array([astuple(e.features) for e in observed.ranked]).reshape(-1, len(fields(Features)))
    return Listed(
        features=features,
        right=np.array([observed.holds_answer(e) for e in observed.ranked], bool),
        group=observed.group,
    )


def fit(questions: Sequence[Listed]) -> NDArray[np.float64]:
    """Return the weights that maximise the likelihood of the right sentences."""
    known = [q for q in questions if q.right.any()]
    scale = np.concatenate([q.features for q in known]).std(axis=0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for q in known:
            scaled = q.features / scale
            likely = np.exp(scaled @ weights - (scaled @ weights).max())
            right = likely * q.right
            total -= float(np.log(right.sum() / likely.sum())) / len(known)
            slope = slope - scaled.T @ (right / right.sum() - likely / likely.sum()) / len(known)
        return total, slope

    result = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B")
    return np.asarray(result.x / scale)


def among_first(questions: Sequence[Listed], weights: NDArray[np.float64], first: int) -> list[bool]:
    """Return, for each question, whether one of the `first` top sentences holds the answer."""
    order = [np.argsort(-(q.features @ weights), kind="stable")[:first] for q in questions]
    return [bool(q.right[best].any()) for q, best in zip(questions, order, strict=True)]


def main() -> None:
    """Observe, score held out and fit; print the weights for `rag/evidence/ranking.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("set", nargs="?", default="squad2")
    args = parser.parse_args()
    asked = observe(lay_out(args.set, args.data), reader=load_english_reader())
    questions = [listed(each) for each in asked if each.question["answerable"]]
    held: dict[int, list[bool]] = {1: [], 3: []}
    for group in sorted({q.group for q in questions}):
        weights = fit([q for q in questions if q.group != group])
        for first, hits in held.items():
            hits += among_first([q for q in questions if q.group == group], weights, first)
    rates = ", ".join(f"first {first}: {np.mean(hits):.3f}" for first, hits in held.items())
    print(f"{args.set}: {len(questions)} questions, the answer in the sentences ranked held out, {rates}")
    names = [field.name for field in fields(Features)]
    print("weights", dict(zip(names, fit(questions).round(1).tolist(), strict=True)))


if __name__ == "__main__":
    main()
