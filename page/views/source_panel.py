"""A source in the panel: its metadata, the headings above the citation, and its full text."""

from collections.abc import Sequence
from dataclasses import dataclass

from citeback.index.records import PAGE_IMAGE_KINDS, Source, Span
from citeback.page.state.exchange import CitedPlace
from citeback.page.state.surroundings import headings_above
from citeback.page.views.answers import BACK, notice_message, side_panel
from citeback.page.views.highlights import Highlight
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.kinds import kind_label
from citeback.page.views.known_texts import translated
from citeback.page.views.references import Reference, copies
from citeback.page.views.source_text import body
from citeback.page.views.speech import tr, tr_number
from citeback.rag.messages.catalogue import message
from citeback.wire.permalinks import permanent_link, picture

CHANGED = message("This document has changed since it was cited. It said:")
GONE = message("This document is no longer in the index. It said:")


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """What is said of places that are marked: how many, and the ways to them."""

    here: str
    previous: str
    next: str
    all: str


WORDS = {
    "cited": MarkedWords(
        here=message("{number} of {many} cited here"),
        previous=message("Previous place cited"),
        next=message("Next place cited"),
        all=message("What is cited in this document"),
    ),
    "found": MarkedWords(
        here=message("{number} of {many} found here"),
        previous=message("Previous place found"),
        next=message("Next place found"),
        all=message("What is found in this document"),
    ),
}


def document_panel(
    source: Source,
    place: CitedPlace,
    cited: Sequence[CitedPlace] = (),
    back: str = BACK,
    what: str = "cited",
    lead: str = "",
) -> str:
    """Return the panel with the whole document, the words at `place` and all that are `cited` marked.

    `what` is the word for why they are marked, and `lead` is HTML above the document. If the words at `place`
    have changed, the panel says so and shows them as they were cited instead.
    """
    stale = place.span.of(source.text) != place.quote
    still = [each for each in cited if each.span.of(source.text) == each.quote]
    return side_panel(
        document_label(source.title, place.document),
        tag("p", escape(" · ".join(document_details(source, place))), class_="name", dir="auto"),
        "" if stale or not place.span else heading_path(source, place.span),
        cited_words(place.quote, CHANGED) if stale else "",
        page_view(source, place) if not stale else "",
        tag("div", body(source, marks(None if stale else place.span, still)), class_="body"),
        ref=place.ref,
        back=back,
        tools=_tools(source, place, still, what),
        below=lead,
    )


def _tools(source: Source, place: CitedPlace, cited: Sequence[CitedPlace], what: str) -> str:
    """Return what can be done in the panel: go to other citations, find words, copy, and keep a link."""
    pages = view_buttons() if has_pages(source) and place.span.of(source.text) == place.quote else ""
    if not place.span:
        return pages + find_field()
    reference = Reference(
        quote=place.quote,
        document=place.document,
        span=place.span,
        title=source.title,
        place=source.location_at(place.span.start) or "",
        date=source.date,
    )
    return (
        pages + citation_navigation(place, cited, what) + find_field() + copies(reference) + permanent(place)
    )


def has_pages(source: Source) -> bool:
    """Return whether the pages of a document can be shown as pictures."""
    return source.kind in PAGE_IMAGE_KINDS and bool(source.pages)


def page_picture(source: Source, place: CitedPlace) -> str:
    """Return the image of the page that holds the citation, if the format has page images."""
    page = source.page_at(place.span.start)
    if source.kind not in PAGE_IMAGE_KINDS or page is None:
        return ""
    words = tr("Page {page} as an image, with the cited words highlighted", page=page)
    drawn = tag("img", src=picture(place.document, page, place.span), alt=words)
    return tag(
        "details",
        tag("summary", tr("Page {page} as an image", page=page)),
        drawn,
        class_="looks",
        open="",
    )


def view_buttons() -> str:
    """Return the buttons that show a document as text or as its pages; page.js switches."""
    both = (
        tag(
            "button", words, type="button", data_view=name, aria_pressed="true" if name == "text" else "false"
        )
        for name, words in (("text", tr("Text")), ("page", tr("Page")))
    )
    return tag("span", *both, class_="views", role="group", aria_label=tr("Show the document as"))


def page_view(source: Source, place: CitedPlace) -> str:
    """Return the view of a document's pages, which page.js fills; pages are turned and enlarged there."""
    page = source.page_at(place.span.start)
    if not has_pages(source) or page is None:
        return ""
    turning = (
        _tool("turn", "-1", tr("Previous page"), "‹"),
        tag("output", class_="at-page", aria_live="polite"),
        _tool("turn", "1", tr("Next page"), "›"),
        tag("span", class_="space"),
        _tool("zoom", "-1", tr("Smaller"), "−"),
        tag("output", class_="zoom"),
        _tool("zoom", "1", tr("Larger"), "+"),
    )
    sheet = tag(
        "div", tag("img", alt=""), tag("p", class_="hint", role="status"), class_="sheet", tabindex="0"
    )
    return tag(
        "section",
        tag("div", *turning, class_="turning"),
        sheet,
        class_="page-view",
        aria_label=tr("Pages"),
        data_page=page,
        data_pages=len(source.pages),
        data_path=picture(place.document, page, place.span),
    )


def _tool(name: str, value: str, label: str, sign: str) -> str:
    return tag(
        "button", sign, type="button", class_="step", aria_label=label, title=label, **{f"data_{name}": value}
    )


def document_details(source: Source, place: CitedPlace) -> list[str]:
    """Return the document's name, author, date, kind and length, and the place in it.

    Without a date that the document states, that of its file is named as such.
    """
    here = source.location_at(place.span.start) or "" if place.span else ""
    length = tr_number(len(source.text), "{number} character", "{number} characters")
    kind = kind_label(source.kind)
    saved = tr("file of {date}", date=source.saved) if source.saved else ""
    date = source.date or saved
    return [*filter(None, (place.document, source.author, date, kind, length, translated(here)))]


def heading_path(source: Source, span: Span) -> str:
    """Return the headings above a span, outermost first, or ""."""
    path = headings_above(source, span.start)
    return tag("p", *(tag("span", escape(each), dir="auto") for each in path), class_="where") if path else ""


def marks(now: Span | None, cited: Sequence[CitedPlace]) -> list[Highlight]:
    """Return the marks: the words the reader followed a link to, and all other citations."""
    others = [Highlight(each.span) for each in cited if each.span != now and each.span]
    return [*others, *([Highlight(now, now=True)] if now else [])]


def citation_navigation(place: CitedPlace, cited: Sequence[CitedPlace], what: str = "cited") -> str:
    """Return links to the previous and next citation in the document, and their number."""
    others = [each for each in cited if each.span != place.span]
    if not others:
        return ""
    before = [each for each in others if each.span < place.span]
    after = [each for each in others if each.span > place.span]
    words = WORDS[what]
    here = tr(words.here, number=len(before) + 1, many=len(others) + 1)
    return tag(
        "nav",
        _step("previous", tr(words.previous), "↑", before[-1:]),
        _step("next", tr(words.next), "↓", after[:1]),
        tag("span", here, class_="count"),
        class_="steps",
        aria_label=tr(words.all),
    )


def _step(name: str, label: str, sign: str, to: Sequence[CitedPlace]) -> str:
    if to:
        return tag("a", sign, class_=f"step {name}", href=f"#{to[0].ref}", aria_label=label, title=label)
    return tag("span", sign, class_="step none", aria_hidden="true")


def find_field() -> str:
    """Return the field that finds words in the document; page.js does the search."""
    label = tr("Find in document")
    field = tag("input", class_="find", type="search", placeholder=label, aria_label=label)
    return tag("span", field, tag("output", class_="found", aria_live="polite"), class_="finding")


def permanent(place: CitedPlace) -> str:
    """Return the permanent link to these words."""
    path = permanent_link(place.document, place.span, place.quote).path
    words = tr("Permanent link")
    return tag(
        "a",
        tr("Link"),
        class_="permanent",
        href=path,
        target="_blank",
        rel="noopener",
        title=words,
        aria_label=words,
    )


def missing_document_panel(place: CitedPlace, back: str = BACK, lead: str = "") -> str:
    """Return the panel for a document that is no longer indexed, with the words as they were cited."""
    return side_panel(place.document, cited_words(place.quote, GONE), ref=place.ref, back=back, below=lead)


def cited_words(quote: str, why: str) -> str:
    """Return the words as they were cited, and why they are shown that way."""
    return notice_message(tr(why)) + tag("blockquote", escape(quote), class_="as-cited", dir="auto")
