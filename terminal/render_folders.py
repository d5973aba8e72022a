"""Renders conflicts, timelines and summaries for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from citeback.terminal import render
from citeback.terminal.screen import safe_line

if TYPE_CHECKING:
    from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
    from citeback.rag.stated_place import StatedPlace
    from citeback.rag.summary.summary import Summary, SummaryGroup
    from citeback.rag.timeline.timeline import Timeline, TimelineEntry

UNDATED = "no date"


def conflicts(listing: ConflictListing, most: int | None) -> RenderableType:
    """Return the conflicts, most certain first, and how many statements were compared."""
    shown = listing.conflicts[:most]
    left = len(listing.conflicts) - len(shown)
    compared = "" if listing.complete else f"{listing.compared:,} of "
    total = (
        f"{render.counted(len(listing.conflicts), 'conflict')} among "
        f"{compared}{listing.statements:,} statements; {coverage(listing.documents, listing.unread)}."
    )
    more = [Text(f"and {left:,} more; --all shows them.")] if left else []
    return Group(*map(_conflict, shown), *more, Text(total), *map(Text, listing.notices))


def timeline(timeline: Timeline) -> RenderableType:
    """Return the dated statements in order, and how many documents were read."""
    about = f" about “{safe_line(timeline.about)}”" if timeline.about else ""
    total = f"{render.counted(len(timeline.entries), 'dated statement')}{about}; "
    return Group(
        *map(_entry, timeline.entries), Text(f"{total}{coverage(timeline.documents, timeline.unread)}.")
    )


def summary(summary: Summary) -> RenderableType:
    """Return the statements under their headings, or a chat model's summary with its citations."""
    if not summary.groups:
        return Text("The documents do not say.")
    chosen = f"{len(summary.places):,} of {render.counted(summary.statements, 'statement')}"
    total = f"{chosen}; {coverage(summary.documents, summary.unread)}."
    written = [render.written_sentences(summary.written)] if summary.written else []
    return Group(*written, *map(_group, summary.groups), Text(total), *map(Text, summary.notices))


def _conflict(conflict: Conflict) -> RenderableType:
    return Group(
        Text(f"{conflict.kind} ({conflict.confidence:.2f})", style="bold")
        .append(_words(conflict), style="bold red")
        .append(_which_counts(conflict), style="bold"),
        *_side(conflict.newer),
        *_side(conflict.older),
    )


def _words(conflict: Conflict) -> str:
    pairs = (
        f"“{safe_line(newer)}” or “{safe_line(older)}”"
        for newer, older in conflict.differences
        if newer or older
    )
    return f": {'; '.join(pairs)}"


def _which_counts(conflict: Conflict) -> str:
    newer, older = conflict.newer.place, conflict.older.place
    if conflict.replaces:
        return " – the first counts: it replaces the other"
    known = min(len(newer.date), len(older.date))
    later = newer.stated and older.stated and newer.date[:known] > older.date[:known]
    return " – the first is newer" if later else ""


def _side(side: ConflictSide) -> Iterator[RenderableType]:
    date = side.place.date if side.place.stated else f"file of {side.place.date}"
    yield render.indented(f"{date}, {_place(side.place)}: “{safe_line(side.place.quote)}”")
    if side.also:
        names = ", ".join(dict.fromkeys(safe_line(each.document) for each in side.also[:5]))
        more = f" and {len(side.also) - 5:,} more places" if len(side.also) > 5 else ""
        yield render.indented(f"    the same: {names}{more}")


def _entry(entry: TimelineEntry) -> RenderableType:
    date = entry.date.value or UNDATED
    until = f" to {entry.date.until}" if entry.date.until else ""
    unsure = "" if entry.date.certain else " (uncertain)"
    own = "" if entry.date.from_line else f" ({entry.place.date})"
    how = f"; “{safe_line(entry.date.written)}”: {entry.date.note}{own}" if entry.date.note else ""
    also = f" (and {render.counted(len(entry.also), 'other place')})" if entry.also else ""
    return Group(
        Text(f"{date}{until}{unsure}", style="bold"),
        render.indented(f"“{safe_line(entry.place.quote)}”"),
        render.indented(f"{_place(entry.place)}{also}{how}"),
    )


def _group(group: SummaryGroup) -> RenderableType:
    head = safe_line(group.name)
    return Group(
        Text(head, style="bold"),
        *(render.indented(f"“{safe_line(each.quote)}” {_place(each)}") for each in group.places),
    )


def _place(place: StatedPlace) -> str:
    return render.place_of(place.document, place.place, place.span.start, place.span.end)


def coverage(documents: int, unread: int) -> str:
    """Return how many documents were read, in words."""
    return f"{documents:,} of {render.counted(documents + unread, 'document')} read"
