"""A logistic model over named features."""

from dataclasses import astuple, dataclass
from math import exp
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Features = TypeVar("Features", bound="DataclassInstance")
MAX_LOGIT = 500.0  # larger ones would overflow, and change nothing


@dataclass(frozen=True, slots=True)
class LogisticModel(Generic[Features]):
    """A logistic model: a weight for each feature, in the features' own dataclass, and a bias."""

    weights: Features
    bias: float

    def __call__(self, features: Features) -> float:
        """Return the probability, from 0 to 1."""
        pairs = zip(astuple(self.weights), astuple(features), strict=True)
        logit = self.bias + sum(weight * feature for weight, feature in pairs)
        return 1 / (1 + exp(-max(-MAX_LOGIT, min(MAX_LOGIT, logit))))
