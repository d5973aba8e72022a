"""Conflicts, dates and summaries as HTML: their forms, and what they found, each with its place."""

from collections.abc import Iterable, Sequence

from citeback.page.state.review.shown_folder import PAGE, ShownFolder, place_ref
from citeback.page.views.answers import MARKS, notice_message
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, escape, tag
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import unchanged
from citeback.page.views.review.lists import pages
from citeback.page.views.review.sections import introduction
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import NOTHING, Summary, SummaryGroup
from citeback.rag.timeline.timeline import Timeline, TimelineEntry

CONFLICTS = (
    "Sentences of different documents that are about the same matter and differ in a number, a date, a name, "
    "or a yes or no. Conflicts stated in entirely different words are missed."
)
TIMELINE = "Every dated sentence in order. “Yesterday” is reckoned from the date that its document states."
SUMMARY = "The sentences that say most, quoted under their headings."
KINDS = {
    "number": "Number",
    "date": "Date",
    "name": "Name",
    "negation": "Yes or no",
    "opposite": "Yes or no",
}
MOST_ALSO = 20  # other places that are shown of one statement


def conflicts_form() -> str:
    """Return the form that starts a search for conflicts."""
    inside = (_within(), tag("button", "Compare", type="submit", class_="go"))
    return _form("conflicts", "Conflicts", CONFLICTS, inside)


def timeline_form() -> str:
    """Return the form of a timeline."""
    inside = (_about(), _within(), tag("button", "List dates", type="submit", class_="go"))
    return _form("timeline", "Timeline", TIMELINE, inside)


def summary_form() -> str:
    """Return the form of a summary."""
    inside = (
        _about(),
        _within(),
        labelled("Sentences", field("sentences", "Sentences", value="12", kind="number", min=1, max=100)),
        tag("button", "Summarise", type="submit", class_="go"),
    )
    return _form("summary", "Summary", SUMMARY, inside)


def working(words: str) -> str:
    """Return what is shown while the documents are read."""
    return tag("div", tag("p", escape(words), class_="waiting", role="status"), class_="cb")


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


def _form(name: str, title: str, words: str, inside: Sequence[str]) -> str:
    made = form(name, *inside, class_="inline ask-for")
    return tag("div", introduction(title, words), made, class_="cb")


def _within() -> str:
    return labelled("In", field("within", "all documents, or a pattern: contracts/**"))


def _about() -> str:
    return labelled("About", field("about", "everything, or a subject: ferry strike"))


def _conflicts(listing: ConflictListing, now: ShownFolder) -> str:
    first = now.page * PAGE
    rows = enumerate(listing.conflicts[first : first + PAGE], start=first)
    found = count_noun(len(listing.conflicts), "conflict") if listing.conflicts else "No conflict found"
    compared = f"{listing.compared:,} of {listing.statements:,} statements compared"
    stop = action_button("stop", "Stop", class_="quiet") if now.running else ""
    return tag(
        "div",
        _status(found, compared, listing.documents, listing.unread),
        stop,
        *map(notice_message, listing.notices),
        tag("ol", *(_conflict(n, each) for n, each in rows), class_="items"),
        pages(len(listing.conflicts), now.page, PAGE),
        class_="cb list",
    )


def _conflict(n: int, conflict: Conflict) -> str:
    pairs = (
        tag("span", tag("b", escape(newer or "—")), " or ", tag("b", escape(older or "—")), dir="auto")
        for newer, older in conflict.differences
    )
    kind = tag("span", escape(f"{KINDS[conflict.kind]}, {conflict.confidence:.0%} sure"), class_="facts")
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
    found = count_noun(len(timeline.entries), "dated sentence") if timeline.entries else "No date found"
    about = f"about “{timeline.about}”" if timeline.about else ""
    return tag(
        "div",
        _status(found, about, timeline.documents, timeline.unread),
        tag("ol", *(_entry(n, each) for n, each in rows), class_="items"),
        pages(len(timeline.entries), now.page, PAGE),
        class_="cb list",
    )


def _entry(n: int, entry: TimelineEntry) -> str:
    until = f" to {entry.date.until}" if entry.date.until else ""
    date = tag("strong", escape(f"{entry.date.value or 'No date'}{until}"))
    unsure = tag("span", "uncertain", class_="facts") if not entry.date.certain else ""
    note = f"“{entry.date.written}”: {entry.date.note} ({entry.place.date})" if entry.date.note else ""
    place = _place(place_ref("date", n, 0), entry.place, [entry.date.written])
    said = tag("p", escape(note), class_="hint") if note else ""
    also = _also("date", n, entry.also, 1)
    value = tag("div", date, " ", unsure, class_="value")
    return tag("li", value, tag("div", place, said, also, class_="where-found"))


def _summary(summary: Summary) -> str:
    if not summary.groups:
        return tag("div", tag("p", escape(NOTHING), role="status"), class_="cb list")
    chosen = f"{len(summary.places):,} of {count_noun(summary.statements, 'sentence')}"
    return tag(
        "div",
        _status(chosen, "", summary.documents, summary.unread),
        *map(notice_message, summary.notices),
        _written(summary),
        tag("ol", *(_group(n, each) for n, each in enumerate(summary.groups)), class_="items"),
        class_="cb list",
    )


def _written(summary: Summary) -> str:
    """Return what a chat model wrote, each sentence with links to the words that it rests on."""
    lines = []
    for n, sentence in enumerate(summary.written):
        sign, title = MARKS.get(sentence.verdict, ("", ""))
        mark = tag("abbr", sign, title=title) if sign else ""
        links = (
            tag("a", f"[{citation.n}]", href=f"#{place_ref('written', n, m)}", title=citation.quote)
            for m, citation in enumerate(sentence.citations)
        )
        lines.append(tag("span", escape(sentence.text), " ", mark, *links, " "))
    return tag("p", *lines, class_="written", dir="auto") if lines else ""


def _group(n: int, group: SummaryGroup) -> str:
    heading = group.heading or group.title or group.document
    value = tag("div", tag("strong", escape(heading), dir="auto"), class_="value")
    places = (_place(place_ref("summary", n, m), each, ()) for m, each in enumerate(group.places))
    return tag("li", value, tag("div", *places, class_="where-found"))


def _place(ref: str, place: StatedPlace, words: Iterable[str]) -> str:
    where = " · ".join(filter(None, (place.document, place.place, place.date)))
    quote = tag("span", _marked(place.quote, words), dir="auto")
    return tag("a", quote, tag("cite", escape(where)), href=f"#{ref}", class_="found-place")


def _marked(quote: str, words: Iterable[str]) -> str:
    """Return a quotation with the first place of some words in bold."""
    for each in words:
        before, found, after = quote.partition(each) if each else (quote, "", "")
        if found:
            return unchanged(before) + tag("b", unchanged(found)) + unchanged(after)
    return unchanged(quote)


def _also(name: str, row: int, also: Sequence[StatedPlace], first: int) -> str:
    """Return the other places of a statement, folded; `first` is the number of the first one."""
    if not also:
        return ""
    shown = (_place(place_ref(name, row, first + m), each, ()) for m, each in enumerate(also[:MOST_ALSO]))
    left = tag("p", f"and {len(also) - MOST_ALSO:,} more", class_="hint") if also[MOST_ALSO:] else ""
    return tag("details", tag("summary", f"The same in {count_noun(len(also), 'other place')}"), *shown, left)


def _status(found: str, more: str, documents: int, unread: int) -> str:
    coverage = f"{documents:,} of {count_noun(documents + unread, 'document')} read"
    words = " · ".join(filter(None, (more, coverage)))
    return tag("p", tag("strong", escape(found)), " · ", escape(words), role="status")
