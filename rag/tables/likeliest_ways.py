"""The likeliest ways to compute an answer, and the one that a person chose."""

from dataclasses import replace

from citeback.rag.tables.chosen_way import in_brackets
from citeback.rag.tables.explanation import described, suggested
from citeback.rag.tables.readings import TableReadings

MOST_WAYS = 2  # ways to compute an answer that are named where it is not certain


def read_as(readings: TableReadings, way: str) -> TableReadings:
    """Return the one reading that is said so, as certain; if there is none, all readings unchanged."""
    meant = [
        each
        for each in readings.evaluated
        if way in (in_brackets(said(readings.table, each.plan)) for said in (suggested, described))
    ]
    return replace(readings, evaluated=tuple(meant[:1]), confidence=1.0) if meant else readings


def likeliest_ways(readings: TableReadings) -> list[str]:
    """Return in words the two likeliest ways to compute an answer."""
    ways = [suggested(readings.table, each.plan) for each in readings.evaluated if each.suggestible]
    return list(dict.fromkeys(ways))[:MOST_WAYS]
