"""Boosted trees against scikit-learn, which fits them."""

from dataclasses import dataclass
from math import isclose, nan

import numpy as np
import pytest

from bench.trees import fitted_trees
from citeback.rag.boosted_trees import BoostedTrees


@dataclass(frozen=True)
class Point:
    x: float
    y: float


def test_probabilities_are_those_of_scikit_learn() -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    draw = np.random.default_rng(4)
    x = draw.normal(size=(300, 2))
    labels = x[:, 0] * x[:, 1] > 0
    x[::7, 0] = nan
    weights = np.ones(len(x))
    model = ensemble.HistGradientBoostingClassifier(
        max_depth=3, max_iter=12, learning_rate=0.1, class_weight="balanced", random_state=0
    ).fit(x, labels, sample_weight=weights)
    trees = BoostedTrees.of(fitted_trees(x, labels, weights, ("x", "y"), depth=3, trees=12))
    known = model.predict_proba(x)[:, 1]
    got = [trees(Point(*map(float, row))) for row in x]
    assert all(isclose(a, b, abs_tol=0.02) for a, b in zip(known, got, strict=True))
    assert max(got) > 0.7 and min(got) < 0.3
