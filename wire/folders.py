"""JSON output over a whole folder: conflicts, timelines and summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeback.wire.responses import sentence

if TYPE_CHECKING:
    from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
    from citeback.rag.stated_place import StatedPlace
    from citeback.rag.summary.summary import Summary
    from citeback.rag.timeline.timeline import Timeline, TimelineEntry
    from citeback.wire import folder_schemas


def conflicts(listing: ConflictListing, most: int | None = None) -> folder_schemas.Conflicts:
    """Return the output of `citeback conflicts --json`: all conflicts, or the first `most`."""
    return {
        "conflicts": [_conflict(each) for each in listing.conflicts[:most]],
        "total": len(listing.conflicts),
        "documents": listing.documents,
        "unread": listing.unread,
        "statements": listing.statements,
        "compared": listing.compared,
        "notices": list(listing.notices),
    }


def timeline(timeline: Timeline, most: int | None = None) -> folder_schemas.Timeline:
    """Return the output of `citeback timeline --json`: all entries, or the first `most`."""
    return {
        "entries": [_entry(each) for each in timeline.entries[:most]],
        "total": len(timeline.entries),
        "documents": timeline.documents,
        "unread": timeline.unread,
        "about": timeline.about or None,
    }


def summary(summary: Summary) -> folder_schemas.Summary:
    """Return the output of `citeback summary --json`."""
    return {
        "groups": [
            {
                "document": each.document,
                "title": each.title,
                "heading": each.heading,
                "places": [_place(place) for place in each.places],
            }
            for each in summary.groups
        ],
        "written": [sentence(each) for each in summary.written],
        "statements": summary.statements,
        "documents": summary.documents,
        "unread": summary.unread,
        "about": summary.about or None,
        "notices": list(summary.notices),
    }


def _conflict(conflict: Conflict) -> folder_schemas.Conflict:
    return {
        "kind": conflict.kind,
        "confidence": conflict.confidence,
        "differences": [{"newer": newer, "older": older} for newer, older in conflict.differences],
        "newer": _side(conflict.newer),
        "older": _side(conflict.older),
        "replaces": conflict.replaces,
    }


def _side(side: ConflictSide) -> folder_schemas.ConflictSide:
    return {"place": _place(side.place), "also": [_place(each) for each in side.also]}


def _entry(entry: TimelineEntry) -> folder_schemas.TimelineEntry:
    return {
        "date": entry.date.value or None,
        "until": entry.date.until or None,
        "written": entry.date.written,
        "start": entry.date.span.start,
        "end": entry.date.span.end,
        "resolved": entry.date.resolved,
        "certain": entry.date.certain,
        "note": entry.date.note,
        "place": _place(entry.place),
        "also": [_place(each) for each in entry.also],
    }


def _place(place: StatedPlace) -> folder_schemas.StatedPlace:
    return {
        "document": place.document,
        "start": place.span.start,
        "end": place.span.end,
        "quote": place.quote,
        "page": place.page,
        "place": place.place,
        "date": place.date,
    }
