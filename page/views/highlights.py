"""Text of a source as HTML: citations in `<mark>`, Markdown signs kept in the text but hidden.

The text content of the HTML equals the source text, character for character.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from citeback.index.records import Span
from citeback.page.views.html import escape, tag

# Bounds on the reach of a sign: a hostile line must not take quadratic time.
_SIGNS = re.compile(
    r"(?P<code>(?P<ticks>`{1,3})(?!`)(?P<coded>[^`]{1,500})(?P=ticks)(?!`))"
    r"|(?P<strong>\*\*(?=\S)(?P<bold>[^*]{1,500})(?<=\S)\*\*)"
    r"|(?P<em>(?<![\w*])\*(?=\S)(?P<slanted>[^*]{1,500})(?<=\S)\*(?![\w*]))"
    r"|(?P<link>!?\[(?P<label>[^\[\]]{1,500})\]\([^()\s]{0,500}\))"
)
_INSIDE = {"code": "coded", "strong": "bold", "em": "slanted", "link": "label"}


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span to mark; `now` is true for the words the reader followed a link to.

    With a `ref`, the marked words are themselves a link, of a class `kind` and with a `label` to hover.
    """

    span: Span
    now: bool = False
    ref: str = ""
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class _StyledSpan:
    span: Span
    style: str = ""


def words(whole: str, span: Span, marks: Sequence[Highlight] = (), signs: bool = False) -> str:
    """Return the text of a span as HTML; with `signs`, Markdown is styled.

    >>> words("a *b*", Span(0, 5), [Highlight(Span(0, 1), now=True)])
    '<mark class="now" tabindex="-1">a</mark> *b*'
    """
    return _together(whole, span, marks, list(_styled(whole, span)) if signs else [_StyledSpan(span)])


def hidden(whole: str, span: Span, marks: Sequence[Highlight] = ()) -> str:
    """Return a sign as HTML that is part of the text and of what is copied, but not displayed."""
    return _together(whole, span, marks, [_StyledSpan(span, "syntax")])


def _together(whole: str, span: Span, marks: Sequence[Highlight], pieces: Sequence[_StyledSpan]) -> str:
    """Return the pieces of a span, with those in the same mark in one element."""
    near = [mark for mark in marks if mark.span.start < span.end and span.start < mark.span.end]
    cut = [each for piece in pieces for each in _cut(piece, near)]
    return "".join(
        _marked(mark, "".join(_drawn(whole, piece) for piece, _ in group))
        for mark, group in groupby(cut, key=lambda each: each[1])
    )


def _cut(piece: _StyledSpan, marks: Sequence[Highlight]) -> Iterator[tuple[_StyledSpan, Highlight | None]]:
    """Yield a piece split at the edges of marks, each part with its mark."""
    edges = {edge for mark in marks for edge in (mark.span.start, mark.span.end)}
    inside = sorted(edge for edge in edges if piece.span.start < edge < piece.span.end)
    starts = [piece.span.start, *inside]
    for start, end in zip(starts, [*inside, piece.span.end], strict=True):
        part = Span(start, end)
        over = sorted((mark for mark in marks if mark.span.covers(part)), key=lambda mark: not mark.now)
        yield _StyledSpan(part, piece.style), over[0] if over and part else None


def _styled(whole: str, span: Span) -> Iterator[_StyledSpan]:
    """Yield the span in pieces: plain text, Markdown signs, and the text they style."""
    at = span.start
    for match in _SIGNS.finditer(whole, span.start, span.end):
        name = match.lastgroup if match.lastgroup in _INSIDE else _named(match)
        inner = Span(*match.span(_INSIDE[name]))
        yield _StyledSpan(Span(at, match.start()))
        yield _StyledSpan(Span(match.start(), inner.start), "syntax")
        yield _StyledSpan(inner, name)
        yield _StyledSpan(Span(inner.end, match.end()), "syntax")
        at = match.end()
    yield _StyledSpan(Span(at, span.end))


def _named(match: re.Match[str]) -> str:
    return next(name for name in _INSIDE if match[name] is not None)


def _drawn(whole: str, piece: _StyledSpan) -> str:
    shown = escape(piece.span.of(whole))
    match piece.style:
        case "code" | "strong" | "em" if piece.span:
            return tag(piece.style, shown)
        case "syntax" if piece.span:
            return tag("span", shown, class_="syntax")
        case _:
            return shown


def _marked(mark: Highlight | None, shown: str) -> str:
    if mark is None or not shown:
        return shown
    if mark.ref:
        return tag("a", shown, class_=mark.kind, href=f"#{mark.ref}", title=mark.label)
    return tag("mark", shown, class_="now", tabindex="-1") if mark.now else tag("mark", shown, class_="cited")
