"""Natural-language inference for verification: whether the evidence entails the claim.

Any sentence-transformers CrossEncoder works, by name or path, with an output labelled "entailment" or with a
single output.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from citeback.index.errors import ModelError
from citeback.rag.checking.verify import EntailmentModel
from citeback.rag.retrieval.cross_encoder import CrossEncoderModel

REMEDY = (
    "citeback verify --batch PAIRS.jsonl --nli NAME, where NAME is a CrossEncoder for NLI, or without --nli"
)


def load_nli(name: str) -> EntailmentModel:
    """Return a function from (evidence, claim) pairs to entailment probabilities.

    Raises:
        ModelError: the model cannot be loaded, or has no entailment output.
    """
    model = CrossEncoderModel.load(name, "NLI model", REMEDY)
    entailment = _entailment(model.labels, name)

    def entails(pairs: Sequence[tuple[str, str]]) -> list[float]:
        return list(map(float, _probability(model.logits(pairs), entailment)))

    return entails


def _entailment(labels: Mapping[int, str], name: str) -> int | None:
    """Return the index of the entailment output, or None if there is only one output."""
    if len(labels) == 1:
        return None
    results = [i for i, label in labels.items() if label.casefold().startswith("entail")]
    if not results:
        raise ModelError(
            f"The NLI model {name!r} has no output called entailment, but {sorted(labels.values())}.",
            REMEDY,
        )
    return int(results[0])


def _probability(logits: NDArray[np.float64], entailment: int | None) -> NDArray[np.float64]:
    """Return the entailment probability for each row of logits."""
    if entailment is None:
        return np.asarray(1 / (1 + np.exp(-logits[:, 0])))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers[:, entailment] / powers.sum(axis=1))
