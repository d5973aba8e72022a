"""Where the tokens of a text start, a stretch at a time, without NumPy. Must never know models.

A reading process cuts with this: what the library needs for a text of millions of words at once, it has not.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Self

import tokenizers

STRETCH = 1 << 15
"""Characters that are tokenized at once: long texts are parted where a line or at least a word ends."""
_TOGETHER = 16


class Starts:
    """A tokenizer that neither cuts texts off nor pads them, asked for places and numbers alone."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        self._inner = inner

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the tokenizer that the text of a `tokenizer.json` describes."""
        return cls(tokenizers.Tokenizer.from_str(text))

    @property
    def described(self) -> str:
        """Return what `parse` makes this tokenizer of."""
        return self._inner.to_str()

    @property
    def by_words(self) -> bool:
        """Tell whether each word is tokenized on its own: a text parted at spaces has the same tokens."""
        words, pieces = self._inner.pre_tokenizer, self._inner.model
        return type(words).__name__ == "BertPreTokenizer" and type(pieces).__name__ == "WordPiece"

    def __call__(self, text: str) -> "array[int]":
        """Return the offsets at which the tokens of a text start, ascending, special tokens left out."""
        found = array("I")
        parted = list(stretches(text))
        for n in range(0, len(parted), _TOGETHER):
            some = parted[n : n + _TOGETHER]
            read = self._inner.encode_batch([text[start:end] for start, end in some])
            for (start, _), each in zip(some, read, strict=True):
                found.extend(start + first for first, last in each.offsets if last > first)
        return found

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, special tokens among them."""
        return [len(found) for found in self._inner.encode_batch_fast(texts)]


def stretches(text: str, size: int = STRETCH) -> Iterator[tuple[int, int]]:
    """Yield where a text may be parted: every `size` characters, behind a line's end or else a space."""
    start = 0
    while len(text) - start > size:
        least, most = start + size // 2, start + size
        cut = text.rfind("\n", least, most) + 1 or text.rfind(" ", least, most) + 1 or most
        yield start, cut
        start = cut
    yield start, len(text)
