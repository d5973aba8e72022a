"""A citation on a page of its own, the target of permanent links. It uses no script."""

from index.errors import CitebackError
from index.records import Source
from page.body import body
from page.exchange import Place
from page.links import Link
from page.marks import Mark
from page.markup import notice, problem
from page.reader import CHANGED, GONE, about, as_cited, looks, where
from page.tags import called, tag, text

LOST = "The cited words are no longer stored: the conversation that cited them was deleted."
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of such a page: the style sheet, and the images of document pages."""


def found(source: Source, asked: Link, quote: str | None) -> str:
    """Return the page of a document at the cited words.

    If the document has changed there, the page says so and shows the words as they were cited: `quote`, or
    None if they are no longer known.
    """
    stale = not asked.says(asked.span.of(source.text))
    place = Place("", asked.document, asked.span, quote or "")
    inside = body(source, () if stale else (Mark(asked.span, now=True),))
    return page(
        called(source.title, asked.document),
        tag("p", text(" · ".join(about(source, place))), class_="name"),
        lost(quote, CHANGED) if stale else where(source, asked.span) + looks(source, place),
        tag("div", inside, class_="body"),
    )


def gone(asked: Link, quote: str | None) -> str:
    """Return the page for a document that is no longer in the index."""
    return page(asked.document, lost(quote, GONE))


def failed(error: CitebackError) -> str:
    """Return the page for an invalid link."""
    return page("Source", problem(error))


def lost(quote: str | None, why: str) -> str:
    """Return the words as they were cited, or a notice that they are no longer known."""
    return as_cited(quote, why) if quote is not None else notice(f"{why.partition('. ')[0]}. {LOST}")


def page(heading: str, *inside: str) -> str:
    """Return a complete HTML page; `inside` is HTML."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(heading)} · Citeback</title><link rel="stylesheet" href="/style.css">'
    )
    brand = tag("a", "Citeback", class_="brand", href="/")
    main = tag("main", tag("h1", text(heading), dir="auto"), *inside, class_="cb panel alone")
    body = tag("body", brand, main, class_="alone")
    return f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>'
