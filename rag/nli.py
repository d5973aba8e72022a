"""An NLI cross-encoder beside the check: does the evidence entail the claim? Must never know verdicts.

Any sentence-transformers CrossEncoder, by name or path, with an output labelled "entailment", or with one
output alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from rag.crossencoder import Pairs
from rag.verify import Entails

REMEDY = (
    "citeback verify --batch PAIRS.jsonl --nli NAME, where NAME is a CrossEncoder for NLI, or without --nli"
)


def load(name: str) -> Entails:
    """Return what the model of that name says of (evidence, claim) pairs.

    Raises:
        ModelError: it cannot be loaded, or none of its outputs is called entailment.
    """
    model = Pairs(name, "NLI model", REMEDY)
    entailment = _entailment(model.labels, name)

    def entails(pairs: Sequence[tuple[str, str]]) -> list[float]:
        return list(map(float, _probability(model.logits(pairs), entailment)))

    return entails


def _entailment(labels: Mapping[int, str], name: str) -> int | None:
    """Return which output says that the claim follows; None where there is only one."""
    if len(labels) == 1:
        return None
    found = [i for i, label in labels.items() if label.casefold().startswith("entail")]
    if not found:
        raise ModelError(
            f"The NLI model {name!r} has no output called entailment, but {sorted(labels.values())}.",
            REMEDY,
        )
    return int(found[0])


def _probability(logits: NDArray[np.float64], entailment: int | None) -> NDArray[np.float64]:
    """Return for each row of logits how probable it is that the claim follows."""
    if entailment is None:
        return np.asarray(1 / (1 + np.exp(-logits[:, 0])))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers[:, entailment] / powers.sum(axis=1))
