"""Texts -> tokens, by the tokenizers library. Must never know what a model makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import tokenizers
from numpy.typing import NDArray

from index.models.starts import Starts


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """One tokenized text: ids with the model's special tokens, and where each token lies in the text.

    `offsets` has shape (tokens, 2); special tokens are (0, 0) in it.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def real(self) -> NDArray[np.bool_]:
        """Return which tokens stand for characters of the text."""
        return np.asarray(self.offsets[:, 1] > self.offsets[:, 0])


class Tokenizer:
    """A tokenizer that neither cuts texts off nor pads them; safe to share between threads."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        self._inner = inner

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a `tokenizer.json`."""
        return cls(tokenizers.Tokenizer.from_file(str(path)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the tokenizer that the text of a `tokenizer.json` describes."""
        return cls(tokenizers.Tokenizer.from_str(text))

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text."""
        return [_tokens(found) for found in self._inner.encode_batch(texts)]

    def one(self, text: str) -> Tokens:
        """Return the tokens of one text, other threads computing meanwhile."""
        # `encode` of the library keeps the interpreter to itself; `encode_batch` lets it go.
        return self([text])[0]

    @property
    def measure(self) -> Starts:
        """Return the same tokenizer for those who ask for places and numbers alone."""
        return Starts(self._inner)

    def length(self, text: str) -> int:
        """Return how many tokens a text has, special tokens among them."""
        return self.lengths([text])[0]

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Return the same of each text."""
        return [len(found) for found in self._inner.encode_batch_fast(texts)]

    def first(self, text: str, most: int) -> NDArray[np.int64]:
        """Return the ids of a text, cut off so that there are at most `most` with the special ones."""
        [found] = self._inner.encode_batch([text])
        special = np.array(found.special_tokens_mask, dtype=bool)
        kept = special | (np.cumsum(~special) <= most - special.sum())
        return np.asarray(np.array(found.ids, np.int64)[kept])


def _tokens(found: tokenizers.Encoding) -> Tokens:
    return Tokens(np.array(found.ids, np.int64), np.array(found.offsets, np.int64).reshape(-1, 2))
