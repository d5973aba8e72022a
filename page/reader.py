"""A source in the panel: what it is, where the cited words stand in it, and all of its text.

Pure functions; must never know the store.
"""

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
    """Return the panel with the whole document, the words at `place` marked, and all that are `cited`.

    `what` says in a word why they are marked.

    If other words stand there now, the document has changed since it was cited: that is said, with
    the words as they were, and they are not marked.
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
    """Return how the page with the words looks, for a source that has pages to be drawn."""
    page = source.page_at(place.span.start)
    if source.kind not in DRAWN or page is None:
        return ""
    strip, whole = (picture(place.document, page, place.span, all_of_it) for all_of_it in (False, True))
    drawn = tag("img", src=strip, alt=f"Page {page} as it looks, the cited words marked", loading="lazy")
    shown = tag("a", drawn, href=whole, target="_blank", rel="noopener", title="The whole page")
    return tag("details", tag("summary", f"Page {page} as it looks"), shown, class_="looks", open="")


def about(source: Source, place: Place) -> list[str]:
    """Return what the document is, in words: its name, author, date, kind and length, and the place in it."""
    here = source.place_at(place.span.start) or ""
    length = count(len(source.text), "character")
    return [*filter(None, (place.document, source.author, source.date, source.kind, length, here))]


def where(source: Source, span: Span) -> str:
    """Return the headings above a span, outermost first; nothing where there are none."""
    path = outline(source, span.start)
    return tag("p", *(tag("span", text(each), dir="auto") for each in path), class_="where") if path else ""


def outline(source: Source, offset: int) -> list[str]:
    """Return the words of the headings above an offset, outermost first."""
    path: list[tuple[int, str]] = []
    for heading in source.headings:
        if heading.span.start > offset:
            break
        path = [each for each in path if each[0] < heading.level]
        path.append((heading.level, " ".join(heading.span.of(source.text).split())))
    return [words for _, words in path]


def marks(now: Span | None, cited: Sequence[Place]) -> list[Mark]:
    """Return what is marked: the words that the reader was sent to, and all others that are cited."""
    others = [Mark(each.span) for each in cited if each.span != now and each.span]
    return [*others, *([Mark(now, now=True)] if now else [])]


def steps(place: Place, cited: Sequence[Place], what: str = "cited") -> str:
    """Return links to the words cited before and after these, and how many there are in the document."""
    others = [each for each in cited if each.span != place.span]
    if not others:
        return ""
    before = [each for each in others if each.span < place.span]
    after = [each for each in others if each.span > place.span]
    told = tag("span", f"{len(before) + 1} of {len(others) + 1} {what} here", class_="count")
    return tag(
        "nav",
        _step("previous", f"The one {what} before", "↑", before[-1:]),
        _step("next", f"The one {what} next", "↓", after[:1]),
        told,
        class_="steps",
        aria_label=f"What is {what} in this document",
    )


def _step(name: str, label: str, sign: str, to: Sequence[Place]) -> str:
    if to:
        return tag("a", sign, class_=f"step {name}", href=f"#{to[0].ref}", aria_label=label, title=label)
    return tag("span", sign, class_="step none", aria_hidden="true")


def find() -> str:
    """Return the field that finds words in the document; page.js does the finding."""
    field = tag(
        "input", class_="find", type="search", placeholder="Find in document", aria_label="Find in document"
    )
    return tag("span", field, tag("output", class_="found", aria_live="polite"), class_="finding")


def permanent(place: Place) -> str:
    """Return the link that leads back to these words, or says that they have changed."""
    path = link(place.document, place.span, place.quote).path
    return tag("a", "Permanent link", class_="permanent", href=path, target="_blank", rel="noopener")


def gone(place: Place) -> str:
    """Return the panel for a document that is no longer indexed: the words as they were cited."""
    return panel(place.document, as_cited(place.quote, GONE), ref=place.ref)


def as_cited(quote: str, why: str) -> str:
    """Return the words as they were cited, and why they are shown so."""
    return notice(why) + tag("blockquote", text(quote), class_="as-cited", dir="auto")
