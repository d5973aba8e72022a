"""A source cut into blocks to be read: headings, paragraphs, code. Must never know HTML.

The blocks cover the text without a gap. They decide nothing but how it is laid out on a page.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.records import Source, Span

WRAPPED = 50  # characters of a line, at least: what is broken on purpose is broken earlier
_BLANK_LINES = re.compile(r"(?:\r\n|\n|\r)(?:[^\S\r\n]*(?:\r\n|\n|\r))+|\f")
_FENCE = re.compile(r"^(`{3,}+|~{3,}+)([^\r\n]*)", re.MULTILINE)
_ITEM = re.compile(r"\s|[-*+•|>#`~=]|\d+[.)]\s")
_LINE = re.compile(r"[\r\n]")
_MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a source: `inner` is `span` without the blank lines at its ends.

    `level` is that of a heading, 0 for others; `page` is the page that starts here, if one does.
    `flows` tells that newlines mean no more than spaces, `code` that every character counts.
    """

    span: Span
    inner: Span
    level: int = 0
    page: int | None = None
    flows: bool = False
    code: bool = False


def blocks(source: Source, whole: Span) -> Iterator[Block]:
    """Yield the blocks of `source` in order; none of them cuts `whole` apart."""
    levels = {line(source.text, heading.span).start: heading.level for heading in source.headings}
    pages = {start: number for number, start in enumerate(source.pages, 1)}
    fences = {fence.start for fence in _fences(source)}
    for span in _spans(source, whole):
        inner = _inner(source.text, span, whole)
        level, code = levels.get(span.start, 0), span.start in fences
        flowing = not level and not code and flows(inner.of(source.text), source.kind)
        yield Block(span, inner, level, pages.get(span.start), flowing, code)


def flows(words: str, kind: str) -> bool:
    """Tell whether a block is prose whose newlines mean no more than spaces.

    In Markdown that is all but lists, tables and the like; elsewhere it is what was broken into lines
    of about one width, and a poem was not.
    """
    lines = words.splitlines()
    if len(lines) < 2 or any(map(_ITEM.match, lines)) or not all(lines):
        return False
    if kind == _MARKDOWN:
        return not any(each.endswith(("  ", "\\")) for each in lines)
    return all(len(each) >= WRAPPED for each in lines[:-1])


def line(whole: str, inside: Span) -> Span:
    """Return the line or lines that hold a span: a Markdown heading's with its `##`."""
    start = max(whole.rfind("\n", 0, inside.start), whole.rfind("\r", 0, inside.start)) + 1
    end = _LINE.search(whole, inside.end)
    return Span(start, end.start() if end else len(whole))


def _spans(source: Source, whole: Span) -> Iterator[Span]:
    fences = _fences(source)
    starts = [fence.start for fence in fences]

    def fenced(cut: int) -> bool:
        before = bisect_left(starts, cut)
        return before > 0 and cut < fences[before - 1].end

    cuts = {0, len(source.text), *source.pages, *starts, *(fence.end for fence in fences)}
    cuts |= {blank.end() for blank in _BLANK_LINES.finditer(source.text)}
    for edge in (line(source.text, heading.span) for heading in source.headings):
        cuts |= {edge.start, edge.end}
    kept = [cut for cut in sorted(cuts) if not whole.start < cut < whole.end and not fenced(cut)]
    return (Span(start, end) for start, end in pairwise(kept))


def _fences(source: Source) -> list[Span]:
    """Return the fenced code of a Markdown text, in order. Each line is looked at once."""
    fences: list[Span] = []
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(source.text) if source.kind == _MARKDOWN else ():
        if opening is None:
            opening = fence
        elif fence[1].startswith(opening[1]) and not fence[2].strip():
            fences.append(Span(opening.start(), fence.end()))
            opening = None
    return fences


def _inner(whole: str, block: Span, held: Span) -> Span:
    """Return the block without the blank lines at its ends, but with all that is held together."""
    words = block.of(whole)
    first = len(words) - len(words.lstrip())
    indent = first - len(words[:first].rpartition("\n")[2]) if words.strip() else first
    inner = Span(indent, max(indent, len(words.rstrip()))).shift(block.start)
    if held and block.covers(held):
        return Span(min(inner.start, held.start), max(inner.end, held.end))
    return inner
