"""Fits gradient-boosted trees with scikit-learn, in the form that `citeback.rag.boosted_trees` reads."""

from collections.abc import Sequence
from typing import Any

import numpy as np

DIGITS = 4  # of values that are written; thresholds may be values of the data, and are exact


def fitted_trees(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str], *, depth: int, trees: int
) -> dict[str, Any]:
    """Fit trees to features `x`, (rows, names), and labels `y`; both classes weigh the same in all."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_depth=depth, max_iter=trees, learning_rate=0.1, class_weight="balanced", random_state=0
    ).fit(x, y, sample_weight=weights)
    return {
        "base": round(float(model._baseline_prediction.ravel()[0]), DIGITS),
        "trees": [[_node(node, names) for node in round_[0].nodes] for round_ in model._predictors],
    }


def _node(node: Any, names: Sequence[str]) -> dict[str, Any]:
    if node["is_leaf"]:
        return {"value": round(float(node["value"]), DIGITS)}
    low, high = int(node["left"]), int(node["right"])
    return {
        "feature": names[node["feature_idx"]],
        "threshold": float(node["num_threshold"]),
        "low": low,
        "high": high,
        "missing": low if node["missing_go_to_left"] else high,
    }
