"""Chunking a source within the token limits of an embedding model.

The parameters are a plain value and the result consists of integers, so both can be exchanged with a
sandboxed process.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from citeback.index.chunking.splitter import TokenRuler, heading_count, paths, runs
from citeback.index.chunking.token_offsets import OffsetTokenizer
from citeback.index.languages import language_of
from citeback.index.records import Chunk, Source, Span

_SEVERAL = 1024


@dataclass(frozen=True, slots=True)
class Chunking:
    """Chunking parameters: at most `max_tokens` tokens in a chunk.

    A chunk that is tokenized by itself has at most `max_input_tokens`, special tokens included. `tokenizer`
    is the contents of a `tokenizer.json`.
    """

    tokenizer: str
    max_tokens: int
    max_input_tokens: int
    language: str

    def of_text(self, text: str) -> "Chunking":
        """Return the parameters for a document, whose language is found in a store of many languages."""
        return replace(self, language=language_of(text, self.language))


@dataclass(frozen=True, slots=True)
class ChunkBoundaries:
    """Chunk boundaries as integers, more compact than chunks and easy to validate.

    `sentences` holds the start and end of each sentence. For each chunk, `counts` holds its number of
    sentences and `heading_counts` the number of headings above it.
    """

    sentences: Sequence[int]
    counts: Sequence[int]
    heading_counts: Sequence[int]

    @classmethod
    def of(cls, source: Source, runs: Iterable[Sequence[Span]]) -> Self:
        """Return the boundaries of chunks given as runs of sentences."""
        sentences, counts, above = array("I"), array("I"), array("I")
        for run in runs:
            for span in run:
                sentences.extend((span.start, span.end))
            counts.append(len(run))
            above.append(heading_count(source, run))
        return cls(sentences, counts, above)

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the chunks of the source."""
        above, at = paths(source), 0
        for count, headings in zip(self.counts, self.heading_counts, strict=True):
            flat = self.sentences[at : at + 2 * count]
            spans = tuple(map(Span, flat[::2], flat[1::2]))
            yield Chunk(span=Span(spans[0].start, spans[-1].end), sentences=spans, headings=above[headings])
            at += 2 * count

    def is_valid_for(self, source: Source) -> bool:
        """Return whether the boundaries are valid for a source: consistent, in order, and within its text."""
        at, end = self.sentences, len(source.text)
        return (
            all(count > 0 for count in self.counts)
            and len(self.counts) == len(self.heading_counts)
            and 2 * sum(self.counts) == len(at)
            and all(0 <= n <= len(source.headings) for n in self.heading_counts)
            and all(map(int.__lt__, at[::2], at[1::2]))
            and all(map(int.__le__, at[1::2], at[2::2]))
            and (not at or (at[0] >= 0 and at[-1] <= end))
        )


@dataclass(frozen=True, slots=True)
class SourceSplitter:
    """Chunks sources with the given parameters; `tokenizer` is the tokenizer."""

    chunking: Chunking
    tokenizer: OffsetTokenizer

    @classmethod
    def open(cls, cutting: Chunking) -> Self:
        """Return a splitter, loading the tokenizer from its serialized form."""
        return cls(cutting, OffsetTokenizer.parse(cutting.tokenizer))

    def boundaries(self, source: Source) -> ChunkBoundaries:
        """Return the chunk boundaries of a source."""
        ruler, most = TokenRuler(self.tokenizer(source.text)), self.chunking.max_tokens
        while True:
            chunk_boundaries = ChunkBoundaries.of(source, runs(source, ruler, most, self.chunking.language))
            # For some tokenizers, a slice of the text has more tokens than the same slice of the whole text's
            # tokens.
            if most <= 1 or self._short(source.text, chunk_boundaries):
                return chunk_boundaries
            most //= 2

    def _short(self, text: str, cuts: ChunkBoundaries) -> bool:
        """Return whether every chunk, tokenized by itself, is within the limit."""
        looked = [
            span
            for span in _hulls(cuts)
            if not (self.tokenizer.splits_at_spaces and _stands_between_spaces(text, span))
        ]
        return all(
            length <= self.chunking.max_input_tokens
            for n in range(0, len(looked), _SEVERAL)
            for length in self.tokenizer.token_counts([span.of(text) for span in looked[n : n + _SEVERAL]])
        )


def _hulls(cuts: ChunkBoundaries) -> Iterator[Span]:
    at = 0
    for count in cuts.counts:
        yield Span(cuts.sentences[at], cuts.sentences[at + 2 * count - 1])
        at += 2 * count


def _stands_between_spaces(text: str, span: Span) -> bool:
    """Return whether a span is surrounded by white space or the ends of the text."""
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return (not before or before.isspace()) and (not after or after.isspace())
