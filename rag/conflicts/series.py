"""Documents that are each about their own time or thing: annual reports, invoices."""

import re
from dataclasses import dataclass

from citeback.index.records import Document
from citeback.index.word_lists import word_list
from citeback.rag.conflicts.comparison import DocumentRelation

_PERIODIC = word_list(__package__, "periodic.txt")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DAY = re.compile(r"(?:19|20)\d{2}[-_.](?:0[1-9]|1[0-2])[-_.]\d{2}")  # in the name of one of a series
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_VERSION = re.compile(
    r"(?:\bv|version|rev|revision|draft|edition)[ ._-]?\d|(?<!\d)(?:19|20)\d{2}(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SeriesMember:
    """The signs in a document's name and title of a series that it may belong to.

    `stem` is the name without digits, and `numbers` are these. `periodic` tells that such documents come
    again and again, `version` that the name gives a version or a year. `days` are
    the days in the name, `years` the years of both.
    """

    stem: str
    numbers: frozenset[str]
    periodic: bool
    version: bool
    day: str
    days: frozenset[str]
    years: frozenset[str]


def series_member(document: Document) -> SeriesMember:
    """Return the signs of a series in a document's name and title."""
    name = document.name.rsplit("/", 1)[-1]
    words = {word.casefold() for word in _LETTERS.findall(f"{name} {document.title}".replace("_", " "))}
    return SeriesMember(
        stem=_DIGITS.sub("#", document.name),
        numbers=frozenset(_DIGITS.findall(f"{name} {document.title}")),
        periodic=not words.isdisjoint(_PERIODIC),
        version=_VERSION.search(name) is not None,
        day=document.day,
        days=frozenset(_DAY.findall(name)),
        years=frozenset(_YEAR.findall(f"{name} {document.title}")),
    )


def relation(one: SeriesMember, other: SeriesMember) -> DocumentRelation:
    """Return how two documents are related: reports of two years, two invoices."""
    return DocumentRelation(
        own_times=one.periodic and other.periodic and one.numbers != other.numbers,
        days_differ=one.day != other.day,
        series=one.stem == other.stem and not (one.version and other.version),
        years_differ=any(
            bool(mine and theirs) and mine.isdisjoint(theirs)
            for mine, theirs in ((one.years, other.years), (one.days, other.days))
        ),
    )
