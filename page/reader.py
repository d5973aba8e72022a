"""A source as a readable document with the cited words marked. Pure functions; must never know the store.

The text of the HTML is the text of the source, character for character (a property test holds it to
that), so the highlight needs no searching and nothing can be hidden or added on the way.
"""

import re

from index.records import Source, Span
from page.blocks import Block, blocks
from page.exchange import Place
from page.markup import notice, panel
from page.tags import called, count, tag, text

_HASHES = re.compile(r"#+[ \t]+")
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

    No block ends inside `marked`, so the mark is one even where it spans several paragraphs.
    """
    return "".join(_block(source.text, each, marked) for each in blocks(source, marked))


def _block(whole: str, block: Block, marked: Span) -> str:
    """Return one block. Blank lines around it stay outside its element, where a browser draws none."""
    before, after = whole[block.span.start : block.inner.start], whole[block.inner.end : block.span.end]
    element = _heading if block.level else _paragraph
    drawn = element(whole, block, marked) if block.inner else ""
    return _page_break(block.page) + text(before) + drawn + text(after)


def _page_break(number: int | None) -> str:
    # The number is drawn by the style sheet: it is not in the source, so it must not be in the text.
    if number is None:
        return ""
    label = f"Page {number}"
    return tag("div", class_="page-break", role="separator", aria_label=label, data_label=label)


def _paragraph(whole: str, block: Block, marked: Span) -> str:
    kind = {"class_": "code" if block.code else "flows"} if block.code or block.flows else {}
    return tag("p", _marked(whole, block.inner, marked), dir="auto", **kind)


def _heading(whole: str, block: Block, marked: Span) -> str:
    """Return a heading. Its `##` is in the text and, unless it is marked, not drawn."""
    inner, name = block.inner, f"h{min(block.level + 2, 6)}"
    sign = _HASHES.match(whole, inner.start, inner.end)
    if not sign or (marked and inner.covers(marked)):
        return tag(name, _marked(whole, inner, marked), dir="auto")
    syntax = tag("span", text(sign.group()), class_="syntax")
    return tag(name, syntax, text(whole[sign.end() : inner.end]), dir="auto")


def _marked(whole: str, inner: Span, marked: Span) -> str:
    if not marked or not inner.covers(marked):
        return text(inner.of(whole))
    mark = tag("mark", text(marked.of(whole)), tabindex="-1")
    return text(whole[inner.start : marked.start]) + mark + text(whole[marked.end : inner.end])
