"""Gradient-boosted decision trees over named features (Friedman, 2001), read from JSON.

They are fitted with scikit-learn by a command in `bench/`; the product only evaluates them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isnan
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MAX_LOGIT = 500.0  # larger ones would overflow, and change nothing


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A decision: a feature up to `threshold` leads to the node `low`, else to `high`; NaN to `missing`.

    A leaf has no feature; `value` is its share of the logit.
    """

    feature: str = ""
    threshold: float = 0.0
    low: int = 0
    high: int = 0
    missing: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """An ensemble of trees, each a sequence of nodes whose first is the root, and the logit they add to."""

    base: float
    trees: tuple[tuple[TreeNode, ...], ...]

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Self:
        """Return the ensemble that `bench.trees` wrote. Raises TypeError if it has unknown entries."""
        trees = tuple(tuple(TreeNode(**node) for node in tree) for tree in known["trees"])
        return cls(base=known["base"], trees=trees)

    def __call__(self, features: "DataclassInstance") -> float:
        """Return the probability, from 0 to 1, of features given by name; a missing one is NaN."""
        logit = self.base + sum(_leaf(tree, features) for tree in self.trees)
        return 1 / (1 + exp(-max(-MAX_LOGIT, min(MAX_LOGIT, logit))))


def _leaf(tree: Sequence[TreeNode], features: "DataclassInstance") -> float:
    node = tree[0]
    while node.feature:
        x = getattr(features, node.feature)
        node = tree[node.missing if isnan(x) else node.low if x <= node.threshold else node.high]
    return node.value
