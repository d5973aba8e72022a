"""Complete lists as HTML: the form, and the items with the places where they stand."""

from collections.abc import Mapping, Sequence

from citeback.page.state.review.shown_list import PAGE, ShownList, item_ref
from citeback.page.state.surroundings import NOWHERE, Surroundings
from citeback.page.views.answers import notice_message
from citeback.page.views.forms import action_button, choice, copy_button, field, form
from citeback.page.views.html import count_noun, escape, tag
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import in_context, unchanged
from citeback.page.views.review.sections import introduction
from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing

KINDS = (
    ("people", "People"),
    ("organisations", "Organisations"),
    ("places", "Places"),
    ("dates", "Dates"),
    ("amounts", "Amounts"),
    ("obligations", "Obligations"),
    ("emails", "Email addresses"),
    ("links", "Links"),
)
INTRODUCTION = "Every document is read from beginning to end, and equal items are counted together."
PLACES_SHOWN = 3  # places of one item that are shown at once
MOST_PLACES = 200  # places of one item that are listed at all
COPIED = 2_000  # items that the copy holds at most


def list_form() -> str:
    """Return the form that chooses what to list."""
    fields = (
        labelled("List all", choice("what", "List all", KINDS)),
        labelled("In", field("within", "all documents, or a pattern: contracts/**")),
        tag("button", "List", type="submit", class_="go"),
    )
    made = form("list", *fields, class_="inline ask-for")
    return tag("div", introduction("Complete lists", INTRODUCTION), made, class_="cb")


def working() -> str:
    """Return what is shown while the documents are read."""
    return tag("div", tag("p", "Reading every document …", class_="waiting", role="status"), class_="cb")


def listing(
    now: ShownList,
    rows: Sequence[tuple[int, ListedItem]],
    page: int,
    context: Mapping[ItemPlace, Surroundings],
) -> str:
    """Return one page of a list; `rows` are all matching items, and `context` what surrounds their places."""
    if now.listing is None:
        return ""
    found = _heading(now.listing) + "".join(map(notice_message, now.listing.notices))
    if not now.items:
        return tag("div", found, class_="cb list")
    tools = tag("div", _finding(now.wanted), _copy(now.listing), class_="inline")
    shown = (_item(n, item, context) for n, item in rows[page * PAGE : (page + 1) * PAGE])
    none = tag("p", escape(f"No item contains “{now.wanted}”."), class_="hint")
    listed = tag("ol", *shown, class_="items") if rows else none
    return tag("div", found, tools, listed, pages(len(rows), page, PAGE), class_="cb list")


def _heading(listing: Listing) -> str:
    total = len(listing.items)
    kind = dict(KINDS)[listing.kind].lower()
    words = f"{total:,} different {kind}" if total > 1 else "1 item" if total else f"No {kind} found"
    return tag("p", tag("strong", escape(words)), " · ", escape(listing.coverage), role="status")


def _finding(wanted: str) -> str:
    inside = field("wanted", "Find in the list", value=wanted, kind="search")
    return form("find", inside, tag("button", "Find", type="submit"), data_event="find", class_="inline")


def _copy(listing: Listing) -> str:
    items = listing.items[:COPIED]
    left = f"\n({len(listing.items) - COPIED:,} more)" if listing.items[COPIED:] else ""
    plain = "\n".join(f"{one.value}\t{len(one.places)}\t{_documents(one)}" for one in items) + left
    rows = (tag("tr", *(tag("td", escape(value)) for value in _cells(one))) for one in items)
    return copy_button("Copy list", plain, "Copy the whole list", data_rich=tag("table", *rows))


def _cells(item: ListedItem) -> tuple[str, str, str]:
    return item.value, str(len(item.places)), _documents(item)


def _documents(item: ListedItem) -> str:
    return ", ".join(dict.fromkeys(place.document for place in item.places[:MOST_PLACES]))


def _item(n: int, item: ListedItem, context: Mapping[ItemPlace, Surroundings]) -> str:
    times = tag("span", f"{len(item.places):,} times", class_="facts") if len(item.places) > 1 else ""
    value = tag("div", tag("strong", escape(item.value), dir="auto"), " ", times, class_="value")
    places = [_place(item_ref(n, m), place, context) for m, place in enumerate(item.places[:MOST_PLACES])]
    first = tag("ul", *places[:PLACES_SHOWN])
    rest = places[PLACES_SHOWN:]
    left = len(item.places) - MOST_PLACES
    cut = tag("li", f"and {left:,} more", class_="hint") if left > 0 else ""
    folded = (
        tag("details", tag("summary", count_noun(len(rest), "more place")), tag("ul", *rest, cut))
        if rest
        else ""
    )
    return tag("li", value, tag("div", first, folded, class_="where-found"))


def _place(ref: str, place: ItemPlace, context: Mapping[ItemPlace, Surroundings]) -> str:
    where = " · ".join(filter(None, (place.document, place.place)))
    quote = tag("b", unchanged(place.quote))
    words = tag("span", in_context(quote, context.get(place, NOWHERE)), dir="auto")
    return tag("li", tag("a", words, tag("cite", escape(where)), href=f"#{ref}", class_="found-place"))


def pages(rows: int, page: int, size: int) -> str:
    """Return links to the previous and the next page of `size` rows, or "" if there is only one."""
    if rows <= size:
        return ""
    first, last = page * size + 1, min(rows, (page + 1) * size)
    words = tag("span", f"{first:,} to {last:,} of {rows:,}")
    earlier, later = _turn("Previous", page - 1, not page), _turn("Next", page + 1, last == rows)
    return tag("nav", earlier, words, later, class_="pages", aria_label="Pages")


def _turn(label: str, page: int, off: bool) -> str:
    never = {"disabled": ""} if off else {}
    return action_button("page", label, str(page), class_="quiet", data_event="arrange", **never)
