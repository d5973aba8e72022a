"""Dates in a text, in the forms that people write: "31 May 2024", "May 31, 2024", "2024-05-31", "31.5.24"."""

import re
from calendar import monthrange
from collections.abc import Iterator

from citeback.index.records import Span
from citeback.rag.checking.claims.numerals import MONTHS
from citeback.rag.lists.item import Item

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<{{0}}>{_NAMES})\b\.?"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>[12]\d{{3}})\b"
_SPACE = r"[^\S\n]{1,3}|[^\S\n]{0,3}\n[^\S\n]{0,3}"
_DATE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<y1>[12]\d{3})(?P<s1>[-/])(?P<m1>\d{2})(?P=s1)(?P<d1>\d{2})(?![\d/-])"
    r"|(?P<a2>\d{1,2})(?P<s2>[/.-])(?P<b2>\d{1,2})(?P=s2)(?P<y2>[12]\d{3}|\d{2})(?![\d/-]|\.\d)"
    rf"|{_DAY.format('d3')}(?:{_SPACE})(?:of (?:the )?)?{_MONTH.format('m3')}"
    rf"(?:,?(?:{_SPACE}){_YEAR.format('y3')})?"
    rf"|{_MONTH.format('m4')}(?:{_SPACE}){_DAY.format('d4')}\b(?!:)(?:,?(?:{_SPACE}){_YEAR.format('y4')})?"
    rf"|{_MONTH.format('m5')},?(?:{_SPACE})(?:of )?{_YEAR.format('y5')}"
    r"|(?P<q6>Q[1-4])[ /-]?(?P<y6>[12]\d{3})\b"
    r")",
    re.IGNORECASE,
)
# A year alone is a date where the word before it says so.
_YEAR_ALONE = re.compile(
    r"\b(?:in|since|by|until|till|from|of|during|before|after|between|and|to|late|early|mid|circa|around|year)"
    r"(?:[^\S\n]|-)(?:the (?:year )?)?(?P<year>1[0-9]\d{2}|20\d{2})\b(?!\s?[%€$£]|[,.]\d|-\d)",
    re.IGNORECASE,
)
CENTURY_TURN = 70  # a year of two digits from here on is of the 20th century


def dates(text: str) -> Iterator[Item]:
    """Yield every date with its value in ISO 8601, as far as it is written: "2024-05" for May 2024.

    A day without a year is "--05-31". Where day and month cannot be told apart, as in 03/04/2024, the value
    is what is written.
    """
    covered: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        if value := _value(match):
            covered.append(match.span())
            yield Item(Span(match.start(), match.end() - match[0].endswith(".")), value)
    at = 0
    for match in _YEAR_ALONE.finditer(text):
        start, end = match.span("year")
        while at < len(covered) and covered[at][1] <= start:
            at += 1
        if at == len(covered) or covered[at][0] >= end:
            yield Item(Span(start, end), match["year"])


def _value(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if parts["y1"]:
        return _iso(parts["y1"], int(parts["m1"]), int(parts["d1"]))
    if parts["y2"]:
        return _numeric(match[0], parts["y2"], int(parts["a2"]), int(parts["b2"]), parts["s2"])
    if parts["q6"]:
        return f"{parts['y6']}-{parts['q6'].upper()}"
    for n in "345":
        if name := parts[f"m{n}"]:
            if not name[0].isupper():  # "may" and "march" are verbs
                return ""
            day = int(parts[f"d{n}"]) if n != "5" else 0
            return _iso(parts[f"y{n}"] or "", MONTHS[name.casefold()], day)
    return ""


def _numeric(text: str, year: str, first: int, second: int, sign: str) -> str:
    if len(year) == 2:
        year = f"{'19' if int(year) >= CENTURY_TURN else '20'}{year}"
    if sign == "." or first > 12:
        return _iso(year, second, first)
    if second > 12:
        return _iso(year, first, second)
    return _iso(year, first, second) if first == second else text


def _iso(year: str, month: int, day: int) -> str:
    """Return the date in ISO 8601, or "" if there is no such day."""
    if not 1 <= month <= 12 or day > monthrange(int(year or 2000), month)[1]:
        return ""
    start = f"{year or '-'}-{month:02}"
    return f"{start}-{day:02}" if day else start
