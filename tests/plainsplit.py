"""A plain, quadratic implementation of `citeback.index.chunking.splitter`: the oracle of its tests.

The unit is the sentence, because an answer cites sentences. Sentences are found inside paragraphs, paragraphs
inside sections; a chunk is a run of sentences of one section. Lengths are in tokens of the embedding model,
known from the offsets at which they start.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray
from sentencex import get_sentence_boundaries

from citeback.index.chunking.sentence_boundaries import statement_starts
from citeback.index.records import Chunk, Heading, Source, Span

# A CRLF pair is one line end, not a blank line.
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK_LINE = re.compile(rf"{_NEWLINE}[^\S\r\n]*{_NEWLINE}|\f")
# A list item or a table row is a statement of its own, even without a full stop.
_ITEM = re.compile(
    rf"{_NEWLINE}(?=[^\S\r\n]*(?:[-*+•‣◦–][^\S\r\n]|\d{{1,3}}[.)][^\S\r\n]|\||[^\s][^\t\r\n]*\t))"
)
_CLAUSE = re.compile(r"[;:,)\]]\s+|\s[—–-]\s+")
_SPACE = re.compile(r"\s+")
_END_OF_LINE = re.compile(_NEWLINE)
STUMP = 0.25
"""A run shorter than this share of a chunk is merged where possible."""
_RULING = " \t\r\n\f=-#*_"


@dataclass(frozen=True, slots=True)
class Ruler:
    """Counts the tokens of any span of a text, from their start offsets in ascending order."""

    starts: Sequence[int]

    def tokens(self, span: Span) -> int:
        """Return the number of tokens that start inside the span."""
        return bisect_left(self.starts, span.end) - bisect_left(self.starts, span.start)

    def reach(self, span: Span, tokens: int) -> int:
        """Return the furthest offset of the span with at most `tokens` tokens before it."""
        after = bisect_left(self.starts, span.start) + tokens
        return min(span.end, self.starts[after]) if after < len(self.starts) else span.end


def split(
    source: Source, token_starts: NDArray[np.int64], most: int, language: str = "en"
) -> tuple[Chunk, ...]:
    """Return the chunks of `source` in order, none longer than `most` tokens.

    They do not overlap and leave out nothing but white space. `token_starts` are the offsets in `source.text`
    at which the embedding model's tokens start.
    """
    # A view, since a list of millions of numbers would take five times the memory.
    ruler, above = Ruler(np.ascontiguousarray(token_starts, np.int64).data), paths(source)
    chunks: list[Chunk] = []
    for section in sections(source):
        paragraphs = [
            [
                piece
                for s in sentences(source, block, language)
                for piece in pieces(source.text, s, ruler, most)
            ]
            for block in blocks(source, section)
        ]
        for run in pack(paragraphs, ruler, most):
            # By the end of the run: consecutive headings may fill more than one chunk.
            before = bisect_left(source.headings, run[-1].end, key=lambda heading: heading.span.start)
            chunks.append(Chunk(_hull(run), tuple(run), above[before]))
    return tuple(chunks)


def sections(source: Source) -> Iterator[Span]:
    """Yield the text between headings; consecutive headings open one section together."""
    start, body = 0, 0
    for heading in source.headings:
        line = _line(source.text, heading.span).start
        if source.text[body:line].strip(_RULING):
            yield Span(start, line)
            start = line
        body = heading.span.end
    yield Span(start, len(source.text))


def paths(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return the heading path of the text after each number of headings, starting with none."""
    results: list[tuple[str, ...]] = [()]
    above: list[Heading] = []
    for heading in source.headings:
        above = [h for h in above if h.level < heading.level] + [heading]
        results.append(tuple(" ".join(h.span.of(source.text).split()) for h in above))
    return tuple(results)


def blocks(source: Source, section: Span) -> Iterator[Span]:
    """Yield the paragraphs of a section; a heading belongs to the paragraph after it."""
    cut = section.start
    headings = [h.span for h in source.headings if section.covers(h.span)]
    after_heading = max((h.end for h in headings), default=section.start)
    for blank in _BLANK_LINE.finditer(source.text, section.start, section.end):
        if blank.start() > after_heading and source.text[after_heading : blank.start()].strip(_RULING):
            yield Span(cut, blank.start())
            cut = blank.end()
    yield Span(cut, section.end)


def sentences(source: Source, block: Span, language: str) -> Iterator[Span]:
    """Yield the headings, sentences, list items and table rows of a block, stripped of white space."""
    text = source.text
    lines = [_line(text, heading.span) for heading in source.headings if block.covers(heading.span)]
    items = [m.end() for m in _ITEM.finditer(text, block.start, block.end)]
    apart = [block.start, block.end, *items, *(cut for line in lines for cut in (line.start, line.end))]
    for start, end in pairwise(sorted({min(max(cut, block.start), block.end) for cut in apart})):
        result = get_sentence_boundaries(language, text[start:end])
        begins = statement_starts(
            text[start:end], [n for each in result if (n := each["start_index"])], language
        )
        cuts = sorted({start, end, *(start + n for n in begins)})
        yield from (span for a, b in pairwise(cuts) if len(span := _strip(text, a, b)))


def pieces(text: str, sentence: Span, ruler: Ruler, most: int) -> Iterator[Span]:
    """Yield the sentence or, if it exceeds `most` tokens, its parts, split at a clause or a space."""
    while ruler.tokens(sentence) > most:
        reach = ruler.reach(sentence, most)
        middle = (sentence.start + reach) // 2
        ends = [
            m.end() for pattern in (_CLAUSE, _SPACE) for m in list(pattern.finditer(text, middle, reach))[-1:]
        ]
        cut = ends[0] if ends else reach
        yield _strip(text, sentence.start, cut)
        sentence = _strip(text, cut, sentence.end)
    if len(sentence):
        yield sentence


def pack(paragraphs: Sequence[Sequence[Span]], ruler: Ruler, most: int) -> Iterator[list[Span]]:
    """Yield runs of sentences of at most `most` tokens, keeping paragraphs together while they fit.

    A run too short to stand alone, such as a title, is merged with the paragraph after it.
    """
    run: list[Span] = []
    for paragraph in filter(None, paragraphs):
        together = [*run, *paragraph]
        if ruler.tokens(_hull(together)) <= most:
            run = together
            continue
        if run and ruler.tokens(_hull(run)) >= most * STUMP:
            yield run
            together = list(paragraph)
        *full, run = even(together, ruler, most)
        yield from full
    if run:
        yield run


def even(paragraph: Sequence[Span], ruler: Ruler, most: int) -> Iterator[list[Span]]:
    """Yield the sentences of a paragraph in runs of similar length, so that none is too short."""
    tokens = ruler.tokens(_hull(paragraph))
    target = tokens / ceil(tokens / most)
    run: list[Span] = []
    for sentence in paragraph:
        longer = ruler.tokens(_hull([*run, sentence]))
        if run and (longer > most or ruler.tokens(_hull(run)) >= target):
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _hull(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)


def _line(text: str, span: Span) -> Span:
    start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    end = _END_OF_LINE.search(text, span.end)
    return Span(start, end.start() if end else len(text))


def _strip(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, max(start + left, end - (len(inner) - len(inner.rstrip()))))
