"""A source in the panel: its metadata, the headings above the citation, and its full text."""

from collections.abc import Sequence

from index.records import DRAWN, Source, Span
from page.body import body
from page.exchange import Place
from page.links import link, picture
from page.marks import Mark
from page.markup import BACK, notice, panel
from page.tags import called, count, tag, text

CHANGED = "This document has changed since it was cited. It said:"
GONE = "This document is no longer in the index. It said:"


def document(
    source: Source, place: Place, cited: Sequence[Place] = (), back: str = BACK, what: str = "cited"
) -> str:
    """Return the panel with the whole document, the words at `place` and all that are `cited` marked.

    `what` is the word for why they are marked. If the words at `place` have changed, the panel says so and
    shows them as they were cited instead.
    """
    stale = place.span.of(source.text) != place.quote
    still = [each for each in cited if each.span.of(source.text) == each.quote]
    return panel(
        called(source.title, place.document),
        tag("p", text(" · ".join(about(source, place))), class_="name"),
        "" if stale else where(source, place.span),
        as_cited(place.quote, CHANGED) if stale else "",
        tag("div", body(source, marks(None if stale else place.span, still)), class_="body"),
        ref=place.ref,
        back=back,
        tools=steps(place, still, what) + find() + permanent(place),
        below="" if stale else looks(source, place),
    )


def looks(source: Source, place: Place) -> str:
    """Return the image of the page that holds the citation, if the format has page images."""
    page = source.page_at(place.span.start)
    if source.kind not in DRAWN or page is None:
        return ""
    strip, whole = (picture(place.document, page, place.span, all_of_it) for all_of_it in (False, True))
    drawn = tag(
        "img", src=strip, alt=f"Page {page} as an image, with the cited words highlighted", loading="lazy"
    )
    shown = tag("a", drawn, href=whole, target="_blank", rel="noopener", title="The whole page")
    return tag("details", tag("summary", f"Page {page} as an image"), shown, class_="looks", open="")


def about(source: Source, place: Place) -> list[str]:
    """Return the document's name, author, date, kind and length, and the place in it."""
    here = source.place_at(place.span.start) or ""
    length = count(len(source.text), "character")
    return [*filter(None, (place.document, source.author, source.date, source.kind, length, here))]


def where(source: Source, span: Span) -> str:
    """Return the headings above a span, outermost first, or ""."""
    path = outline(source, span.start)
    return tag("p", *(tag("span", text(each), dir="auto") for each in path), class_="where") if path else ""


def outline(source: Source, offset: int) -> list[str]:
    """Return the text of the headings above an offset, outermost first."""
    path: list[tuple[int, str]] = []
    for heading in source.headings:
        if heading.span.start > offset:
            break
        path = [each for each in path if each[0] < heading.level]
        path.append((heading.level, " ".join(heading.span.of(source.text).split())))
    return [words for _, words in path]


def marks(now: Span | None, cited: Sequence[Place]) -> list[Mark]:
    """Return the marks: the words the reader followed a link to, and all other citations."""
    others = [Mark(each.span) for each in cited if each.span != now and each.span]
    return [*others, *([Mark(now, now=True)] if now else [])]


def steps(place: Place, cited: Sequence[Place], what: str = "cited") -> str:
    """Return links to the previous and next citation in the document, and their number."""
    others = [each for each in cited if each.span != place.span]
    if not others:
        return ""
    before = [each for each in others if each.span < place.span]
    after = [each for each in others if each.span > place.span]
    told = tag("span", f"{len(before) + 1} of {len(others) + 1} {what} here", class_="count")
    return tag(
        "nav",
        _step("previous", f"Previous place {what}", "↑", before[-1:]),
        _step("next", f"Next place {what}", "↓", after[:1]),
        told,
        class_="steps",
        aria_label=f"What is {what} in this document",
    )


def _step(name: str, label: str, sign: str, to: Sequence[Place]) -> str:
    if to:
        return tag("a", sign, class_=f"step {name}", href=f"#{to[0].ref}", aria_label=label, title=label)
    return tag("span", sign, class_="step none", aria_hidden="true")


def find() -> str:
    """Return the field that finds words in the document; page.js does the search."""
    field = tag(
        "input", class_="find", type="search", placeholder="Find in document", aria_label="Find in document"
    )
    return tag("span", field, tag("output", class_="found", aria_live="polite"), class_="finding")


def permanent(place: Place) -> str:
    """Return the permanent link to these words."""
    path = link(place.document, place.span, place.quote).path
    return tag("a", "Permanent link", class_="permanent", href=path, target="_blank", rel="noopener")


def gone(place: Place) -> str:
    """Return the panel for a document that is no longer indexed, with the words as they were cited."""
    return panel(place.document, as_cited(place.quote, GONE), ref=place.ref)


def as_cited(quote: str, why: str) -> str:
    """Return the words as they were cited, and why they are shown that way."""
    return notice(why) + tag("blockquote", text(quote), class_="as-cited", dir="auto")
