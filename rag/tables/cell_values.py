"""Parses the text of a cell into a typed value: number, date, duration, yes or no.

What is read is what a person reads there, by the conventions of the document: 1.234,50 or 1,234.50.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from citeback.index.search.analyzer import fold_accents


class Kind(StrEnum):
    """The type of a cell, or of most cells of a column."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    DURATION = "duration"
    YES_NO = "yes or no"
    NONE = "nothing"


class DecimalMark(StrEnum):
    """The decimal mark of a document's numbers."""

    POINT = "."
    COMMA = ","


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says.

    `number` is a number's value, a duration's seconds, a date as 19970412 (a year alone 19970000), 1 for
    yes and 0 for no. `unit` is what is counted, as it is written: "km", "$". `rest` tells that there are
    other words beside it, which may say something else. `until` is where a range of years ends.
    """

    kind: Kind
    number: Decimal | None = None
    unit: str = ""
    rest: bool = False
    until: Decimal | None = None


MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        "−",
        "n/a",
        "na",
        "n.a.",
        "tba",
        "tbd",
        "?",
        ".",
        "…",
        "...",
        "none",
        "null",
        "unknown",
    }
)
_NOTHING = Value(Kind.NONE)
_TEXT = Value(Kind.TEXT)

MONTHS = {
    name: n
    for n, names in enumerate(
        (
            ("january", "jan", "januar"),
            ("february", "feb", "februar"),
            ("march", "mar", "marz", "maerz"),
            ("april", "apr"),
            ("may", "mai"),
            ("june", "jun", "juni"),
            ("july", "jul", "juli"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct", "oktober", "okt"),
            ("november", "nov"),
            ("december", "dec", "dezember", "dez"),
        ),
        start=1,
    )
    for name in names
}
_CURRENCY = "$€£¥₹₽₩"
_CODES = frozenset(
    {"usd", "eur", "gbp", "jpy", "chf", "sek", "nok", "dkk", "pln", "inr", "cad", "aud", "us$", "a$", "c$"}
)
_TIMES = {
    **dict.fromkeys(("k", "thousand"), Decimal(1000)),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions"), Decimal(1_000_000)),
    **dict.fromkeys(("bn", "b", "mrd", "billion", "billions"), Decimal(1_000_000_000)),
    **dict.fromkeys(("tn", "trillion"), Decimal(1_000_000_000_000)),
}
_YES, _NO = (
    frozenset({"yes", "true", "y", "ja", "✓", "✔", "☑"}),
    frozenset({"no", "false", "n", "nein", "✗", "✘", "☐"}),
)
_NOTE = re.compile(r"\[[^\][]{0,20}\]|[*†‡]{1,20}(?=\s|$)")
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(
    r"(?P<open>\()?\s?(?P<before>[A-Za-z]{0,3}[$€£¥₹₽₩]|[A-Z]{3}\s)?\s?(?P<sign>[-+−–±]\s?)?(?P<after_sign>[$€£¥₹₽₩])?\s?"
    r"(?P<digits>\d{1,40}(?:[.,'\u00a0\u202f ]\d{3}(?!\d)){0,12}(?:[.,]\d{1,40})?|[.,]\d{1,40})"
    r"(?P<ordinal>st|nd|rd|th)?(?![\d:])"
    r"\s?(?P<unit>%|[A-Za-z°µ$€£¥²³/]{1,20})?(?P<close>\))?"
)
_YEAR = re.compile(r"(?:1\d|20|21)\d\d")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = r"(?P<month>[A-Za-zäÄ]{3,9})\.?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<number>\d{1,2})(?:-(?P<day>\d{1,2}))?(?!\d)",
        rf"{_NAMED}\s{_DAY},?\s(?P<year>\d{{4}})",
        rf"{_DAY}\.?\s(?:of\s)?{_NAMED},?\s(?P<year>\d{{4}})",
        rf"{_NAMED},?\s(?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<number>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
        rf"{_NAMED}\s{_DAY}(?!\d)",
        rf"{_DAY}\.?\s{_NAMED}(?![A-Za-z])",
    )
)
_CLOCK = re.compile(r"(?:(?P<h>\d{1,4}):)?(?P<m>\d{1,3}):(?P<s>\d{2}(?:\.\d{1,6})?)(?!\d)")
_RANGE = re.compile(
    r"\(?(?P<first>1\d\d\d|20\d\d)\s?[-–—/]\s?(?:(?P<last>\d{4}|\d\d)(?!\d)(?!-\d)|[Pp]resent|$)\)?"
)
_SCORE = re.compile(r"\s?[-–—:/]\s?\d")  # of two figures neither is the cell's
_FROM_TO = re.compile(r"\s?[-–—]\s?\d{2,9}\s[A-Za-z]{3}")  # 256–271 people: the first is taken
_HOUR = re.compile(r"(?P<h>\d{1,2})(?::(?P<m>\d{2}))?\s?(?P<half>[AaPp])\.?[Mm]\b")
_MINUTES = re.compile(
    r"(?:(?P<h>\d{1,4})\s?h(?:ours?)?\s?)?(?:(?P<m>\d{1,4})\s?min(?:utes?)?\s?)?(?:(?P<s>\d{1,5})\s?s(?:ec(?:onds?)?)?)?"
)
_LONGEST = 400  # characters of a cell beyond which it is prose


def normalize_cell(text: str) -> str:
    """Return a cell's text without its notes and with plain spaces and marks."""
    text = _NOTE.sub(" ", text[:_LONGEST]).replace("\u2212", "-")
    return _SPACES.sub(" ", text).strip(" \"'“”‘’")


def missing(text: str) -> bool:
    """Return whether a cell is marked as having no value."""
    return normalize_cell(text).casefold() in MISSING


def value(text: str, decimal_mark: DecimalMark = DecimalMark.POINT) -> Value:
    """Return the value of a cell.

    >>> [(each.kind, each.number, each.unit) for each in map(value, ("1,234.50", "(12)", "7.5%"))]
    ... # doctest: +NORMALIZE_WHITESPACE
    [(<Kind.NUMBER: 'number'>, Decimal('1234.50'), ''),
     (<Kind.NUMBER: 'number'>, Decimal('-12'), ''),
     (<Kind.PERCENT: 'percent'>, Decimal('7.5'), '%')]
    """
    said = normalize_cell(text)
    if said.casefold() in MISSING:
        return _NOTHING
    if len(text) > _LONGEST:
        return _TEXT
    if (word := said.casefold()) in _YES | _NO:
        return Value(Kind.YES_NO, Decimal(word in _YES))
    return years(said) or date(said) or duration(said) or _number(said, decimal_mark) or _TEXT


def number(text: str, decimal_mark: DecimalMark = DecimalMark.POINT) -> Decimal | None:
    """Return the number that a text is or begins with, None where it begins otherwise."""
    found = value(text, decimal_mark)
    return found.number if found.kind in (Kind.NUMBER, Kind.PERCENT) else None


def _number(said: str, decimal_mark: DecimalMark) -> Value | None:
    found = _NUMBER.match(said.removeprefix("#").removeprefix("~").removeprefix("c. ").lstrip())
    if found is None:
        return None
    amount = decimal(found["digits"], decimal_mark)
    if amount is None:
        return None
    after = found.string[found.end() :]
    if _SCORE.match(after) and not _FROM_TO.match(after):
        return None
    rest = bool(found.string[found.end() :].strip(" .,;*"))
    unit, bracketed = found["unit"] or "", bool(found["open"] and found["close"])
    money = (found["before"] or found["after_sign"] or "").strip()
    if money and not (set(money) & set(_CURRENCY)) and money.casefold() not in _CODES:
        return None
    if found["before"] and money.isalpha() and len(money) != 3:
        return None
    times = _TIMES.get(unit.casefold()) if money or len(unit) > 1 else None
    amount, unit = (amount * times, "") if times else (amount, unit)
    if bracketed or (found["sign"] or "").strip() in ("-", "–", "−"):
        amount = -amount
    kind = Kind.PERCENT if unit == "%" else Kind.NUMBER
    return Value(
        kind=kind, number=amount, unit=money or unit, rest=rest or bool(found["open"] and not bracketed)
    )


def decimal(digits: str, decimal_mark: DecimalMark) -> Decimal | None:
    """Return digits with their marks as a number, or None if the marks are misplaced.

    >>> decimal("1.234,50", DecimalMark.COMMA), decimal("1,234", DecimalMark.POINT)
    (Decimal('1234.50'), Decimal('1234'))
    """
    own, other = ".,"[decimal_mark is DecimalMark.COMMA], ",."[decimal_mark is DecimalMark.COMMA]
    plain = re.sub(r"['\u00a0\u202f ]", "", digits)
    last = max(plain.rfind(own), plain.rfind(other))
    if own in plain and other in plain:
        ends = plain[last]
        grouped = plain[:last].split(other if ends == own else own)
        whole, rest = ("".join(grouped), plain[last + 1 :]) if _grouped(grouped) else ("", "")
    elif own in plain or other in plain:
        groups = plain.split(plain[last])
        thousands = _grouped(groups) and (other in plain or len(groups) > 2)
        whole, rest = ("".join(groups), "") if thousands else (groups[0], "".join(groups[1:]))
        whole = "" if len(groups) > 2 and not thousands else whole or "0"
    else:
        whole, rest = plain, ""
    return Decimal(f"{whole}.{rest}" if rest else whole) if whole.isdecimal() else None


def _grouped(groups: Sequence[str]) -> bool:
    """Return whether digits are grouped by thousands."""
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def years(said: str) -> Value | None:
    """Return the years from which to which something was: 1954–1957, 2002/03, 1998 - present."""
    found = _RANGE.match(said)
    if found is None:
        return None
    first = int(found["first"])
    last = found["last"] or ""
    until = int(f"{found['first'][: 4 - len(last)]}{last}") if last.isdecimal() else None
    if until is not None and until < first:
        return None
    rest = bool(said[found.end() :].strip(" .,;*"))
    return Value(
        Kind.DATE, Decimal(first * 10_000), rest=rest, until=Decimal(until * 10_000) if until else None
    )


def date(said: str) -> Value | None:
    """Return the date that a text is or begins with; a year alone is a number."""
    for pattern in _DATES:
        found = pattern.match(said)
        if found is None:
            continue
        parts = found.groupdict()
        named = fold_accents(parts.get("month") or "").casefold()
        month = MONTHS.get(named) if named else int(parts.get("number") or 0)
        day, year = int(parts.get("day") or 0), int(parts.get("year") or 0)
        if month is None or not 1 <= month <= 12 or day > 31:
            continue
        rest = bool(said[found.end() :].strip(" .,;*"))
        return Value(Kind.DATE, Decimal(year * 10_000 + month * 100 + day), rest=rest)
    return None


def duration(said: str) -> Value | None:
    """Return the time that a text is or begins with, in seconds: 3:39, 1:02:33.5, 2 h 10 min."""
    if hour := _HOUR.match(said):
        noon = 12 * (hour["half"].lower() == "p") - 12 * (hour["h"] == "12")
        return Value(Kind.DURATION, Decimal((int(hour["h"]) + noon) * 3600 + int(hour["m"] or 0) * 60))
    clock = _CLOCK.match(said)
    if clock:
        seconds = Decimal(clock["h"] or 0) * 3600 + Decimal(clock["m"]) * 60 + Decimal(clock["s"])
        return Value(Kind.DURATION, seconds, rest=bool(said[clock.end() :].strip(" .,;*")))
    spelt = _MINUTES.match(said)
    if (spelt and (spelt["m"] or (spelt["h"] and spelt["s"]))) or (spelt and spelt["h"]):
        parts = (Decimal(spelt["h"] or 0) * 3600, Decimal(spelt["m"] or 0) * 60, Decimal(spelt["s"] or 0))
        return Value(Kind.DURATION, sum(parts, Decimal(0)), rest=bool(said[spelt.end() :].strip()))
    return None


_COMMA_SIGNS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d|(?<![\d.,])\d+,\d{1,2}(?![\d,])|(?<![\d.,])\d+,\d{4,}")
_POINT_SIGNS = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d)?|(?<![\d.,])\d+\.\d{1,2}(?![\d.])|(?<![\d.,])\d+\.\d{4,}"
)


def decimal_mark_of(cells: list[str]) -> DecimalMark:
    """Return by which custom the numbers of a document are written, as most of its cells show."""
    comma = sum(bool(_COMMA_SIGNS.fullmatch(normalize_cell(c).strip(" %€$£"))) for c in cells)
    point = sum(bool(_POINT_SIGNS.fullmatch(normalize_cell(c).strip(" %€$£"))) for c in cells)
    return DecimalMark.COMMA if comma > point else DecimalMark.POINT
