"""Pieces of words with what a model knows of each out of context. Must never know sentences or questions.

They come out of a table of the model, and cost no pass of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.models.tokens import Tokenizer

Floats: TypeAlias = NDArray[np.float32]
Table: TypeAlias = Callable[[NDArray[np.int64]], Floats]
"""Returns the rows (pieces, hidden) of the model's table for ids (pieces,), less the table's mean.

Without that, any two pieces are alike to some degree."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A text in the pieces of words that the model knows.

    `starts` are the offsets at which the pieces start, ascending; `vectors` are of unit length, shape
    (pieces, hidden). A text without words has no pieces.
    """

    starts: NDArray[np.int64]
    vectors: Floats


def look_up(texts: Sequence[str], tokenizer: Tokenizer, table: Table) -> list[Pieces]:
    """Return the pieces of every text."""
    found = [(tokens.ids[tokens.real], tokens.offsets[tokens.real, 0]) for tokens in tokenizer(texts)]
    if not found:
        return []
    rows = table(np.concatenate([ids for ids, _ in found]))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
    ends = np.cumsum([len(ids) for ids, _ in found])
    parts = np.split(vectors, ends[:-1])
    return [Pieces(starts, own) for (_, starts), own in zip(found, parts, strict=True)]
