"""Dates in a text, in the forms that people write: "31 May 2024", "May 31, 2024", "31.5.24", "4. August"."""

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from dataclasses import replace

from citeback.index.records import Span
from citeback.index.word_lists import word_groups
from citeback.rag.checking.claims.numerals import MONTHS
from citeback.rag.lists.item import Item

_FOREIGN = {
    name: n for n, names in enumerate(word_groups(__package__, "month_names.txt"), start=1) for name in names
}
_ALL_MONTHS = _FOREIGN | MONTHS
_VERBS = frozenset({"may", "march", "mar"})  # months only with a capital
_OTHER_THINGS = frozenset({"mars", "mayo", "mei", "luty"})  # months only beside a year, "le" or "de"
_LONG = "|".join(name for name in MONTHS if len(name) > 4 or name in ("june", "july"))
_SHORT = "|".join(sorted((name for name in MONTHS if len(name) < 5), key=len, reverse=True))
_NAMES = "|".join(sorted(_ALL_MONTHS, key=len, reverse=True))
# Only what is cut short ends in a point.
_MONTH = rf"(?P<{{0}}>(?:{_LONG})\b|(?:{_SHORT})\b\.?)"
_ANY_MONTH = rf"(?P<{{0}}>(?:{_LONG})\b|(?:{_NAMES})\b\.?)"
_YEAR = r"(?P<{0}>[12]\d{{3}})\b"
_SPACE = r"(?:[^\S\n]{1,3}|[^\S\n]{0,3}\n[^\S\n]{0,3})"
_AND = r"[^\S\n]{0,2}(?:[-–—/&]|\b(?:and|or|to|und|bis|et|au|y|al|e|en|og|och)\b)[^\S\n]{0,2}(?:the )?"
_DATE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<y1>[12]\d{3})(?P<s1>[-/])(?P<m1>\d{2})(?P=s1)(?P<d1>\d{2})(?![\d/-])"
    r"|(?P<a2>\d{1,2})(?P<s2>[/.-])(?P<b2>\d{1,2})(?P=s2)(?P<y2>[12]\d{3}|\d{2})(?![\d/-]|\.\d)"
    rf"|(?:(?P<e3>\d{{1,2}})(?:st|nd|rd|th|\.)?{_AND})?(?P<d3>\d{{1,2}})(?P<end3>st|nd|rd|th|er|[ºª.])?"
    rf"{_SPACE}(?P<of3>of (?:the )?|de |d['’])?{_ANY_MONTH.format('m3')}"
    rf"(?:(?:,|[^\S\n]del?)?{_SPACE}{_YEAR.format('y3')})?"
    rf"|{_MONTH.format('m4')}{_SPACE}(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
    rf"(?:(?P<and4>{_AND})(?P<e4>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:./-]?\d))?"
    rf"(?:,?{_SPACE}{_YEAR.format('y4')})?"
    rf"|{_ANY_MONTH.format('m5')},?{_SPACE}(?:of |del? )?{_YEAR.format('y5')}"
    r"|(?P<q6>Q[1-4])[ /-]?(?P<y6>[12]\d{3})\b"
    r")",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[.)]\s")  # "before September\n4. The next point"
# A year alone is a date where the word before it says so, or where it begins a row of a table.
_NOT_COUNTED = r"(?!\s?[%€$£]|[,.]\d|-(?!(?:19|20)\d\d\b)\d)"
_RECENT = r"(?:19[5-9]\d|20[0-4]\d)\b"
_YEAR_ALONE = re.compile(
    r"\b(?:(?:in|since|by|until|till|from|of|during|before|after|between|and|to|late|early|mid|circa|around"
    r"|year)(?:[^\S\n]|-)(?:the (?:year )?)?(?P<year>1[0-9]\d{2}|20\d{2})\b"
    r"|(?:for|spring|summer|autumn|fall|winter|seit|ab|bis|jahre?|en|de|du|depuis|dès|année|año|anno|dal?|nel)"
    rf"[^\S\n](?:the (?:year )?)?(?P<recent>{_RECENT})){_NOT_COUNTED}"
    rf"|^(?P<row>{_RECENT})(?=\t)",
    re.IGNORECASE | re.MULTILINE,
)
_TO_YEAR = re.compile(rf" ?[-–—] ?(?P<year>{_RECENT}){_NOT_COUNTED}")
_GAP = re.compile(rf"(?:{_AND}|, ?| (?:until|till|through) )(?:the )?\Z", re.IGNORECASE)
CENTURY_TURN = 70  # a year of two digits from here on is of the 20th century


def dates(text: str) -> Iterator[Item]:
    """Yield every date with its value in ISO 8601, as far as it is written: "2024-05" for May 2024.

    A day without a year is "--05-31". Where day and month cannot be told apart, as in 03/04/2024, the value
    is what is written. "20 and 21 June 2026" are two, the first with all the words.
    """
    whole = _with_years([item for match in _DATE.finditer(text) for item in _items(match)], text)
    yield from whole
    at = 0
    for span in _years_alone(text):
        while at < len(whole) and whole[at].span.end <= span.start:
            at += 1
        if at == len(whole) or whole[at].span.start >= span.end:
            yield Item(span, span.of(text))


def readable_date(value: str) -> str:
    """Return the value of a date as it is shown: a day without a year in words.

    >>> readable_date("--09-30"), readable_date("2025-09")
    ('30 September (no year)', '2025-09')
    """
    parts = re.fullmatch(r"--(\d{2})-(\d{2})", value)
    return f"{int(parts[2])} {month_name[int(parts[1])]} (no year)" if parts else value


def _years_alone(text: str) -> Iterator[Span]:
    for match in _YEAR_ALONE.finditer(text):
        name = next(each for each in ("year", "recent", "row") if match[each])
        yield Span(*match.span(name))
        if until := _TO_YEAR.match(text, match.end()):
            yield Span(*until.span("year"))


def _with_years(items: list[Item], text: str) -> list[Item]:
    """Return the dates, those without a year with that of the date that they are joined to."""
    result = list(items)
    for n in range(len(items) - 2, -1, -1):
        one, next_one = result[n], result[n + 1]
        year, gap = next_one.value[:4], text[one.span.end : next_one.span.start]
        if one.value.startswith("--") and year.isdigit() and next_one.value[4:5] == "-" and _GAP.match(gap):
            before = one.value[2:4] > next_one.value[5:7]
            result[n] = replace(one, value=_iso(str(int(year) - before), int(one.value[2:4]), _day(one)))
    return [item for item in result if item.value]


def _day(item: Item) -> int:
    return int(item.value[5:7] or 0)


def _items(match: re.Match[str]) -> Iterator[Item]:
    """Yield the dates of a match: one, two where two days share a month, or none."""
    parts = match.groupdict()
    span = Span(match.start(), match.end() - match[0].endswith("."))
    if parts["m3"]:
        yield from _day_before_month(match, span)
    elif parts["m4"]:
        yield from _day_after_month(match, span)
    elif value := _value(match):
        yield Item(span, value)


def _value(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if parts["y1"]:
        return _iso(parts["y1"], int(parts["m1"]), int(parts["d1"]))
    if parts["y2"]:
        return _numeric(match[0], parts["y2"], int(parts["a2"]), int(parts["b2"]), parts["s2"])
    if parts["q6"]:
        return f"{parts['y6']}-{parts['q6'].upper()}"
    return _iso(parts["y5"], _ALL_MONTHS[_plain(parts["m5"])], 0) if _is_month(parts["m5"]) else ""


def _day_before_month(match: re.Match[str], span: Span) -> Iterator[Item]:
    """Yield "4 August 2025", "4. August" and the first day of "4 and 5 August"."""
    name, year, first = _plain(match["m3"]), match["y3"] or "", match["e3"]
    odd = name in _OTHER_THINGS and not year and not match["of3"] and match["m3"][0].isupper()
    if odd or not _is_month(match["m3"]):
        return
    month, day = _ALL_MONTHS[name], int(match["d3"])
    if match["end3"] == "." and not _is_ordinal(match, name):
        if year:  # "3. March 2024" is a numbered line
            yield Item(Span(match.start("m3"), span.end), _iso(year, month, 0))
        return
    if first and int(first) < day and (value := _iso(year, month, int(first))):
        yield Item(span, value)
    if value := _iso(year, month, day):
        yield Item(Span(match.start("d3"), span.end) if first else span, value)


def _is_ordinal(match: re.Match[str], name: str) -> bool:
    """Return whether the point after a day counts, as in German, and does not number a line."""
    text, start = match.string, match.start()
    begins = not text[max(0, start - 80) : start].rpartition("\n")[2].strip()
    between = text[match.end("d3") : match.start("m3")]
    return name in _FOREIGN and "\n" not in between and bool(match["y3"] or not begins or match["e3"])


def _day_after_month(match: re.Match[str], span: Span) -> Iterator[Item]:
    """Yield "August 4, 2025", and both days of "August 4-5, 2025"."""
    name, year, last = match["m4"], match["y4"] or "", match["e4"]
    broken = "\n" in match[0] and not year and _NUMBERED.match(match.string, match.end())
    if broken or not name[0].isupper():
        return
    month = MONTHS[_plain(name)]
    two = last and int(last) > int(match["d4"]) and (year or not match["and4"].strip().isalpha())
    if not two and last:
        span = Span(span.start, match.end("d4"))
    if value := _iso("" if last and not two else year, month, int(match["d4"])):
        yield Item(span, value)
    if two and (value := _iso(year, month, int(last))):
        yield Item(Span(match.start("e4"), span.end), value)


def _is_month(name: str) -> bool:
    """Return whether the name of a month is none of the verbs "may" and "march"."""
    return name[0].isupper() or _plain(name) not in _VERBS


def _plain(name: str) -> str:
    return name.casefold().rstrip(".")


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
