"""Splits a source into chunks along headings, paragraphs and sentences.

The unit is the sentence, since sentences are what answers cite. Headings divide the text into sections, blank
lines divide sections into paragraphs, and a chunk is a run of sentences of one section. Lengths are in tokens
of the embedding model, counted by the tokens' start offsets.

Every step takes linear time on any input: headings are found by bisection, nothing is searched for twice, and
long paragraphs are passed to the sentence splitter in windows.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

from sentencex import get_sentence_boundaries

from citeback.index.chunking.sentence_boundaries import statement_starts
from citeback.index.records import Chunk, Heading, Source, Span

# Matches a CRLF as one line end, never as a blank line.
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK_LINES = re.compile(rf"{_NEWLINE}(?:[^\S\r\n]*+{_NEWLINE})++|\f")
# List items and table rows are statements even without a full stop.
_ITEM = re.compile(
    rf"{_NEWLINE}(?=[^\S\r\n]*(?:[-*+•‣◦–][^\S\r\n]|\d{{1,3}}[.)][^\S\r\n]|\||[^\s][^\t\r\n]*\t))"
)
# A line that may begin a sentence, after a row whose cells have tabs between them.
_AFTER_ROW = re.compile(rf"{_NEWLINE}(?=[A-ZÀ-ÖØ-Þ][^\t\r\n]{{12,400}}(?:[\r\n]|\Z))")
_CLAUSE = re.compile(r"[;:,)\]]\s+|\s[—–-]\s+")
_DATA_URI = re.compile(r"data:[\w/.+-]{0,100}(?:;[\w=.-]{1,60}){0,3};base64,[A-Za-z0-9+/=]{100,}")
_SPACE = re.compile(r"\s+")
_SOLID = re.compile(r"\S")
_END_OF_LINE = re.compile(_NEWLINE)
MIN_TAIL = 0.25
"""Least length of a separate run of sentences, as a share of the chunk size, where avoidable."""
_RULING = " \t\r\n\f=-#*_"
_UNRULED = re.compile(r"[^ \t\r\n\f=\-#*_]")
WINDOW, OVERLAP = 10_000, 1_000
"""Characters per window of the sentence splitter, which may take quadratic time, and overlap of windows."""
PLAIN = 100
"""Most characters per token, for text where few tokens start: white space, accents, endless words."""
DEEPEST, PATH = 20, 2_000
"""Most headings, and most characters, of a heading path, which every chunk below it repeats; the innermost
are kept."""


@dataclass(frozen=True, slots=True)
class TokenRuler:
    """Counts the tokens in spans of a text; `starts` are the tokens' offsets, ascending."""

    starts: Sequence[int]

    def tokens(self, span: Span) -> int:
        """Return the number of tokens that start in the span, at least one per `PLAIN` characters."""
        count = bisect_left(self.starts, span.end) - bisect_left(self.starts, span.start)
        return max(count, len(span) // PLAIN)

    def reach(self, span: Span, tokens: int) -> int:
        """Return the largest offset in the span with at most `tokens` tokens before it."""
        after = bisect_left(self.starts, span.start) + tokens
        most = min(span.end, span.start + tokens * PLAIN)
        return min(most, self.starts[after]) if after < len(self.starts) else most


def split(source: Source, token_starts: Sequence[int], most: int, language: str = "en") -> tuple[Chunk, ...]:
    """Split a source into chunks of at most `most` tokens, in order.

    Chunks do not overlap and cover everything but white space. `token_starts` are the start offsets of the
    embedding model's tokens in `source.text`, preferably as an array.
    """
    above = paths(source)
    results = runs(source, TokenRuler(token_starts), most, language)
    return tuple(
        Chunk(span=_hull(run), sentences=tuple(run), headings=above[heading_count(source, run)])
        for run in results
    )


def runs(source: Source, ruler: TokenRuler, most: int, language: str) -> Iterator[list[Span]]:
    """Yield the sentences of each chunk."""
    lines = _lines(source)
    for section in sections(source, lines):
        paragraphs = (
            [
                piece
                for s in sentences(source, block, language, lines)
                for words in _without_data(source.text, s)
                for piece in pieces(source.text, words, ruler, most)
            ]
            for block in blocks(source, section)
        )
        yield from pack_paragraphs(paragraphs, ruler, most)


def heading_count(source: Source, run: Sequence[Span]) -> int:
    """Return the number of headings up to the end of a chunk, an index into `paths`.

    The end counts, since consecutive headings may fill more than one chunk.
    """
    return bisect_left(source.headings, run[-1].end, key=lambda heading: heading.span.start)


def sections(source: Source, lines: Sequence[Span]) -> Iterator[Span]:
    """Yield the sections between headings; consecutive headings open one section together.

    `lines` are the lines of the headings.
    """
    start, body = 0, 0
    for heading, line in zip(source.headings, lines, strict=True):
        if source.text[body : line.start].strip(_RULING):
            yield Span(start, line.start)
            start = line.start
        body = heading.span.end
    yield Span(start, len(source.text))


def paths(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return the heading path of the text below each heading, preceded by the empty path above the first."""
    results: list[tuple[str, ...]] = [()]
    above: list[Heading] = []
    words: list[str] = []
    for heading in source.headings:
        left = [n for n, h in enumerate(above) if h.level < heading.level][1 - DEEPEST :]
        above = [*(above[n] for n in left), heading]
        words = [*(words[n] for n in left), " ".join(heading.span.of(source.text).split())[:PATH]]
        room = [total <= PATH for total in accumulate(len(each) for each in reversed(words))]
        results.append(tuple(words[len(words) - sum(room) :]))
    return tuple(results)


def blocks(source: Source, section: Span) -> Iterator[Span]:
    """Yield the paragraphs of a section; headings belong to the paragraph after them."""
    cut = section.start
    after_heading = max((h.span.end for _, h in _inside(source, section)), default=section.start)
    body = _UNRULED.search(source.text, after_heading, section.end)
    if body:
        # Only headings and rules come before; no paragraph ends there.
        for blank in _BLANK_LINES.finditer(source.text, section.start, section.end):
            if blank.start() > body.start():
                yield Span(cut, blank.start())
                cut = blank.end()
    yield Span(cut, section.end)


def sentences(source: Source, block: Span, language: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Yield the headings, sentences, list items and table rows of a paragraph, stripped of white space."""
    text = source.text
    own = [lines[n] for n, _ in _inside(source, block)]
    items = [m.end() for m in _ITEM.finditer(text, block.start, block.end)]
    below = _AFTER_ROW.finditer(text, block.start, block.end)
    items += [match.end() for match in below if _ends_row(text, match.start())]
    apart = [block.start, block.end, *items, *(cut for line in own for cut in (line.start, line.end))]
    for start, end in pairwise(sorted({min(max(cut, block.start), block.end) for cut in apart})):
        cuts = sorted({start, end, *_begins(text, start, end, language)})
        yield from (span for a, b in pairwise(cuts) if len(span := _strip(text, a, b)))


def _ends_row(text: str, end: int) -> bool:
    """Return whether the line that ends at an offset is a row of a table."""
    return "\t" in text[max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1 : end]


def _begins(text: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the starts of sentences in a range, looking at windows of `WINDOW` characters.

    A window's last sentence may continue beyond it, so the next window starts with that sentence.
    """
    while end - start > WINDOW:
        results = _boundaries(text[start : start + WINDOW], language)
        yield from (start + n for n in results)
        start += max(results, default=0) or WINDOW - OVERLAP
    yield from (start + n for n in _boundaries(text[start:end], language))


def _boundaries(text: str, language: str) -> list[int]:
    """Return the starts of sentences in a text, without 0."""
    starts = [n for each in get_sentence_boundaries(language, text) if (n := each["start_index"])]
    return statement_starts(text, starts, language)


def pieces(text: str, sentence: Span, ruler: TokenRuler, most: int) -> Iterator[Span]:
    """Yield a sentence or, if it exceeds `most` tokens, its parts, divided at clauses or spaces."""
    while ruler.tokens(sentence) > most:
        # Several tokens may represent parts of one character and share its offset; characters are not
        # divided.
        reach = max(ruler.reach(sentence, most), sentence.start + 1)
        middle = (sentence.start + reach) // 2
        ends = (_last(pattern, text, middle, reach) for pattern in (_CLAUSE, _SPACE))
        cut = next(filter(None, ends), reach)
        yield _strip(text, sentence.start, cut)
        solid = _SOLID.search(text, cut, sentence.end)
        sentence = Span(solid.start() if solid else sentence.end, sentence.end)
    if len(sentence):
        yield sentence


def _without_data(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the parts of a sentence around `data:` URIs, whose encoded pictures and fonts are no words."""
    start = sentence.start
    for match in _DATA_URI.finditer(text, sentence.start, sentence.end):
        if len(before := _strip(text, start, match.start())):
            yield before
        start = match.end()
    if start < sentence.end and len(rest := _strip(text, start, sentence.end)):
        yield rest


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Return the end of the last match in a range, or 0."""
    result = 0
    for match in pattern.finditer(text, start, end):
        result = match.end()
    return result


def pack_paragraphs(paragraphs: Iterable[list[Span]], ruler: TokenRuler, most: int) -> Iterator[list[Span]]:
    """Group sentences into runs of at most `most` tokens, keeping paragraphs whole where they fit.

    A run too short for a chunk of its own, such as a title, is joined with the next paragraph and divided
    evenly.
    """
    run: list[Span] = []
    for paragraph in filter(None, paragraphs):
        first = run[0] if run else paragraph[0]
        if ruler.tokens(Span(first.start, paragraph[-1].end)) <= most:
            run += paragraph
            continue
        if run and ruler.tokens(_hull(run)) >= most * MIN_TAIL:
            yield run
            run = []
        *full, run = balance([*run, *paragraph], ruler, most)
        yield from full
    if run:
        yield run


def balance(paragraph: Sequence[Span], ruler: TokenRuler, most: int) -> Iterator[list[Span]]:
    """Divide a paragraph's sentences into runs of about equal length, so that no short remainder is left."""
    tokens = max(1, ruler.tokens(_hull(paragraph)))
    target = tokens / ceil(tokens / most)
    run: list[Span] = []
    length = 0
    for sentence in paragraph:
        longer = ruler.tokens(Span(run[0].start if run else sentence.start, sentence.end))
        if run and (longer > most or length >= target):
            yield run
            run, longer = [], ruler.tokens(sentence)
        run.append(sentence)
        length = longer
    if run:
        yield run


def _inside(source: Source, span: Span) -> Iterator[tuple[int, Heading]]:
    """Yield the headings within a span, with their indexes."""
    n = bisect_left(source.headings, span.start, key=lambda heading: heading.span.start)
    while n < len(source.headings) and (heading := source.headings[n]).span.start <= span.end:
        if heading.span.end <= span.end:
            yield n, heading
        n += 1


def _lines(source: Source) -> list[Span]:
    """Return the line of each heading, in linear time: text between headings is searched once."""
    text, spans = source.text, list[Span]()
    before, start, looked, end = 0, 0, 0, -1
    for heading in source.headings:
        here, after = heading.span.start, heading.span.end
        newline = max(text.rfind("\n", before, here), text.rfind("\r", before, here))
        start = newline + 1 if newline >= 0 else start
        if not looked <= after <= end:
            looked, ending = after, _END_OF_LINE.search(text, after)
            end = ending.start() if ending else len(text)
        before = here
        spans.append(Span(start, max(start, end)))
    return spans


def _hull(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)


def _strip(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, max(start + left, end - (len(inner) - len(inner.rstrip()))))
