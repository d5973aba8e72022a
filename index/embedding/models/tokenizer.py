"""Tokenization with the tokenizers library."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import tokenizers
from numpy.typing import NDArray

from citeback.index.chunking.token_offsets import OffsetTokenizer


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A tokenized text: token ids, special tokens included, and character offsets.

    `ids` is (tokens,); `offsets` is (tokens, 2), with (0, 0) for special tokens.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def text_mask(self) -> NDArray[np.bool_]:
        """Return a mask, (tokens,), of the tokens that cover characters of the text."""
        return np.asarray(self.offsets[:, 1] > self.offsets[:, 0])


class Tokenizer:
    """A tokenizer without truncation or padding. Safe to share between threads."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        self._inner = inner

    @classmethod
    def open(cls, path: Path) -> Self:
        """Load a `tokenizer.json`."""
        return cls(tokenizers.Tokenizer.from_file(str(path)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the tokenizer described by the contents of a `tokenizer.json`."""
        return cls(tokenizers.Tokenizer.from_str(text))

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenize each text."""
        return [_to_tokens(encoding) for encoding in self._inner.encode_batch(texts)]

    def tokenize(self, text: str) -> Tokens:
        """Tokenize one text without holding the GIL."""
        # The library's `encode` holds the GIL; `encode_batch` releases it.
        return self([text])[0]

    @property
    def offset_tokenizer(self) -> OffsetTokenizer:
        """Return this tokenizer as `OffsetTokenizer`, for offsets and counts only."""
        return OffsetTokenizer(self._inner)

    def token_count(self, text: str) -> int:
        """Return the number of tokens of a text, special tokens included."""
        return self.token_counts([text])[0]

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, special tokens included."""
        return [len(encoding) for encoding in self._inner.encode_batch_fast(texts)]

    def truncated_ids(self, text: str, max_tokens: int) -> NDArray[np.int64]:
        """Return a text's token ids, truncated to `max_tokens` tokens, special tokens included."""
        [encoding] = self._inner.encode_batch([text])
        special = np.array(encoding.special_tokens_mask, dtype=bool)
        kept = special | (np.cumsum(~special) <= max_tokens - special.sum())
        return np.asarray(np.array(encoding.ids, np.int64)[kept])


def _to_tokens(encoding: tokenizers.Encoding) -> Tokens:
    return Tokens(np.array(encoding.ids, np.int64), np.array(encoding.offsets, np.int64).reshape(-1, 2))
