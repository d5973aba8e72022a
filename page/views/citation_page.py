"""A citation on a page of its own, the target of permanent links. It uses no script."""

from citeback.index.errors import CitebackError
from citeback.index.records import Source
from citeback.page.state.exchange import CitedPlace
from citeback.page.views.answers import error_message, notice_message
from citeback.page.views.highlights import Highlight
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.source_panel import (
    CHANGED,
    GONE,
    cited_words,
    document_details,
    heading_path,
    page_picture,
)
from citeback.page.views.source_text import body
from citeback.page.views.speech import spoken, tr
from citeback.rag.messages.catalogue import message
from citeback.wire.permalinks import Link

LOST = message("The cited words are no longer stored: the conversation that cited them was deleted.")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of such a page: the style sheet, and the images of document pages."""


def document_page(source: Source, asked: Link, quote: str | None) -> str:
    """Return the page of a document at the cited words.

    If the document has changed there, the page says so and shows the words as they were cited: `quote`, or
    None if they are no longer known.
    """
    stale = not asked.matches(asked.span.of(source.text))
    place = CitedPlace(ref="", document=asked.document, span=asked.span, quote=quote or "")
    inside = body(source, () if stale else (Highlight(asked.span, now=True),))
    return html_page(
        document_label(source.title, asked.document),
        tag("p", escape(" · ".join(document_details(source, place))), class_="name"),
        lost_words(quote, CHANGED)
        if stale
        else heading_path(source, asked.span) + page_picture(source, place),
        tag("div", inside, class_="body"),
    )


def missing_document_page(asked: Link, quote: str | None) -> str:
    """Return the page for a document that is no longer in the index."""
    return html_page(asked.document, lost_words(quote, GONE))


def error_page(error: CitebackError) -> str:
    """Return the page for an invalid link."""
    return html_page(tr("Source"), error_message(error))


def lost_words(quote: str | None, why: str) -> str:
    """Return the words as they were cited, or a notice that they are no longer known."""
    if quote is not None:
        return cited_words(quote, why)
    return notice_message(f"{tr(why).partition('. ')[0]}. {tr(LOST)}")


def html_page(heading: str, *inside: str) -> str:
    """Return a complete HTML page; `inside` is HTML."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(heading)} · Citeback</title><link rel="stylesheet" href="/style.css">'
    )
    brand = tag("a", "Citeback", class_="brand", href="/")
    main = tag("main", tag("h1", escape(heading), dir="auto"), *inside, class_="cb panel alone")
    body = tag("body", brand, main, class_="alone")
    return f'<!doctype html><html lang="{spoken()}"><head>{head}</head>{body}</html>'
