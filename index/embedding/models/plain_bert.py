"""What the forward passes of this package need of a model's files, whatever their format."""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.tokenizer import Tokenizer

WordEmbeddings: TypeAlias = NDArray[np.float32] | FourBitMatrix
"""Word embeddings, (vocabulary, hidden), looked up by token ids."""

COMMON_PIECES = 20_000
"""Word pieces over which embeddings are centred: vocabularies list the common ones first."""


class PlainBert(Protocol):
    """A BERT with mean pooling and normalization."""

    @property
    def layers(self) -> int:
        """Return the number of Transformer blocks."""
        ...

    @property
    def heads(self) -> int:
        """Return the number of attention heads."""
        ...

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Return the most tokens of a text, special tokens included."""
        ...

    @property
    def eps(self) -> float:
        """Return the epsilon of the layer norms."""
        ...

    @property
    def query_prompt(self) -> str:
        """Return the prefix of a question, or ""."""
        ...

    @property
    def document_prompt(self) -> str:
        """Return the prefix of a text from a document, or ""."""
        ...

    def tokenizer(self) -> Tokenizer:
        """Load the tokenizer."""
        ...

    def word_embeddings(self) -> WordEmbeddings:
        """Load the word embeddings."""
        ...

    def mean_embedding(self) -> NDArray[np.float32]:
        """Return the mean word embedding, (hidden,), on which word pieces are centred."""
        ...

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """Load the weights by name, with or without the word embeddings."""
        ...
