"""JSON output of a complete list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citeback.rag.lists.listing import ItemPlace, Listing
    from citeback.wire import schemas


def listing(listing: Listing, most: int | None = None) -> schemas.Listing:
    """Return the output of `citeback list --json`: all items, or the first `most`."""
    return {
        "kind": listing.kind,
        "items": [
            {"value": item.value, "count": len(item.places), "places": [_place(p) for p in item.places]}
            for item in listing.items[:most]
        ],
        "total": len(listing.items),
        "documents": listing.documents,
        "unread": listing.unread,
        "notices": list(listing.notices),
    }


def _place(place: ItemPlace) -> schemas.ItemPlace:
    return {
        "document": place.document,
        "start": place.span.start,
        "end": place.span.end,
        "quote": place.quote,
        "page": place.page,
        "place": place.place,
    }
