"""Static word-piece embeddings: a text's tokens looked up in the embedding table, without a forward pass."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats, WordPieces

EmbeddingTable: TypeAlias = Callable[[NDArray[np.int64]], Floats]
"""Maps token ids, (tokens,), to centred word embeddings, (tokens, hidden)."""


def look_up_word_pieces(
    texts: Sequence[str], tokenizer: Tokenizer, table: EmbeddingTable
) -> list[WordPieces]:
    """Return the word pieces of each text."""
    results = [
        (tokens.ids[tokens.text_mask], tokens.offsets[tokens.text_mask, 0]) for tokens in tokenizer(texts)
    ]
    if not results:
        return []
    rows = table(np.concatenate([ids for ids, _ in results]))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
    ends = np.cumsum([len(ids) for ids, _ in results])
    parts = np.split(vectors, ends[:-1])
    return [WordPieces(starts, own) for (_, starts), own in zip(results, parts, strict=True)]
