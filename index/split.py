"""A source cut into chunks on headings, paragraphs and sentences. Must never know vectors or storage.

The unit is the sentence, because a sentence is what an answer cites. Sentences are found inside
paragraphs, paragraphs inside sections; a chunk is a run of sentences of one section. Lengths are
tokens of the embedding model, known from the offsets at which they start.

Every step takes time in proportion to the text, whatever it holds: headings are looked up by bisection, what
is searched for is searched for once, and long paragraphs are handed to the library a window at a time.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

from sentencex import get_sentence_boundaries

from index.boundaries import statement_starts
from index.records import Chunk, Heading, Source, Span

# Never the half of one: "\r" and "\n" side by side are one line's end, and no blank line.
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK_LINES = re.compile(rf"{_NEWLINE}(?:[^\S\r\n]*+{_NEWLINE})++|\f")
# A list item or a table row is a statement of its own even where no full stop ends it.
_ITEM = re.compile(
    rf"{_NEWLINE}(?=[^\S\r\n]*(?:[-*+•‣◦–][^\S\r\n]|\d{{1,3}}[.)][^\S\r\n]|\||[^\s][^\t\r\n]*\t))"
)
_CLAUSE = re.compile(r"[;:,)\]]\s+|\s[—–-]\s+")
_SPACE = re.compile(r"\s+")
_SOLID = re.compile(r"\S")
_END_OF_LINE = re.compile(_NEWLINE)
STUMP = 0.25
"""A run shorter than this share of a chunk does not stand alone where it need not."""
_RULING = " \t\r\n\f=-#*_"
_UNRULED = re.compile(r"[^ \t\r\n\f=\-#*_]")
WINDOW, OVERLAP = 10_000, 1_000
"""Characters in which sentences are looked for at once; the library may take quadratic time."""
PLAIN = 100
"""Characters that count as a token where fewer start in them: white space, accents, words without end."""
DEEPEST, PATH = 20, 2_000
"""Headings of a path, and characters of them: every chunk below is found by them. The innermost are kept."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Counts the tokens of any span of one text, from the offsets at which they start (ascending)."""

    starts: Sequence[int]

    def tokens(self, span: Span) -> int:
        """Return how many tokens start inside the span, at least one for every `PLAIN` characters."""
        count = bisect_left(self.starts, span.end) - bisect_left(self.starts, span.start)
        return max(count, len(span) // PLAIN)

    def reach(self, span: Span, tokens: int) -> int:
        """Return the furthest offset of the span with at most `tokens` tokens before it."""
        after = bisect_left(self.starts, span.start) + tokens
        most = min(span.end, span.start + tokens * PLAIN)
        return min(most, self.starts[after]) if after < len(self.starts) else most


def split(source: Source, token_starts: Sequence[int], most: int, language: str = "en") -> tuple[Chunk, ...]:
    """Return the chunks of `source` in order, none longer than `most` tokens.

    They overlap nowhere and leave nothing out but white space. `token_starts` are the offsets in
    `source.text` at which the embedding model's tokens start, best as an array.
    """
    above = paths(source)
    found = runs(source, Ruler(token_starts), most, language)
    return tuple(Chunk(_hull(run), tuple(run), above[under(source, run)]) for run in found)


def runs(source: Source, ruler: Ruler, most: int, language: str) -> Iterator[list[Span]]:
    """Yield the sentences of each chunk."""
    lines = _lines(source)
    for section in sections(source, lines):
        paragraphs = (
            [
                piece
                for s in sentences(source, block, language, lines)
                for piece in pieces(source.text, s, ruler, most)
            ]
            for block in blocks(source, section)
        )
        yield from pack(paragraphs, ruler, most)


def under(source: Source, run: Sequence[Span]) -> int:
    """Return how many headings the sentences of a chunk have above them, or are: which of `paths` is theirs.

    By where the chunk ends: headings that follow one another may fill more than one.
    """
    return bisect_left(source.headings, run[-1].end, key=lambda heading: heading.span.start)


def sections(source: Source, lines: Sequence[Span]) -> Iterator[Span]:
    """Yield the stretches between headings; one directly followed by another opens one section with it.

    `lines` are those that the headings stand on.
    """
    start, body = 0, 0
    for heading, line in zip(source.headings, lines, strict=True):
        if source.text[body : line.start].strip(_RULING):
            yield Span(start, line.start)
            start = line.start
        body = heading.span.end
    yield Span(start, len(source.text))


def paths(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return the path of headings that the text after each number of headings stands under, from none on."""
    found: list[tuple[str, ...]] = [()]
    above: list[Heading] = []
    words: list[str] = []
    for heading in source.headings:
        left = [n for n, h in enumerate(above) if h.level < heading.level][1 - DEEPEST :]
        above = [*(above[n] for n in left), heading]
        words = [*(words[n] for n in left), " ".join(heading.span.of(source.text).split())[:PATH]]
        room = [total <= PATH for total in accumulate(len(each) for each in reversed(words))]
        found.append(tuple(words[len(words) - sum(room) :]))
    return tuple(found)


def blocks(source: Source, section: Span) -> Iterator[Span]:
    """Yield the paragraphs of a section; a heading goes with the paragraph after it."""
    cut = section.start
    after_heading = max((h.span.end for _, h in _inside(source, section)), default=section.start)
    body = _UNRULED.search(source.text, after_heading, section.end)
    if body:
        # Up to there nothing but headings and rules: no paragraph ends.
        for blank in _BLANK_LINES.finditer(source.text, section.start, section.end):
            if blank.start() > body.start():
                yield Span(cut, blank.start())
                cut = blank.end()
    yield Span(cut, section.end)


def sentences(source: Source, block: Span, language: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Yield the headings, sentences, list items and table rows of a block, white space stripped."""
    text = source.text
    own = [lines[n] for n, _ in _inside(source, block)]
    items = [m.end() for m in _ITEM.finditer(text, block.start, block.end)]
    apart = [block.start, block.end, *items, *(cut for line in own for cut in (line.start, line.end))]
    for start, end in pairwise(sorted({min(max(cut, block.start), block.end) for cut in apart})):
        cuts = sorted({start, end, *_begins(text, start, end, language)})
        yield from (span for a, b in pairwise(cuts) if len(span := _strip(text, a, b)))


def _begins(text: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield where sentences begin in a stretch, looking at `WINDOW` characters at a time.

    The last sentence of a window may go on behind it: it is looked at again from where it begins.
    """
    while end - start > WINDOW:
        found = _boundaries(text[start : start + WINDOW], language)
        yield from (start + n for n in found)
        start += max(found, default=0) or WINDOW - OVERLAP
    yield from (start + n for n in _boundaries(text[start:end], language))


def _boundaries(text: str, language: str) -> list[int]:
    """Return where sentences begin in a text, its own beginning left out."""
    starts = [n for each in get_sentence_boundaries(language, text) if (n := each["start_index"])]
    return statement_starts(text, starts, language)


def pieces(text: str, sentence: Span, ruler: Ruler, most: int) -> Iterator[Span]:
    """Yield the sentence or, where it is longer than `most` tokens, its parts, cut at a clause or a space."""
    while ruler.tokens(sentence) > most:
        # Tokens that stand for parts of one character begin at one offset: it is not cut.
        reach = max(ruler.reach(sentence, most), sentence.start + 1)
        middle = (sentence.start + reach) // 2
        ends = (_last(pattern, text, middle, reach) for pattern in (_CLAUSE, _SPACE))
        cut = next(filter(None, ends), reach)
        yield _strip(text, sentence.start, cut)
        solid = _SOLID.search(text, cut, sentence.end)
        sentence = Span(solid.start() if solid else sentence.end, sentence.end)
    if len(sentence):
        yield sentence


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Return where the last match in a stretch ends, 0 where there is none."""
    found = 0
    for match in pattern.finditer(text, start, end):
        found = match.end()
    return found


def pack(paragraphs: Iterable[list[Span]], ruler: Ruler, most: int) -> Iterator[list[Span]]:
    """Yield runs of sentences of at most `most` tokens: whole paragraphs together while they fit.

    A run too short to stand alone, such as a title, is shared out with the paragraph after it.
    """
    run: list[Span] = []
    for paragraph in filter(None, paragraphs):
        first = run[0] if run else paragraph[0]
        if ruler.tokens(Span(first.start, paragraph[-1].end)) <= most:
            run += paragraph
            continue
        if run and ruler.tokens(_hull(run)) >= most * STUMP:
            yield run
            run = []
        *full, run = even([*run, *paragraph], ruler, most)
        yield from full
    if run:
        yield run


def even(paragraph: Sequence[Span], ruler: Ruler, most: int) -> Iterator[list[Span]]:
    """Yield a paragraph's sentences in runs of about the same length, so that none is left a stump."""
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
    """Yield the headings that a span covers, with their numbers."""
    n = bisect_left(source.headings, span.start, key=lambda heading: heading.span.start)
    while n < len(source.headings) and (heading := source.headings[n]).span.start <= span.end:
        if heading.span.end <= span.end:
            yield n, heading
        n += 1


def _lines(source: Source) -> list[Span]:
    """Return the line that each heading stands on; what is between two headings is looked at once."""
    text, found = source.text, list[Span]()
    before, start, looked, end = 0, 0, 0, -1
    for heading in source.headings:
        here, after = heading.span.start, heading.span.end
        newline = max(text.rfind("\n", before, here), text.rfind("\r", before, here))
        start = newline + 1 if newline >= 0 else start
        if not looked <= after <= end:
            looked, ending = after, _END_OF_LINE.search(text, after)
            end = ending.start() if ending else len(text)
        before = here
        found.append(Span(start, max(start, end)))
    return found


def _hull(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)


def _strip(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, max(start + left, end - (len(inner) - len(inner.rstrip()))))
