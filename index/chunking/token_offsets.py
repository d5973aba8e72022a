"""Token offsets and token counts of a text, without NumPy.

Sandboxed reader processes use this for chunking. Long texts are tokenized in parts, since the tokenizers
library would exceed their memory limit on millions of words at once.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Self

import tokenizers

from citeback.index.chunking.word_offsets import WordOffsets

PART_CHARS = 1 << 15
"""Characters tokenized at once; longer texts are divided at a line end, or else at a space."""
_PARTS_PER_BATCH = 16


class OffsetTokenizer:
    """A tokenizer without truncation or padding that returns only offsets and counts."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        self._inner = inner

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the tokenizer described by the contents of a `tokenizer.json`."""
        return cls(tokenizers.Tokenizer.from_str(text))

    @property
    def serialized(self) -> str:
        """Return the serialized tokenizer, as accepted by `parse`."""
        return self._inner.to_str()

    @property
    def splits_at_spaces(self) -> bool:
        """Return whether words are tokenized independently, so that dividing at spaces changes no token."""
        words, pieces = self._inner.pre_tokenizer, self._inner.model
        return type(words).__name__ == "BertPreTokenizer" and type(pieces).__name__ == "WordPiece"

    def __call__(self, text: str) -> "array[int]":
        """Return the start offsets of a text's tokens, ascending, without special tokens."""
        result = array("I")
        parted = list(split_text(text))
        words = (
            WordOffsets(find=self._starts, tokens=self._added, size=PART_CHARS)
            if self._repeats(parted)
            else None
        )
        for n in range(0, len(parted), _PARTS_PER_BATCH):
            some = parted[n : n + _PARTS_PER_BATCH]
            read = (words or self._starts)([text[start:end] for start, end in some])
            for (start, _), each in zip(some, read, strict=True):
                result.extend(map(start.__add__, each))
        return result

    def _starts(self, texts: Sequence[str]) -> Iterator[Sequence[int]]:
        """Yield the start offsets of each text's tokens."""
        for each in self._inner.encode_batch(texts):
            yield [first for first, last in each.offsets if last > first]

    def _repeats(self, parts: Sequence[object]) -> bool:
        """Return whether it is worthwhile, and certain to be the same, to tokenize each word once."""
        cleaned = type(self._inner.normalizer).__name__ in {"BertNormalizer", "NoneType"}
        added = self._inner.get_added_tokens_decoder().values()
        return len(parts) > 1 and self.splits_at_spaces and cleaned and not any(t.normalized for t in added)

    @property
    def _added(self) -> list[str]:
        return [token.content for token in self._inner.get_added_tokens_decoder().values()]

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, special tokens included."""
        return [len(encoding) for encoding in self._inner.encode_batch_fast(texts)]


def split_text(text: str, size: int = PART_CHARS) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of parts of at most `size` characters, divided at a line end or else a space."""
    start = 0
    while len(text) - start > size:
        least, most = start + size // 2, start + size
        cut = text.rfind("\n", least, most) + 1 or text.rfind(" ", least, most) + 1 or most
        yield start, cut
        start = cut
    yield start, len(text)
