"""Places that a section of the Review tab links to."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from citeback.page.state.exchange import CitedPlace


class LinkedPlaces(Protocol):
    """What a section shows, with the places that its links point to."""

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place that a link points to, or None. `ref` comes from a browser and is untrusted."""

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return every linked place of a document."""


def once_each(places: Iterable[CitedPlace]) -> tuple[CitedPlace, ...]:
    """Return the places in reading order, each once."""
    once = {(each.span, each.quote): each for each in reversed(tuple(places))}
    return tuple(sorted(once.values(), key=lambda each: (each.span, each.quote)))
