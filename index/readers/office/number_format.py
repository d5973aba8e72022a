"""Formats spreadsheet numbers as displayed: percent, currency, padding, dates and times.

Dates are always ISO 8601, which reads the same in every country.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

# Built-in formats, which workbooks refer to by number (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "0.0E+0",
    49: "@",
}
_LONGEST = 255  # characters of a format code
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|[^"\\\[_*]')
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_FRACTION = re.compile(r"[0#?] ?/ ?[0#?\d]")
_INTERRUPTED = re.compile(r"[0#?]x+[0#?]")
_MOST_DAYS = 2_958_466  # 31 December 9999


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a format code: the digit pattern, and the literals around it."""

    before: str
    digits: str
    after: str


def format_number(value: float, code: str, from_1904: bool = False) -> str:
    """Format a number with a format code.

    >>> format_number(0.075, "0.0%"), format_number(4711, "00000"), format_number(-2300, "#,##0;(#,##0)")
    ('7.5%', '04711', '(2,300)')
    """
    code = code[:_LONGEST]
    if code.strip().casefold() in ("", "general", "@", "standard"):
        return plain(value)
    if code.casefold().startswith("general"):
        return plain(value) + "".join(map(_literal, _TOKEN.findall(code[len("general") :])))
    if (elapsed := _ELAPSED.search(code)) is not None:
        return _elapsed(value, elapsed[1].lower(), _BRACKETED.sub("", code).lower())
    bare = "".join(mark for mark in _TOKEN.findall(code) if len(mark) == 1)
    if _DATE.search(bare) and not re.search(r"[0#?]", bare.replace(".0", "").replace(".00", "")):
        return _moment(value, bare, from_1904)
    return _number(value, code)


def plain(value: float) -> str:
    """Return a number without formatting; whole ones without a decimal point."""
    return f"{value:.15g}" if abs(value) < 1e15 else repr(value)


def _moment(value: float, code: str, from_1904: bool) -> str:
    """Format a serial date as a day, a time or both."""
    if not 0 <= value < _MOST_DAYS:
        return plain(value)
    # Excel's calendar contains 29 February 1900, which did not exist.
    start = datetime(1904, 1, 1, tzinfo=UTC) if from_1904 else datetime(1899, 12, 30, tzinfo=UTC)
    moment = start + timedelta(seconds=round(value * 86_400))
    has_day = bool(re.search("[yd]", code, re.IGNORECASE)) or not re.search("[hs]", code, re.IGNORECASE)
    has_time = bool(re.search("[hs]", code, re.IGNORECASE))
    time = moment.strftime("%H:%M:%S" if "s" in code.lower() else "%H:%M")
    if has_day and has_time:
        return f"{moment.date().isoformat()} {time}"
    return moment.date().isoformat() if has_day else time


def _elapsed(value: float, unit: str, rest: str) -> str:
    """Format a duration, which may exceed a day, as in 26:30; a `unit` of two letters gives two digits.

    `rest` is the format without its parts in brackets.
    """
    sign, seconds = ("-" if value < 0 else ""), round(abs(value) * 86_400)
    first = seconds // {"h": 3600, "m": 60, "s": 1}[unit[0]]
    minutes = f":{seconds // 60 % 60:02d}" if unit[0] == "h" and "m" in rest else ""
    tail = f":{seconds % 60:02d}" if unit[0] != "s" and "s" in rest else ""
    return f"{sign}{first:0{min(len(unit), 2)}d}{minutes}{tail}"


def _number(value: float, code: str) -> str:
    sections = _split(code)
    negative = value < 0 and len(sections) > 1
    part = sections[1] if negative else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    sign = "-" if value < 0 and not negative else ""
    marks = _TOKEN.findall(part)
    bare = "".join(mark for mark in marks if len(mark) == 1)
    if _FRACTION.search(bare):
        return sign + _fraction(
            abs(value), whole="#" in bare.partition("/")[0] or "0" in bare.partition("/")[0]
        )
    if _INTERRUPTED.search("".join(mark if mark in ("0", "#", "?") else "x" for mark in marks)) and (
        not set(".,E%") & set(bare)
    ):
        return sign + _filled_in(round(abs(value)), marks)
    section = _section(part)
    if not section.digits:
        return f"{section.before}{section.after}".strip() or (plain(value) if len(sections) == 1 else "")
    return f"{section.before}{sign}{_digits(abs(value), section)}{section.after}".strip()


def _digits(value: float, section: _Section) -> str:
    digits = section.digits
    percents = section.after.count("%") + section.before.count("%")
    value *= 100**percents
    if "E" in digits.upper():
        decimals = len(re.findall(r"[0#?]", digits.upper().partition("E")[0].partition(".")[2]))
        return f"{value:.{decimals}E}"
    while digits.endswith(","):
        digits, value = digits[:-1], value / 1000
    integer, _, decimal = digits.partition(".")
    places = min(len(re.findall(r"[0#?]", decimal)), 15)
    needed = min(decimal.count("0"), 15)
    text = f"{value:{',' if ',' in integer else ''}.{places}f}"
    head, _, tail = text.partition(".")
    tail = tail[:needed] + tail[needed:].rstrip("0")
    width = integer.replace(",", "").count("0")
    head = head.zfill(width) if "," not in integer and width > 1 else head
    return f"{head}.{tail}" if tail else head


def _fraction(value: float, whole: bool) -> str:
    """Format a number as a fraction, with a separate whole part if the format has one."""
    exact = Fraction(value).limit_denominator(99)
    if not whole:
        return str(exact)
    units, part = divmod(exact, 1)
    return f"{units} {part}" if units and part else str(part or units)


def _filled_in(number: int, marks: list[str]) -> str:
    """Fill digits into a pattern with other characters between them, such as a phone number."""
    digits, result = str(number), ""
    for mark in reversed(marks):
        if mark in ("0", "#", "?"):
            result = (digits[-1:] or ("0" if mark == "0" else "")) + result
            digits = digits[:-1]
        else:
            result = _literal(mark) + result
    return (digits + result).strip()


def _split(code: str) -> list[str]:
    parts = [""]
    for mark in _TOKEN.findall(code):
        if mark == ";":
            parts.append("")
        else:
            parts[-1] += mark
    return parts


def _section(part: str) -> _Section:
    """Divide a section into literals, digit pattern and literals."""
    before, digits, after = "", "", ""
    for mark in _TOKEN.findall(part):
        if len(mark) == 1 and (mark in "0#?.," or (digits and mark in "/Ee+-" and not after)):
            if not after:
                digits += mark
        elif digits:
            after += _literal(mark)
        else:
            before += _literal(mark)
    return _Section(before=before, digits=digits.strip(), after=after)


def _literal(mark: str) -> str:
    if mark.startswith('"'):
        return mark[1:-1]
    if mark.startswith("\\"):
        return mark[1:]
    if mark.startswith("["):
        match = _CURRENCY.match(mark)
        return match[1] if match else ""
    return "" if mark[0] in "_*@" else mark
