"""Relative dates, resolved from the date of the document: "yesterday", "last Tuesday", "in March".

English only. The day is that of the document; whether it is the right one, the document may not say.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from citeback.index.records import Span
from citeback.rag.checking.claims.numerals import MONTHS, WORDS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_UNITS = {"day": 1, "week": 7}
_SMALL = [
    word for word, value in WORDS.items() if 1 <= value <= 30 and not word.endswith(("th", "st", "nd", "rd"))
]
_COUNT = rf"(?:\d{{1,3}}|an?|a couple of|{'|'.join(_SMALL)})"
_MONTH = "|".join(name for name in MONTHS if len(name) > 4 or name in ("may", "june", "july"))
_RELATIVE = re.compile(
    rf"\b(?P<day>{'|'.join(sorted(_DAYS, key=len, reverse=True))})\b"
    rf"|(?<!every )(?<!each )\b(?P<count>{_COUNT})[\s-](?P<unit>day|week|month|year)s?['’]? "
    r"(?P<way>ago|from now)\b(?! on)"
    rf"|\b(?:on )?(?P<ofweek>{'|'.join(WEEKDAYS)}),? (?:of )?(?P<week>last|next|this) week\b"
    rf"|\bin (?P<ahead>{_COUNT})[\s-](?P<unit2>day|week|month|year)s?['’]? time\b"
    r"|\b(?P<which>last|next|this|this past|this coming|the past|the coming)\s"
    rf"(?P<what>week|month|year|quarter|{'|'.join(WEEKDAYS)}|{_MONTH})\b(?! of\b)"
    rf"|\b(?:(?P<before>on|by|until|since|from|late|early)\s)(?P<weekday>{'|'.join(WEEKDAYS)})\b"
    rf"|(?<![\w-])(?P<bare>{'|'.join(WEEKDAYS)})(?: (?:morning|afternoon|evening|night))?\b"
    r"(?!s\b|['’]s\b|,? \d)"
    rf"|\b(?:in|since|until|by|during|early|late|mid) (?P<month>{_MONTH})\b(?! \d|,? of\b)",
    re.IGNORECASE,
)
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
# What is so every week has no date: opening hours, "every Monday", "on Mondays", "once a year".
_HABIT = re.compile(
    rf"\b(?:every|each) (?:\w{{1,12}} ){{0,2}}(?:days?|weeks?|months?|years?|morning|evening|{_WEEKDAY})\b"
    rf"|\b(?:first|second|third|fourth|last) {_WEEKDAY} (?:of|in) (?:the|each|every|a) month\b"
    rf"|\ban? {_WEEKDAY}\b|\bgood friday\b|\bfor the (?:following|next) week\b"
    rf"|\b{_WEEKDAY}(?:,| and| or| to|[-–]) {{0,1}}(?:and )?{_WEEKDAY}\b"
    rf"|\b{_WEEKDAY}s\b|\b(?:daily|weekly|monthly|yearly|annually|usually|normally|regularly|always)\b"
    r"|\b(?:once|twice|times) (?:a|per|every) (?:day|week|month|year)\b"
    r"|\b(?:opening|office) hours\b|\b(?:is|are|stays?|remains?) (?:always )?(?:open|closed|shut)\b"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\b\.?|h\b)? ?(?:to|until|till|and|-|–) ?"
    r"\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|going to|due|scheduled|plans? to|planned for|is expected|are expected|upcoming"
    r"|who (?:takes|covers|comes|goes|represents)|(?:can|could) (?:you|we|somebody|anybody|anyone))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """A date as it is written, and what it means: "2024-05-31", "2024-05" or "2024".

    `sure` is false if the words may mean another time: "in March" may be the next one.
    """

    span: Span
    value: str
    sure: bool


def relative_dates(text: str, day: date, exact: bool = True) -> Iterator[ResolvedDate]:
    """Yield the relative dates of a sentence of a document that was written on `day`.

    If that is not its exact day, only months are reckoned.
    """
    habit = _HABIT.search(text) is not None
    for match in _RELATIVE.finditer(text):
        if not exact and not match["month"]:
            continue
        name = next((each for each in _READERS if match[each]), "")
        words = match[name]
        if name in ("bare", "weekday", "month") and not words[0].isupper():
            continue  # "may" and "march" are verbs
        if habit and name in ("bare", "weekday", "month"):
            continue
        try:
            if read := _READERS[name](match, text, day):
                yield ResolvedDate(Span(*match.span()), *read)
        except (ValueError, OverflowError):
            continue  # before year 1 or after 9999


def _named_day(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    del text
    return (day + timedelta(days=_DAYS[match["day"].casefold()])).isoformat(), True


def _counted(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    del text
    count = _count(match["count"] or match["ahead"])
    sign = -1 if match["way"] == "ago" else 1
    unit = (match["unit"] or match["unit2"]).casefold()
    exact = (match["count"] or match["ahead"]).isdigit() or unit == "day"
    if unit in _UNITS:
        return (day + timedelta(days=sign * count * _UNITS[unit])).isoformat(), exact and unit == "day"
    if unit == "month":
        return _month(day.year, day.month + sign * count), False
    return f"{day.year + sign * count:04}", False


def _named_span(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    which, what = match["which"].casefold(), match["what"].casefold()
    step = (
        -1
        if which in ("last", "this past", "the past")
        else 1
        if which in ("next", "this coming", "the coming")
        else 0
    )
    if what in WEEKDAYS:
        return _weekday(day, WEEKDAYS.index(what), step, text), step != 0
    if what in MONTHS:
        return _nearest_month(day, MONTHS[what], step, text), step == 0
    if what == "week":
        monday = day - timedelta(days=day.weekday())
        return (monday + timedelta(days=7 * step)).isoformat(), False
    if what == "month":
        return _month(day.year, day.month + step), True
    if what == "quarter":
        quarter = (day.month - 1) // 3 + step
        return f"{day.year + quarter // 4:04}-Q{quarter % 4 + 1}", True
    return f"{day.year + step:04}", True


def _day_of_week(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    del text
    step = {"last": -1, "this": 0, "next": 1}[match["week"].casefold()]
    weekday = WEEKDAYS.index(match["ofweek"].casefold())
    return (day + timedelta(days=7 * step + weekday - day.weekday())).isoformat(), True


def _bare_weekday(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    name = (match["weekday"] or match["bare"]).casefold()
    return _weekday(day, WEEKDAYS.index(name), 0, text), False


def _bare_month(match: re.Match[str], text: str, day: date) -> tuple[str, bool]:
    return _nearest_month(day, MONTHS[match["month"].casefold()], 0, text), False


_READERS: dict[str, Callable[[re.Match[str], str, date], tuple[str, bool] | None]] = {
    "day": _named_day,
    "count": _counted,
    "ahead": _counted,
    "ofweek": _day_of_week,
    "which": _named_span,
    "weekday": _bare_weekday,
    "bare": _bare_weekday,
    "month": _bare_month,
}


def _weekday(day: date, weekday: int, step: int, text: str) -> str:
    """Return the last (-1) or next (1) such day; for 0, the last, today counted, or what is to come."""
    if step < 0:
        return (day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)).isoformat()
    if step > 0 or _FUTURE.search(text):
        return (day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)).isoformat()
    return (day - timedelta(days=(day.weekday() - weekday) % 7)).isoformat()


def _nearest_month(day: date, month: int, step: int, text: str) -> str:
    """Return the last such month, this one counted, or the next if it is to come."""
    if step < 0:
        return _month(day.year - (month >= day.month), month)
    if step > 0 or _FUTURE.search(text):
        return _month(day.year + (month <= day.month if step > 0 else month < day.month), month)
    return _month(day.year - (month > day.month), month)


def _month(year: int, month: int) -> str:
    return f"{year + (month - 1) // 12:04}-{(month - 1) % 12 + 1:02}"


def _count(words: str) -> int:
    lower = words.casefold()
    if lower.isdigit():
        return int(lower)
    return 2 if lower.startswith("a couple") else int(WORDS.get(lower, 1))
