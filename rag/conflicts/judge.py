"""From the signs of a difference to how likely it is a conflict: a logistic model for each group of kinds.

The likeliest pairs are also read by the reader of claims, and judged anew. Fitted by
`python -m bench.conflicts --fit`, which writes `weights.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from importlib.resources import files
from math import exp

from citeback.rag.conflicts.comparison import DifferenceKind, DifferenceSigns, StatementDifference
from citeback.rag.conflicts.reading import ReadingSigns

LISTED = 0.5
"""From this probability on, a difference is listed as a conflict."""
READ_FROM = 0.03
"""From this probability on, by its signs alone, a difference is read."""
MAX_LOGIT = 500.0
GROUPS = {
    DifferenceKind.NUMBER: "figures",
    DifferenceKind.DATE: "figures",
    DifferenceKind.NAME: "names",
    DifferenceKind.NEGATION: "turned",
    DifferenceKind.OPPOSITE: "turned",
}


@dataclass(frozen=True, slots=True)
class SignWeights:
    """A logistic model: a weight for each sign, in the order of its fields, and a bias."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def of(cls, known: Mapping[str, float], *signs: type) -> "SignWeights":
        """Return the model whose weights are given by the names of signs."""
        names = [each.name for own in signs for each in fields(own)]
        return cls(tuple(known[name] for name in names), known["bias"])

    def __call__(self, *signs: DifferenceSigns | ReadingSigns) -> float:
        """Return the probability, from 0 to 1."""
        values = [value for own in signs for value in astuple(own)]
        logit = self.bias + sum(a * b for a, b in zip(self.weights, values, strict=True))
        return 1 / (1 + exp(-max(-MAX_LOGIT, min(MAX_LOGIT, logit))))


def likelihood(difference: StatementDifference, reading: ReadingSigns | None = None) -> float:
    """Return how likely a difference is a conflict, 0 to 1, by its signs and by what was read of it."""
    group = GROUPS[difference.kind]
    if reading is None:
        return _SIGNS[group](difference.signs)
    return _READ[group](difference.signs, reading)


_KNOWN = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
_SIGNS = {group: SignWeights.of(known, DifferenceSigns) for group, known in _KNOWN["signs"].items()}
_READ = {
    group: SignWeights.of(known, DifferenceSigns, ReadingSigns) for group, known in _KNOWN["read"].items()
}
