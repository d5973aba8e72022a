"""Which items of a list are shown: found by words, and paged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from citeback.page.state.exchange import CitedPlace
from citeback.page.state.review.places import once_each
from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing

PAGE = 50  # items at a time
_REF = re.compile(r"item-([0-9]{1,7})-([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list with the words that are looked for in it and the page, from 0; without a listing, none yet."""

    listing: Listing | None = None
    wanted: str = ""
    page: int = 0

    def find(self, wanted: str) -> "ShownList":
        """Return the list of the items that contain some words."""
        return replace(self, wanted=wanted, page=0)

    def turn(self, page: int) -> "ShownList":
        """Return another page of the list."""
        return replace(self, page=max(0, page))

    @property
    def items(self) -> tuple[ListedItem, ...]:
        """Return every item of the listing."""
        return self.listing.items if self.listing else ()

    def matching(self) -> list[tuple[int, ListedItem]]:
        """Return the items that match, each with its number from 0."""
        wanted = self.wanted.casefold()
        return [(n, item) for n, item in enumerate(self.items) if wanted in _searched(item)]

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place that a link points to, or None."""
        match = _REF.fullmatch(ref)
        if not match or int(match[1]) >= len(self.items):
            return None
        places = self.items[int(match[1])].places
        return _cited(ref, places[int(match[2])]) if int(match[2]) < len(places) else None

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return the places of all items in a document."""
        return once_each(
            _cited(item_ref(n, m), place)
            for n, item in enumerate(self.items)
            for m, place in enumerate(item.places)
            if place.document == document
        )


def item_ref(item: int, place: int) -> str:
    """Return the link to a place of an item; both are numbered from 0."""
    return f"item-{item}-{place}"


def _cited(ref: str, place: ItemPlace) -> CitedPlace:
    return CitedPlace(ref=ref, document=place.document, span=place.span, quote=place.quote)


def _searched(item: ListedItem) -> str:
    return "\n".join((item.value, *(place.document for place in item.places))).casefold()
