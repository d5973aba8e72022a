"""`citeback list`: lists every item of a kind in the documents."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from citeback import wire
from citeback.terminal import render, render_folders, screen, stores
from citeback.terminal.options import STORE, At, Authors, Json, Kinds, Paths, Since, Until, within

if TYPE_CHECKING:
    from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing

PLACES = 3  # places shown of one item without --all
INTERRUPTED = 130
_ONE = {"people": "person"}
Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="dates, amounts, emails, links, obligations, people, organisations or places.",
    ),
]


def list_items(
    kind: Kind,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every place of an item.")] = False,
    store: At = STORE,
    json: Json = False,
) -> None:
    """List every date, amount, address, link, obligation or name in the documents, each with its places."""
    from citeback.rag.lists.listing import list_items

    options = within(paths, since, until, kinds, authors)
    with (
        stores.opened_generation(store) as generation,
        screen.stop_on_interrupt("Stopped; nothing was listed.", INTERRUPTED),
    ):
        listing = list_items(generation, kind, options)
    screen.print_result(wire.listing(listing), json, _listing, listing, None if everything else PLACES)


def _listing(listing: "Listing", most: int | None) -> RenderableType:
    count = len(listing.items)
    kind = listing.kind if count != 1 else _ONE.get(listing.kind, listing.kind.removesuffix("s"))
    total = f"{count:,} different {kind}; {render_folders.coverage(listing.documents, listing.unread)}."
    return Group(*(_item(item, most) for item in listing.items), Text(total), *map(Text, listing.notices))


def _item(item: "ListedItem", most: int | None) -> RenderableType:
    shown, left = item.places[:most], len(item.places[most:]) if most else 0
    count = f" ({len(item.places):,})" if len(item.places) > 1 else ""
    more = [render.indented(f"and {left:,} more")] if left else []
    return Group(Text(screen.safe_line(item.words) + count, style="bold"), *map(_place, shown), *more)


def _place(place: "ItemPlace") -> RenderableType:
    where = f", {place.place}" if place.place else ""
    at = f"{place.document}{where}, characters {place.span.start} to {place.span.end}"
    return render.indented(f"{screen.safe_line(at)}: “{screen.safe_line(place.quote)}”")
