"""A source as a readable document with the cited words marked. Pure functions; must never know the store.

The text of the HTML is the text of the source, character for character (a property test holds it to
that), so the highlight needs no searching and nothing can be hidden or added on the way.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from index.records import Source, Span
from page.exchange import Place
from page.markup import notice, panel
from page.tags import called, count, tag, text

_BLANK_LINES = re.compile(r"(?:\r\n|\n|\r)(?:[^\S\r\n]*(?:\r\n|\n|\r))+|\f")
_LINE = re.compile(r"[\r\n]")
_HASHES = re.compile(r"#+[ \t]+")
_ITEM = re.compile(r"\s|[-*+•|>#`~]|\d+[.)]\s")
WRAPPED = 50  # characters of a line, at least: what is broken on purpose is broken earlier
NOWHERE = Span(0, 0)


def document(source: Source, place: Place) -> str:
    """Return the panel with the whole document, the words at `place` marked.

    If other words stand there now, the document has changed since it was cited: that is said, with
    the words as they were, and nothing is marked.
    """
    page, stale = source.page_at(place.span.start), place.span.of(source.text) != place.quote
    facts = [
        place.document,
        source.kind,
        count(len(source.text), "character"),
        f"page {page}" if page else "",
    ]
    inside = body(source, NOWHERE if stale else place.span)
    return panel(
        called(source.title, place.document),
        tag("p", text(" · ".join(filter(None, facts))), class_="name"),
        as_cited(place, "This document has changed since it was cited. It said:") if stale else "",
        tag("div", inside, class_="body"),
        ref=place.ref,
    )


def gone(place: Place) -> str:
    """Return the panel for a document that is no longer indexed: the words as they were cited."""
    return panel(
        place.document, as_cited(place, "This document is no longer in the index. It said:"), ref=place.ref
    )


def as_cited(place: Place, why: str) -> str:
    """Return the words as they were cited, and why they are shown so."""
    return notice(why) + tag("blockquote", text(place.quote), class_="as-cited", dir="auto")


def body(source: Source, marked: Span) -> str:
    """Return all of the source's text in headings and paragraphs, `marked` in one `<mark>`.

    A block never ends inside `marked`, so that the mark stays whole: it may span several paragraphs.
    """
    levels = {_line(source.text, heading.span).start: heading.level for heading in source.headings}
    pages = {start: number for number, start in enumerate(source.pages, 1)}
    return "".join(
        _page_break(pages.get(block.start)) + _block(source.text, block, marked, levels.get(block.start, 0))
        for block in blocks(source, marked)
    )


def blocks(source: Source, whole: Span) -> Iterator[Span]:
    """Yield the spans between headings, blank lines and pages, in order, none cutting `whole` apart."""
    cuts = {0, len(source.text), *source.pages}
    for edge in (_line(source.text, heading.span) for heading in source.headings):
        cuts |= {edge.start, edge.end}
    for blank in _BLANK_LINES.finditer(source.text):
        cuts.add(blank.end())
    kept = sorted(cut for cut in cuts if not whole.start < cut < whole.end and cut <= len(source.text))
    return (Span(start, end) for start, end in pairwise(kept))


def _line(whole: str, inside: Span) -> Span:
    """Return the line or lines that hold a span: a Markdown heading's with its `##`."""
    start = max(whole.rfind("\n", 0, inside.start), whole.rfind("\r", 0, inside.start)) + 1
    end = _LINE.search(whole, inside.end)
    return Span(start, end.start() if end else len(whole))


def _page_break(number: int | None) -> str:
    # The number is drawn by the style sheet: it is not in the source, so it must not be in the text.
    label = f"Page {number}"
    return (
        tag("div", class_="page-break", role="separator", aria_label=label, data_label=label)
        if number
        else ""
    )


def _block(whole: str, block: Span, marked: Span, level: int) -> str:
    """Return one block. Blank lines around it stay outside its element, where a browser draws none."""
    inner = _inner(whole, block, marked)
    before, after = whole[block.start : inner.start], whole[inner.end : block.end]
    return text(before) + (_element(whole, inner, marked, level) if inner else "") + text(after)


def _element(whole: str, inner: Span, marked: Span, level: int) -> str:
    """Return a heading or a paragraph. The `##` of a heading is in the text and not drawn."""
    if not level:
        flows = {"class_": "wrapped"} if wrapped(inner.of(whole)) else {}
        return tag("p", _marked(whole, inner, marked), dir="auto", **flows)
    sign = _HASHES.match(whole, inner.start, inner.end)
    words = Span(sign.end(), inner.end) if sign and not (marked and inner.covers(marked)) else inner
    syntax = tag("span", text(whole[inner.start : words.start]), class_="syntax") if words != inner else ""
    return tag(f"h{min(level + 2, 6)}", syntax, _marked(whole, words, marked), dir="auto")


def wrapped(block: str) -> bool:
    """Tell whether a block is prose that was broken into lines of about one width.

    Its newlines mean no more than spaces; those of a poem, a list, a table or code do.
    """
    *lines, last = block.splitlines() or [""]
    full = all(len(line) >= WRAPPED for line in lines)
    return bool(lines) and full and not any(map(_ITEM.match, (*lines, last)))


def _inner(whole: str, block: Span, marked: Span) -> Span:
    """Return the block without the blank lines at its ends, but with all that is marked."""
    words = block.of(whole)
    first = len(words) - len(words.lstrip())
    indent = first - len(words[:first].rpartition("\n")[2]) if words.strip() else first
    inner = Span(indent, max(indent, len(words.rstrip()))).shift(block.start)
    if marked and block.covers(marked):
        return Span(min(inner.start, marked.start), max(inner.end, marked.end))
    return inner


def _marked(whole: str, inner: Span, marked: Span) -> str:
    if not marked or not inner.covers(marked):
        return text(inner.of(whole))
    mark = tag("mark", text(marked.of(whole)), tabindex="-1")
    return text(whole[inner.start : marked.start]) + mark + text(whole[marked.end : inner.end])
