"""A sentence-transformers CrossEncoder, by name or path: text pairs -> logits.

Importing it takes seconds. A name that is no local folder is resolved by the Hugging Face library.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder
from torch.nn import Identity

from citeback.index.embedding.models.pickled_weights import pickle_problem
from citeback.index.errors import ModelError


class CrossEncoderModel:
    """A loaded cross-encoder; safe to share between threads, which take turns."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = Lock()  # a Rust tokenizer rejects concurrent use

    @classmethod
    def load(cls, name: str, what: str, remedy: str) -> Self:
        """Load the model. Raises ModelError, whose message calls the model a `what`."""
        if reason := pickle_problem(Path(name).expanduser()):
            raise ModelError(f"The {what} {name!r} could not be loaded: {reason}.", remedy)
        try:
            model = CrossEncoder(
                name, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"The {what} {name!r} could not be loaded: {error}", remedy) from error
        return cls(model)

    @property
    def labels(self) -> Mapping[int, str]:
        """Return the label of each output."""
        return dict(self._model.config.id2label)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Return the logits of each pair, shape (pairs, outputs); input beyond the model's window is cut."""
        if not pairs:
            return np.zeros((0, len(self.labels)))
        with self._lock:
            result = self._model.predict(
                [list(pair) for pair in pairs], activation_fn=Identity(), show_progress_bar=False
            )
        return np.asarray(result, dtype=np.float64).reshape(len(pairs), -1)
