"""The interface of an embedding model, independent of the library that computes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats

TokenIds: TypeAlias = NDArray[np.int64]


class ForwardPass(Protocol):
    """A model's forward pass. Safe to call from `threads` threads."""

    @property
    def threads(self) -> int:
        """Return the number of threads that may call it concurrently; each call computes on one."""
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
