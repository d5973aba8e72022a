"""Chunking a source within the token limits of an embedding model.

The parameters are a plain value and the result consists of integers, so both can be exchanged with a
sandboxed process.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from index.models.starts import Starts
from index.records import Chunk, Source, Span
from index.split import Ruler, paths, runs, under

_SEVERAL = 1024


@dataclass(frozen=True, slots=True)
class Cutting:
    """Chunking parameters: at most `most` tokens a chunk, or `longest` when it is tokenized by itself.

    `longest` includes special tokens. `tokenizer` is the contents of a `tokenizer.json`.
    """

    tokenizer: str
    most: int
    longest: int
    language: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """Chunk boundaries as integers, more compact than chunks and easy to validate.

    `sentences` holds the start and end of each sentence. For each chunk, `counts` holds its number of
    sentences and `under` the number of headings above it.
    """

    sentences: Sequence[int]
    counts: Sequence[int]
    under: Sequence[int]

    @classmethod
    def of(cls, source: Source, runs: Iterable[Sequence[Span]]) -> Self:
        """Return the boundaries of chunks given as runs of sentences."""
        sentences, counts, above = array("I"), array("I"), array("I")
        for run in runs:
            for span in run:
                sentences.extend((span.start, span.end))
            counts.append(len(run))
            above.append(under(source, run))
        return cls(sentences, counts, above)

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the chunks of the source."""
        above, at = paths(source), 0
        for count, headings in zip(self.counts, self.under, strict=True):
            flat = self.sentences[at : at + 2 * count]
            spans = tuple(map(Span, flat[::2], flat[1::2]))
            yield Chunk(Span(spans[0].start, spans[-1].end), spans, above[headings])
            at += 2 * count

    def fit(self, source: Source) -> bool:
        """Return whether the boundaries are valid for a source: consistent, in order, and within its text."""
        at, end = self.sentences, len(source.text)
        return (
            all(count > 0 for count in self.counts)
            and len(self.counts) == len(self.under)
            and 2 * sum(self.counts) == len(at)
            and all(0 <= n <= len(source.headings) for n in self.under)
            and all(map(int.__lt__, at[::2], at[1::2]))
            and all(map(int.__le__, at[1::2], at[2::2]))
            and (not at or (at[0] >= 0 and at[-1] <= end))
        )


@dataclass(frozen=True, slots=True)
class Splitter:
    """Chunks sources with the given parameters; `measure` is the tokenizer."""

    cutting: Cutting
    measure: Starts

    @classmethod
    def open(cls, cutting: Cutting) -> Self:
        """Return a splitter, loading the tokenizer from its serialized form."""
        return cls(cutting, Starts.parse(cutting.tokenizer))

    def cuts(self, source: Source) -> Cuts:
        """Return the chunk boundaries of a source."""
        ruler, most = Ruler(self.measure(source.text)), self.cutting.most
        while True:
            found = Cuts.of(source, runs(source, ruler, most, self.cutting.language))
            # For some tokenizers, a slice of the text has more tokens than the same slice of the whole text's
            # tokens.
            if most <= 1 or self._short(source.text, found):
                return found
            most //= 2

    def _short(self, text: str, cuts: Cuts) -> bool:
        """Return whether every chunk, tokenized by itself, is within the limit."""
        looked = [span for span in _hulls(cuts) if not (self.measure.by_words and _parted(text, span))]
        return all(
            length <= self.cutting.longest
            for n in range(0, len(looked), _SEVERAL)
            for length in self.measure.lengths([span.of(text) for span in looked[n : n + _SEVERAL]])
        )


def _hulls(cuts: Cuts) -> Iterator[Span]:
    at = 0
    for count in cuts.counts:
        yield Span(cuts.sentences[at], cuts.sentences[at + 2 * count - 1])
        at += 2 * count


def _parted(text: str, span: Span) -> bool:
    """Return whether a span is surrounded by white space or the ends of the text."""
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return (not before or before.isspace()) and (not after or after.isspace())
