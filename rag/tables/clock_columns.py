"""What the cells of a column with "45:00" in it are: hours with minutes, or minutes with seconds.

The column's head, its other cells and the heads beside it decide. Where none does, nothing is computed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from citeback.rag.tables.cell_values import Kind, Value

_PAIR = re.compile(r"\d{1,4}:\d{2}")
_TRIPLE = re.compile(r"\d{1,4}:\d{2}:\d{2}(?:\.\d{1,6})?|\d{1,4}:\d{2}\.\d{1,6}")
_OF_DAY = re.compile(
    r"\b(?:start|end|begins?|from|to|until|arriv\w{1,4}|depart\w{1,4}|opens?|opening|closes?|closing|kick-?off|hour"
    r"|clock|beginn|ende|ankunft|abfahrt|uhrzeit)\b",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\b(?:hours|hrs?|h|h{1,2}:mm|stunden|std|overtime|arbeitszeit|(?:working|travel|travelling|journey|flight"
    r"|driving|break|flying) times?)\b",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"\b(?:lap|laps|mins?|minutes|m{1,2}:ss|secs?|seconds|pace|splits?|minuten|sekunden)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_LASTING = re.compile(r"\b(?:duration|length|time (?:spent|taken|needed)|dauer)\b", re.IGNORECASE)
_PLAYED_WORDS = """
track song single artist album race lap athlete rank rider driver swimmer runner cyclist lane heat pos
position jockey horse medal winner record title producer producers remixed lyrics athletes method
"""
_PLAYED = frozenset(_PLAYED_WORDS.split())
_ROUND, _FEW = 5, 3


class Clock(StrEnum):
    """What the two figures of "45:00" are in a column."""

    HOURS = "hours and minutes"
    MINUTES = "minutes and seconds"
    UNCERTAIN = "uncertain"


def are_played(heads: Sequence[str]) -> bool:
    """Return whether the heads of a table are of what is played or run."""
    return not _PLAYED.isdisjoint(_WORD.findall(" ".join(heads).casefold()))


def clock_of(head: str, cells: Sequence[str], *, played: bool = False) -> Clock | None:
    """Return what the cells of a column are; None if none has two figures with a colon.

    `played` tells that the heads beside it are of what is played or run.

    >>> clock_of("Hours worked", ("45:00", "30:30")), clock_of("Length", ("3:39",), played=True)
    (<Clock.HOURS: 'hours and minutes'>, <Clock.MINUTES: 'minutes and seconds'>)
    """
    pairs = [cell for cell in cells if _PAIR.fullmatch(cell)]
    if not pairs:
        return None
    hours, minutes = _HOURS.search(head), _MINUTES.search(head)
    if any(map(_TRIPLE.fullmatch, cells)):  # 59:30 beside 1:02:33
        return Clock.UNCERTAIN if hours else Clock.MINUTES
    if _OF_DAY.search(head) or (hours and minutes):
        return Clock.UNCERTAIN
    if hours or minutes:
        return Clock.HOURS if hours else Clock.MINUTES
    if played:
        return Clock.MINUTES
    rounded = len(pairs) >= _FEW and all(int(pair[-2:]) % _ROUND == 0 for pair in pairs)
    return Clock.HOURS if rounded and _LASTING.search(head) else Clock.UNCERTAIN


def as_hours(cells: Sequence[str], values: Sequence[Value]) -> tuple[Value, ...]:
    """Return values with the two figures of a time read as hours and minutes."""
    return tuple(
        replace(each, number=each.number * 60)
        if each.number is not None and each.kind is Kind.DURATION and _PAIR.fullmatch(cell)
        else each
        for cell, each in zip(cells, values, strict=True)
    )
