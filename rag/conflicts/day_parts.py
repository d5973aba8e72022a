"""Dates in a sentence, to the precision given, and whether two of them can be the same day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citeback.index.records import Span
from citeback.rag.checking.claims.numerals import months
from citeback.rag.lists.dates import dates

_ISO = re.compile(r"(?P<year>\d{4}|-)?(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?\Z")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])\Z")
_YEAR = re.compile(r"(?<![\w.,$€£/-])(1[5-9]\d{2}|20\d{2})(?:[–-](?:\d{2}|\d{4}))?(?![\w%€$£]|[,.]\d)")
_NOT_COUNTED = re.compile(r"\s(?:[a-z]{3,}s\b|metres|meters|m\b|km\b|people\b|percent)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DayParts:
    """A date at `span`; parts that it does not give are None. `weekday` counts from 0, Monday."""

    span: Span
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def agrees(self, other: "DayParts") -> bool:
        """Return whether both can be the same day: no part that both give differs."""
        return all(one is None or two is None or one == two for one, two in self._pairs(other))

    def comparable(self, other: "DayParts") -> bool:
        """Return whether both dates give some part in common."""
        return any(one is not None and two is not None for one, two in self._pairs(other))

    def _pairs(self, other: "DayParts") -> tuple[tuple[int | None, int | None], ...]:
        return (
            (self.year, other.year),
            (self.month, other.month),
            (self.day, other.day),
            (self.weekday, other.weekday),
        )


def day_parts(text: str) -> tuple[DayParts, ...]:
    """Return every date of a sentence, years and names of months and weekdays among them, in order."""
    known: list[DayParts] = [_parsed(text, item.span, item.value) for item in dates(text)]
    for match in _YEAR.finditer(text):
        span = Span(match.start(), match.end())
        if not _overlaps(span, known) and not _NOT_COUNTED.match(text, span.end):
            known.append(DayParts(span, match[0], year=int(match[1])))
    for month in months(text):
        span = Span(month.start, month.start + len(month.text))
        if not _overlaps(span, known):
            known.append(DayParts(span, month.text, month=int(month.value)))
    for match in _WEEKDAY.finditer(text):
        weekday = WEEKDAYS.index(match[0].casefold().removesuffix("s"))
        known.append(DayParts(Span(match.start(), match.end()), match[0], weekday=weekday))
    return tuple(sorted(known, key=lambda each: each.span))


def _overlaps(span: Span, known: list[DayParts]) -> bool:
    return any(span.start < each.span.end and each.span.start < span.end for each in known)


def _parsed(text: str, span: Span, value: str) -> DayParts:
    words = span.of(text)
    if quarter := _QUARTER.match(value):
        return DayParts(span, words, year=int(quarter[1]), month=3 * int(quarter[2]))
    match = _ISO.match(value)
    if match is None:  # 03/04/2024: day and month cannot be told apart
        digits = re.search(r"\d{4}", words)
        return DayParts(span, words, year=int(digits[0]) if digits else None)
    year, month, day = match["year"], match["month"], match["day"]
    return DayParts(
        span=span,
        text=words,
        year=int(year) if year and year != "-" else None,
        month=int(month) if month else None,
        day=int(day) if day else None,
    )


def iterate_years(parts: tuple[DayParts, ...]) -> Iterator[int]:
    """Yield the years that are named."""
    return (each.year for each in parts if each.year is not None)
