"""Complete lists as HTML: the form, and the items with the places where they stand."""

from collections.abc import Mapping, Sequence

from citeback.page.state.review.shown_list import PAGE, ShownList, item_ref
from citeback.page.state.surroundings import NOWHERE, Surroundings
from citeback.page.views.answers import notice_message
from citeback.page.views.forms import choice, copy_button, field, form
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import in_context, unchanged
from citeback.page.views.pages import pages
from citeback.page.views.review.sections import WHICH, introduction
from citeback.page.views.speech import tr, tr_number
from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing
from citeback.rag.messages.catalogue import message

KINDS = (
    ("people", message("People")),
    ("organisations", message("Organisations")),
    ("places", message("Places")),
    ("dates", message("Dates")),
    ("amounts", message("Amounts")),
    ("obligations", message("Obligations")),
    ("emails", message("Email addresses")),
    ("links", message("Links")),
)
TITLE = message("Complete lists")
INTRODUCTION = message("Every document is read from beginning to end, and equal items are counted together.")
READING = message("Reading every document …")
PLACES_SHOWN = 3  # places of one item that are shown at once
MOST_PLACES = 200  # places of one item that are listed at all
COPIED = 2_000  # items that the copy holds at most


def list_form() -> str:
    """Return the form that chooses what to list."""
    fields = (
        labelled(tr("List all"), choice("what", tr("List all"), [(kind, tr(name)) for kind, name in KINDS])),
        labelled(tr("In"), field("within", tr(WHICH))),
        tag("button", tr("List"), type="submit", class_="go"),
    )
    made = form("list", *fields, class_="inline ask-for")
    return tag("div", introduction(TITLE, INTRODUCTION), made, class_="cb")


def working() -> str:
    """Return what is shown while the documents are read."""
    return tag("div", tag("p", tr(READING), class_="waiting", role="status"), class_="cb")


def listing(
    now: ShownList,
    rows: Sequence[tuple[int, ListedItem]],
    page: int,
    context: Mapping[ItemPlace, Surroundings],
) -> str:
    """Return one page of a list; `rows` are all matching items, and `context` what surrounds their places."""
    if now.listing is None:
        return ""
    found = _heading(now.listing) + "".join(notice_message(translated(each)) for each in now.listing.notices)
    if not now.items:
        return tag("div", found, class_="cb list")
    tools = tag("div", _finding(now.wanted), _copy(now.listing), class_="inline")
    shown = (_item(n, item, context) for n, item in rows[page * PAGE : (page + 1) * PAGE])
    none = tag("p", escape(tr("No item contains “{words}”.", words=now.wanted)), class_="hint")
    listed = tag("ol", *shown, class_="items") if rows else none
    return tag("div", found, tools, listed, pages(len(rows), page, PAGE), class_="cb list")


def _heading(listing: Listing) -> str:
    total = len(listing.items)
    words = tr_number(total, "{number} item", "{number} different items") if total else tr("Nothing found")
    coverage = translated(listing.coverage)
    found = tag("strong", escape(f"{tr(dict(KINDS)[listing.kind])}: {words}"))
    return tag("p", found, " · ", escape(coverage), role="status")


def _finding(wanted: str) -> str:
    inside = field("wanted", tr("Find in the list"), value=wanted, kind="search")
    return form("find", inside, tag("button", tr("Find"), type="submit"), data_event="find", class_="inline")


def _copy(listing: Listing) -> str:
    items = listing.items[:COPIED]
    more = tr("and {number} more", number=len(listing.items) - COPIED)
    left = f"\n({more})" if listing.items[COPIED:] else ""
    plain = "\n".join(f"{one.words}\t{len(one.places)}\t{_documents(one)}" for one in items) + left
    rows = (tag("tr", *(tag("td", escape(value)) for value in _cells(one))) for one in items)
    return copy_button(tr("Copy list"), plain, tr("Copy the whole list"), data_rich=tag("table", *rows))


def _cells(item: ListedItem) -> tuple[str, str, str]:
    return item.words, str(len(item.places)), _documents(item)


def _documents(item: ListedItem) -> str:
    return ", ".join(dict.fromkeys(place.document for place in item.places[:MOST_PLACES]))


def _item(n: int, item: ListedItem, context: Mapping[ItemPlace, Surroundings]) -> str:
    count = tr_number(len(item.places), "{number} time", "{number} times")
    times = tag("span", count, class_="facts") if len(item.places) > 1 else ""
    value = tag("div", tag("strong", escape(item.words), dir="auto"), " ", times, class_="value")
    places = [_place(item_ref(n, m), place, context) for m, place in enumerate(item.places[:MOST_PLACES])]
    first = tag("ul", *places[:PLACES_SHOWN])
    rest = places[PLACES_SHOWN:]
    left = len(item.places) - MOST_PLACES
    cut = tag("li", tr("and {number} more", number=left), class_="hint") if left > 0 else ""
    folded = (
        tag(
            "details",
            tag("summary", tr_number(len(rest), "{number} more place", "{number} more places")),
            tag("ul", *rest, cut),
        )
        if rest
        else ""
    )
    return tag("li", value, tag("div", first, folded, class_="where-found"))


def _place(ref: str, place: ItemPlace, context: Mapping[ItemPlace, Surroundings]) -> str:
    where = " · ".join(filter(None, (place.document, translated(place.place or ""))))
    quote = tag("b", unchanged(place.quote))
    words = tag("span", in_context(quote, context.get(place, NOWHERE)), dir="auto")
    return tag("li", tag("a", words, tag("cite", escape(where)), href=f"#{ref}", class_="found-place"))
