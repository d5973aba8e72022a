"""Reads calendars (iCalendar, RFC 5545) into lines: what, when, where."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from citeback.index.errors import ReadError
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.html import web_page
from citeback.index.records import Source

_FOLDED = re.compile(r"\r?\n[ \t]")
_LABELS = {
    "SUMMARY": "Summary",
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "LOCATION": "Place",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee",
    "DESCRIPTION": "Description",
    "COMMENT": "Comment",
    "CONTACT": "Contact",
    "CATEGORIES": "Categories",
    "RESOURCES": "Resources",
    "URL": "Web",
    "DURATION": "Duration",
    "EXDATE": "Except",
    "COMPLETED": "Completed",
    "STATUS": "Status",
}
_SKIPPED = {"VTIMEZONE", "VALARM"}  # changes of the clock, reminders
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")
# Names and parameters up to the colon; quoted values may hold colons and semicolons.
_PROPERTY = re.compile(r'(?:[^":]|"[^"]*"|"(?=[^"]*\Z))*')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*"?)+')
_DAY = re.compile(r"\d{8}")
_SPAN = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?)?")
_MARKUP = re.compile(r"<(?:p|div|br|a|b|i|em|strong|ul|ol|li|span|table|html)\b[^<>]{0,500}>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a calendar file; `stem` is the title. Raises ReadError."""
    text = calendar_text(decode(data).removeprefix("\ufeff"))
    return Source(text=text, title=title(stem), kind="calendar")


def calendar_text(text: str) -> str:
    r"""Return the entries of a calendar, separated by blank lines.

    >>> calendar_text("BEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20260417T090000Z\nEND:VEVENT")
    'Summary: Tea\nStart: 2026-04-17 09:00 UTC'
    """
    entries: list[list[str]] = [[]]
    skipped = 0
    for name, value in _properties(_FOLDED.sub("", text)):
        if name in ("BEGIN", "END") and (skipped or value.upper() in _SKIPPED):
            skipped += 1 if name == "BEGIN" else -1
        elif skipped:
            continue
        elif name == "BEGIN":
            entries.append([])
        elif name == "RRULE":
            entries[-1].append(f"Repeats: {_rule(value)}")
        elif label := _LABELS.get(name):
            entries[-1].append(f"{label}: {value}")
    return "\n\n".join("\n".join(lines) for lines in entries if lines)


def _rule(value: str) -> str:
    """Return a rule of repetition in words.

    >>> _rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20270601")
    'weekly, interval 2, on Tuesday and Thursday, until 2027-06-01'
    """
    parts = dict(each.partition("=")[::2] for each in value.upper().split(";"))
    days = [_DAYS[day[-2:]] for day in parts.get("BYDAY", "").split(",") if day[-2:] in _DAYS]
    words = [
        parts.get("FREQ", "").lower(),
        f"interval {line(parts['INTERVAL'])}" if parts.get("INTERVAL") else "",
        f"on {' and '.join(days)}" if days else "",
        f"{line(parts['COUNT'])} times" if parts.get("COUNT") else "",
        f"until {_formatted_value(parts['UNTIL'])}" if parts.get("UNTIL") else "",
    ]
    return ", ".join(filter(None, words))


def _properties(text: str) -> Iterator[tuple[str, str]]:
    for each in clean(text).split("\n"):
        match = _PROPERTY.match(each)
        value = each[match.end() :].removeprefix(":") if match else ""
        key, *parameters = _PARAMETER.findall(match[0] if match else "") or [""]
        if key.upper() in ("ORGANIZER", "ATTENDEE"):
            named = next(
                (p.partition("=")[2].strip('"') for p in parameters if p.upper().startswith("CN=")), ""
            )
            address = value.removeprefix("mailto:").removeprefix("MAILTO:")
            value = f"{named} <{address}>" if named and named != address else address
        shown = _formatted_value(value)
        if key.upper() == "DTEND" and _DAY.fullmatch(value.strip()):
            shown = _day_before(value.strip())
        elif key.upper() == "DURATION":
            shown = _duration(value.strip())
        elif key.upper() == "EXDATE":
            shown = ", ".join(map(_formatted_value, value.split(",")))
        elif key.upper() in ("DESCRIPTION", "COMMENT") and _MARKUP.search(shown):
            shown = _words(shown)
        yield key.upper().strip(), shown


def _day_before(value: str) -> str:
    """Return the last day of an entry for whole days, whose end is the day after it."""
    try:
        return (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return value


def _duration(value: str) -> str:
    """Return a duration in words.

    >>> _duration("PT1H30M"), _duration("P2D")
    ('1 h 30 min', '2 days')
    """
    match = _SPAN.fullmatch(value)
    if match is None:
        return value
    names = (("week", "weeks"), ("day", "days"), ("h", "h"), ("min", "min"), ("s", "s"))
    counts = zip(match.groups(), names, strict=True)
    return " ".join(f"{n} {one if int(n) == 1 else more}" for n, (one, more) in counts if n)


def _words(markup: str) -> str:
    try:
        return web_page.visible_text(markup.encode())
    except ReadError:
        return ""  # nothing is displayed


def _formatted_value(value: str) -> str:
    value = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
    if not (match := _DATE.fullmatch(value)):
        return value
    year, month, day, hour, minute, zone = match.groups()
    time = f" {hour}:{minute}{' UTC' if zone else ''}" if hour else ""
    return f"{year}-{month}-{day}{time}"
