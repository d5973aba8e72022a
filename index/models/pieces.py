"""Static word-piece embeddings: a text's tokens looked up in the embedding table, without a forward pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.models.tokens import Tokenizer

Floats: TypeAlias = NDArray[np.float32]
Table: TypeAlias = Callable[[NDArray[np.int64]], Floats]
"""Maps token ids, (tokens,), to centred word embeddings, (tokens, hidden)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The word pieces of a text, with static embeddings.

    `starts`, (pieces,), are ascending character offsets; `vectors`, (pieces, hidden), have unit length. A
    text without words has no pieces.
    """

    starts: NDArray[np.int64]
    vectors: Floats


def look_up(texts: Sequence[str], tokenizer: Tokenizer, table: Table) -> list[Pieces]:
    """Return the word pieces of each text."""
    found = [(tokens.ids[tokens.real], tokens.offsets[tokens.real, 0]) for tokens in tokenizer(texts)]
    if not found:
        return []
    rows = table(np.concatenate([ids for ids, _ in found]))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
    ends = np.cumsum([len(ids) for ids, _ in found])
    parts = np.split(vectors, ends[:-1])
    return [Pieces(starts, own) for (_, starts), own in zip(found, parts, strict=True)]
