"""Conflicts, dates and summaries as HTML: their forms, and what they found, each with its place."""

from collections.abc import Iterable, Sequence

from citeback.page.state.review.shown_folder import PAGE, ShownFolder, place_ref
from citeback.page.views.answers import MARKS, notice_message
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import unchanged
from citeback.page.views.nearest import table_rows
from citeback.page.views.pages import pages
from citeback.page.views.review.sections import WHICH, introduction
from citeback.page.views.speech import tr, tr_number
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.messages.catalogue import message
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import NOTHING, Summary, SummaryGroup
from citeback.rag.timeline.timeline import Timeline, TimelineEntry

CONFLICTS = message(
    "Sentences of different documents that are about the same matter and differ in a number, a date, a name, "
    "or a yes or no. Conflicts stated in entirely different words are missed."
)
TIMELINE = message(
    "Every dated sentence in order. “Yesterday” is reckoned from the date that its document states."
)
SUMMARY = message("The sentences that say most, quoted under their headings.")
TITLES = {
    "conflicts": message("Conflicts"),
    "timeline": message("Timeline"),
    "summary": message("Summary"),
}
KINDS = {
    "number": message("Number"),
    "date": message("Date"),
    "name": message("Name"),
    "negation": message("Yes or no"),
    "opposite": message("Yes or no"),
}
MOST_ALSO = 20  # other places that are shown of one statement


def conflicts_form() -> str:
    """Return the form that starts a search for conflicts."""
    inside = (_within(), tag("button", tr("Compare"), type="submit", class_="go"))
    return _form("conflicts", CONFLICTS, inside)


def timeline_form() -> str:
    """Return the form of a timeline."""
    inside = (_about(), _within(), tag("button", tr("List dates"), type="submit", class_="go"))
    return _form("timeline", TIMELINE, inside)


def summary_form() -> str:
    """Return the form of a summary."""
    label = tr("Sentences")
    inside = (
        _about(),
        _within(),
        labelled(label, field("sentences", label, value="12", kind="number", min=1, max=100)),
        tag("button", tr("Summarise"), type="submit", class_="go"),
    )
    return _form("summary", SUMMARY, inside)


def working(words: str) -> str:
    """Return what is shown while the documents are read."""
    return tag("div", tag("p", escape(tr(words)), class_="waiting", role="status"), class_="cb")


def result(now: ShownFolder) -> str:
    """Return a result as HTML, one page of it."""
    match now.result:
        case ConflictListing() as listing:
            return _conflicts(listing, now)
        case Timeline() as timeline:
            return _timeline(timeline, now)
        case Summary() as summary:
            return _summary(summary)
        case _:
            return ""


def _form(name: str, words: str, inside: Sequence[str]) -> str:
    made = form(name, *inside, class_="inline ask-for")
    return tag("div", introduction(TITLES[name], words), made, class_="cb")


def _within() -> str:
    return labelled(tr("In"), field("within", tr(WHICH)))


def _about() -> str:
    return labelled(tr("About"), field("about", tr("everything, or a subject: ferry strike")))


def _conflicts(listing: ConflictListing, now: ShownFolder) -> str:
    first = now.page * PAGE
    rows = enumerate(listing.conflicts[first : first + PAGE], start=first)
    found = (
        tr_number(len(listing.conflicts), "{number} conflict", "{number} conflicts")
        if listing.conflicts
        else tr("No conflict so far")
        if now.running
        else tr("No conflict found")
    )
    compared = tr(
        "{compared} of {number} statements compared", compared=listing.compared, number=listing.statements
    )
    stop = action_button("stop", tr("Stop"), class_="quiet") if now.running else ""
    return tag(
        "div",
        _status(found, compared, listing.documents, listing.unread),
        stop,
        *(notice_message(translated(each)) for each in listing.notices),
        tag("ol", *(_conflict(n, each) for n, each in rows), class_="items"),
        pages(len(listing.conflicts), now.page, PAGE),
        class_="cb list",
    )


def _conflict(n: int, conflict: Conflict) -> str:
    pairs = (
        tag(
            "span",
            tr("{one} or {other}", one=tag("b", escape(newer or "—")), other=tag("b", escape(older or "—"))),
            dir="auto",
        )
        for newer, older in conflict.differences
    )
    sure = tr("{kind}, {share} sure", kind=tr(KINDS[conflict.kind]), share=f"{conflict.confidence:.0%}")
    kind = tag("span", escape(sure), class_="facts")
    value = tag("div", *pairs, " ", kind, class_="value")
    after = 2 + len(conflict.newer.also)
    newer = _side(conflict.newer, [pair[0] for pair in conflict.differences], (n, 0, 2))
    older = _side(conflict.older, [pair[1] for pair in conflict.differences], (n, 1, after))
    return tag("li", value, tag("div", newer, older, class_="where-found"))


def _side(side: ConflictSide, words: Sequence[str], at: tuple[int, int, int]) -> str:
    """Return a statement; `at` holds its row, the number of its place, and that of the first other one."""
    row, own, after = at
    also = _also("conflict", row, side.also, after)
    return _place(place_ref("conflict", row, own), side.place, words) + also


def _timeline(timeline: Timeline, now: ShownFolder) -> str:
    first = now.page * PAGE
    rows = enumerate(timeline.entries[first : first + PAGE], start=first)
    found = (
        tr_number(len(timeline.entries), "{number} dated sentence", "{number} dated sentences")
        if timeline.entries
        else tr("No date found")
    )
    about = tr("about “{words}”", words=timeline.about) if timeline.about else ""
    return tag(
        "div",
        _status(found, about, timeline.documents, timeline.unread),
        tag("ol", *(_entry(n, each) for n, each in rows), class_="items"),
        pages(len(timeline.entries), now.page, PAGE),
        class_="cb list",
    )


def _entry(n: int, entry: TimelineEntry) -> str:
    first = entry.date.value or tr("No date")
    until = entry.date.until
    span = tr("{first} to {last}", first=first, last=until) if until else first
    date = tag("strong", escape(span))
    unsure = tag("span", tr("uncertain"), class_="facts") if not entry.date.certain else ""
    written = tr("“{name}”", name=entry.date.written)
    own = "" if entry.date.from_line else f" ({entry.place.date})"
    note = f"{written}: {translated(entry.date.note)}{own}" if entry.date.note else ""
    place = _place(place_ref("date", n, 0), entry.place, [entry.date.written])
    said = tag("p", escape(note), class_="hint") if note else ""
    also = _also("date", n, entry.also, 1)
    value = tag("div", date, " ", unsure, class_="value")
    return tag("li", value, tag("div", place, said, also, class_="where-found"))


def _summary(summary: Summary) -> str:
    if not summary.groups:
        return tag("div", tag("p", escape(tr(NOTHING)), role="status"), class_="cb list")
    chosen = tr_number(
        summary.statements,
        "{chosen} of {number} sentence",
        "{chosen} of {number} sentences",
        chosen=len(summary.places),
    )
    return tag(
        "div",
        _status(chosen, "", summary.documents, summary.unread),
        *(notice_message(translated(each)) for each in summary.notices),
        _written(summary),
        tag("ol", *(_group(n, each) for n, each in enumerate(summary.groups)), class_="items"),
        class_="cb list",
    )


def _written(summary: Summary) -> str:
    """Return what a chat model wrote, each sentence with links to the words that it rests on."""
    lines = []
    for n, sentence in enumerate(summary.written):
        sign, title = MARKS.get(sentence.verdict, ("", ""))
        mark = tag("abbr", sign, title=tr(title)) if sign else ""
        links = (
            tag("a", f"[{citation.n}]", href=f"#{place_ref('written', n, m)}", title=citation.quote)
            for m, citation in enumerate(sentence.citations)
        )
        lines.append(tag("span", escape(sentence.text), " ", mark, *links, " "))
    return tag("p", *lines, class_="written", dir="auto") if lines else ""


def _group(n: int, group: SummaryGroup) -> str:
    value = tag("div", tag("strong", escape(group.name), dir="auto"), class_="value")
    places = (_place(place_ref("summary", n, m), each, ()) for m, each in enumerate(group.places))
    return tag("li", value, tag("div", *places, class_="where-found"))


def _place(ref: str, place: StatedPlace, words: Iterable[str]) -> str:
    date = place.date if place.stated else tr("file of {date}", date=place.date)
    where = " · ".join(filter(None, (place.document, translated(place.place or ""), date)))
    quote = tag("span", _marked(place.quote, words), dir="auto")
    return tag("a", quote, tag("cite", escape(where)), href=f"#{ref}", class_="found-place")


def _marked(quote: str, words: Iterable[str]) -> str:
    """Return a quotation with the first place of some words in bold; cells of a row are set apart by dots."""
    quote = table_rows(quote) or quote
    for each in words:
        before, found, after = quote.partition(each) if each else (quote, "", "")
        if found:
            space, more = " " * before[-1:].isspace(), " " * after[:1].isspace()
            return f"{unchanged(before)}{space}{tag('b', unchanged(found))}{more}{unchanged(after)}"
    return unchanged(quote)


def _also(name: str, row: int, also: Sequence[StatedPlace], first: int) -> str:
    """Return the other places of a statement, folded; `first` is the number of the first one."""
    if not also:
        return ""
    shown = (_place(place_ref(name, row, first + m), each, ()) for m, each in enumerate(also[:MOST_ALSO]))
    more = tr("and {number} more", number=len(also) - MOST_ALSO)
    left = tag("p", more, class_="hint") if also[MOST_ALSO:] else ""
    lead = tr_number(len(also), "The same in {number} other place", "The same in {number} other places")
    return tag("details", tag("summary", lead), *shown, left)


def _status(found: str, more: str, documents: int, unread: int) -> str:
    coverage = tr("{number} of {many} documents read", number=documents, many=documents + unread)
    words = " · ".join(filter(None, (more, coverage)))
    return tag("p", tag("strong", escape(found)), " · ", escape(words), role="status")
