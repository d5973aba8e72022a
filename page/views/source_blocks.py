"""Splits a source into blocks for display: headings, paragraphs, lists, tables, code.

The blocks cover the text without gaps; they affect nothing but the layout.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from citeback.index.records import Source, Span

SHORT_PAGE = 35  # the same for a PDF, whose columns are narrow
WRAPPED = 50  # minimum length of a wrapped line; lines broken on purpose are shorter
SHORT = 0.8  # of the lines around it: a shorter line ends a paragraph
SHORT_HEADING = 0.6  # the same for a line that ends no sentence
NEAR = 6  # lines before and after that are compared
MARKDOWN, PAGE, PDF = "markdown", "html", "pdf"
_STOPS = frozenset('.:;!?”")')
_BLANK_LINES = re.compile(r"(?:\r\n|\n|\r)(?:[^\S\r\n]*(?:\r\n|\n|\r))+|\f")
_FENCE = re.compile(r"^(`{3,}+|~{3,}+)([^\r\n]*)", re.MULTILINE)
_ITEM = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,9}[.)])\s")
_QUOTE = re.compile(r" {0,3}>")
_RULE = re.compile(r"[ |:]*-[ |:-]*")
_BROKEN = re.compile(r"\s|[-*+•|>#`~=]|\d+[.)]\s")
_LINE = re.compile(r"[\r\n]")
_COMMENTS = "Comments"


class BlockKind(StrEnum):
    """Layout of a block: newlines in `PROSE` are spaces, those in `LINES` are kept."""

    PROSE = "prose"
    LINES = "lines"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a source; `inner` is `span` without the blank lines at its ends.

    `level` is the level of a heading, or 0. `page` is the number of the page that starts here, or None.
    `comments` is true if the readers' comments on the document begin here.
    """

    span: Span
    inner: Span
    kind: BlockKind
    level: int = 0
    page: int | None = None
    comments: bool = False


def blocks(source: Source) -> Iterator[Block]:
    """Yield the blocks of `source` in order."""
    levels = {line(source.text, heading.span).start: heading for heading in source.headings}
    pages = {start: number for number, start in enumerate(source.pages, 1)}
    fences = _fences(source)
    fenced = {fence.start for fence in fences}
    for span in _spans(source, fences):
        inner = _inner(source.text, span)
        heading = levels.get(span.start)
        comments = heading is not None and source.kind == PAGE and heading.span.of(source.text) == _COMMENTS
        kind = (
            BlockKind.HEADING
            if heading
            else BlockKind.CODE
            if span.start in fenced
            else laid_out(inner.of(source.text), source.kind)
        )
        yield Block(
            span=span,
            inner=inner,
            kind=kind,
            level=heading.level if heading else 0,
            page=pages.get(span.start),
            comments=comments,
        )


def laid_out(words: str, kind: str) -> BlockKind:
    """Return the layout of a block that is neither a heading nor fenced code."""
    lines = words.splitlines()
    if kind == MARKDOWN:
        return _markdown(lines)
    if lines and all("\t" in each.strip() for each in lines):
        return BlockKind.TABLE
    width = SHORT_PAGE if kind == PDF else WRAPPED
    return BlockKind.PROSE if kind != PAGE and _broken_at_a_width(lines, width) else BlockKind.LINES


def _markdown(lines: list[str]) -> BlockKind:
    if lines and all("|" in each for each in lines) and len(lines) > 1 and _RULE.fullmatch(lines[1]):
        return BlockKind.TABLE
    if lines and _ITEM.match(lines[0]):
        return BlockKind.LIST
    if lines and all(map(_QUOTE.match, lines)):
        return BlockKind.QUOTE
    kept = any(map(_BROKEN.match, lines)) or any(each.endswith(("  ", "\\")) for each in lines)
    return BlockKind.LINES if kept or len(lines) < 2 else BlockKind.PROSE


def _broken_at_a_width(lines: list[str], width: int = WRAPPED) -> bool:
    """Return whether lines are wrapped at a common width, as in prose; those of a poem are not."""
    if len(lines) < 2 or any(map(_BROKEN.match, lines)) or not all(lines):
        return False
    return all(len(each) >= width for each in lines[:-1])


def line(whole: str, inside: Span) -> Span:
    """Return the whole lines around a span, so that a Markdown heading includes its `##`."""
    start = max(whole.rfind("\n", 0, inside.start), whole.rfind("\r", 0, inside.start)) + 1
    end = _LINE.search(whole, inside.end)
    return Span(start, end.start() if end else len(whole))


def _spans(source: Source, fences: list[Span]) -> Iterator[Span]:
    starts = [fence.start for fence in fences]

    def fenced(cut: int) -> bool:
        before = bisect_left(starts, cut)
        return before > 0 and cut < fences[before - 1].end

    cuts = {0, len(source.text), *source.pages, *starts, *(fence.end for fence in fences)}
    cuts |= {blank.end() for blank in _BLANK_LINES.finditer(source.text)}
    for edge in (line(source.text, heading.span) for heading in source.headings):
        cuts |= {edge.start, edge.end}
    if source.kind == PDF:
        cuts |= set(_paragraph_starts(source.text))
    return (Span(start, end) for start, end in pairwise(cut for cut in sorted(cuts) if not fenced(cut)))


def _paragraph_starts(text: str) -> Iterator[int]:
    """Yield where a paragraph of wrapped lines ends: after a line that is short and ends a sentence.

    The lines of a PDF are those of its paper. A table, with tabs, is left as it is.
    """
    at = 0
    lines = text.split("\n")
    for n, each in enumerate(lines[:-1]):
        at += len(each) + 1
        near = max(map(len, lines[max(0, n - NEAR) : n + NEAR]))
        stopped = each.rstrip()[-1:] in _STOPS and "\t" not in each
        heading = len(each) < near * SHORT_HEADING and lines[n + 1][:1].isupper() and "\t" not in each
        ended = heading or (stopped and len(each) < near * SHORT)
        if ended and near >= SHORT_PAGE and lines[n + 1].strip():
            yield at


def _fences(source: Source) -> list[Span]:
    """Return the fenced code blocks of a Markdown text, in order, in a single pass."""
    fences: list[Span] = []
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(source.text) if source.kind == MARKDOWN else ():
        if opening is None:
            opening = fence
        elif fence[1].startswith(opening[1]) and not fence[2].strip():
            fences.append(Span(opening.start(), fence.end()))
            opening = None
    return fences


def _inner(whole: str, block: Span) -> Span:
    """Return the block without the blank lines at its ends."""
    words = block.of(whole)
    first = len(words) - len(words.lstrip())
    indent = first - len(words[:first].rpartition("\n")[2]) if words.strip() else first
    return Span(indent, max(indent, len(words.rstrip()))).shift(block.start)
