"""A source cut for a model: by its tokenizer, so that it is read whole. Must never know vectors.

What decides how sources are cut is a value that goes to another process, and what comes back are numbers: a
long file is cut there, under limits. `index/split.py` says where.
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
    """How sources are cut: `most` tokens a chunk, and `longest` where it is read alone, special ones too.

    `tokenizer` is what a `tokenizer.json` holds.
    """

    tokenizer: str
    most: int
    longest: int
    language: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where a text is cut, in numbers: much smaller than chunks, and easily checked.

    `sentences` are their starts and ends in order, `counts` how many of them each chunk holds, and `under`
    how many headings each has above it.
    """

    sentences: Sequence[int]
    counts: Sequence[int]
    under: Sequence[int]

    @classmethod
    def of(cls, source: Source, runs: Iterable[Sequence[Span]]) -> Self:
        """Return the cuts that make these runs of sentences chunks."""
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
        """Tell whether these may be the cuts of a source: in order, within it, and nothing left over."""
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
    """Cuts sources as a `Cutting` says; `measure` is its tokenizer."""

    cutting: Cutting
    measure: Starts

    @classmethod
    def open(cls, cutting: Cutting) -> Self:
        """Return what cuts so, its tokenizer made of what describes it."""
        return cls(cutting, Starts.parse(cutting.tokenizer))

    def cuts(self, source: Source) -> Cuts:
        """Return where a source is cut."""
        ruler, most = Ruler(self.measure(source.text)), self.cutting.most
        while True:
            found = Cuts.of(source, runs(source, ruler, most, self.cutting.language))
            # Tokens of a slice may differ from the slice of the tokens where a tokenizer looks across words.
            if most <= 1 or self._short(source.text, found):
                return found
            most //= 2

    def _short(self, text: str, cuts: Cuts) -> bool:
        """Tell whether every chunk, read by itself, is as short as it must be."""
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
    """Tell whether white space, or an end of the text, stands on both sides of a span."""
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return (not before or before.isspace()) and (not after or after.isspace())
