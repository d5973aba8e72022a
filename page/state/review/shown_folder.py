"""What the sections of conflicts, dates and summaries show: a result, and the places that it links to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.index.records import Span
from citeback.page.state.exchange import CitedPlace
from citeback.page.state.review.places import once_each
from citeback.rag.conflicts.conflict import Conflict, ConflictListing
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import Summary
from citeback.rag.timeline.timeline import Timeline

PAGE = 50  # rows at a time
FolderResult = ConflictListing | Timeline | Summary
_REF = re.compile(r"(conflict|date|summary|written)-([0-9]{1,7})-([0-9]{1,7})")
Rows = Sequence[Sequence[StatedPlace]]


@dataclass(frozen=True, slots=True)
class ShownFolder:
    """A result with the page, from 0, that is shown of it; without a result, none yet.

    `running` tells that the result is only what was found so far.
    """

    result: FolderResult | None = None
    page: int = 0
    running: bool = False

    def turn(self, page: int) -> "ShownFolder":
        """Return another page."""
        return replace(self, page=max(0, page))

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place that a link points to, or None. `ref` comes from a browser and is untrusted."""
        match = _REF.fullmatch(ref)
        rows = self._rows.get(match[1], ()) if match else ()
        if not match or int(match[2]) >= len(rows) or int(match[3]) >= len(rows[int(match[2])]):
            return None
        return _cited(ref, rows[int(match[2])][int(match[3])])

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return every linked place of a document."""
        return once_each(each for each in self._all() if each.document == document)

    def _all(self) -> Iterator[CitedPlace]:
        for name, rows in self._rows.items():
            for n, row in enumerate(rows):
                yield from (_cited(place_ref(name, n, m), place) for m, place in enumerate(row))

    @property
    def _rows(self) -> dict[str, Rows]:
        match self.result:
            case ConflictListing(conflicts=conflicts):
                return {"conflict": [_sides(each) for each in conflicts]}
            case Timeline(entries=entries):
                return {"date": [(each.place, *each.also) for each in entries]}
            case Summary() as summary:
                return {"summary": [each.places for each in summary.groups], "written": _written(summary)}
            case _:
                return {}


def place_ref(name: str, row: int, place: int) -> str:
    """Return the link to a place; rows and places are numbered from 0."""
    return f"{name}-{row}-{place}"


def _sides(conflict: Conflict) -> Sequence[StatedPlace]:
    newer, older = conflict.newer, conflict.older
    return (newer.place, older.place, *newer.also, *older.also)


def _written(summary: Summary) -> Rows:
    return [
        [
            StatedPlace(
                document=each.document,
                span=Span(each.span.start, each.span.end),
                quote=each.quote,
                page=each.page,
                place=each.place,
                date=each.date,
            )
            for each in sentence.citations
        ]
        for sentence in summary.written
    ]


def _cited(ref: str, place: StatedPlace) -> CitedPlace:
    return CitedPlace(ref=ref, document=place.document, span=place.span, quote=place.quote)
