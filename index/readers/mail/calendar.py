"""Reads calendars (iCalendar, RFC 5545) into lines: what, when, where."""

import re
from collections.abc import Iterator

from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode
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
    "STATUS": "Status",
}
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a calendar file; `stem` is the title. Raises ReadError."""
    text = calendar_text(decode(data).removeprefix("\ufeff"))
    return Source(text, title(stem), "calendar")


def calendar_text(text: str) -> str:
    r"""Return the entries of a calendar, separated by blank lines.

    >>> calendar_text("BEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20260417T090000Z\nEND:VEVENT")
    'Summary: Tea\nStart: 2026-04-17 09:00 UTC'
    """
    entries: list[list[str]] = [[]]
    for name, value in _properties(_FOLDED.sub("", text)):
        if name == "BEGIN":
            entries.append([])
        elif label := _LABELS.get(name):
            entries[-1].append(f"{label}: {value}")
    return "\n\n".join("\n".join(lines) for lines in entries if lines)


def _properties(text: str) -> Iterator[tuple[str, str]]:
    for line in clean(text).split("\n"):
        name, _, value = line.partition(":")
        key, *parameters = name.split(";")
        if key.upper() in ("ORGANIZER", "ATTENDEE"):
            named = next(
                (p.partition("=")[2].strip('"') for p in parameters if p.upper().startswith("CN=")), ""
            )
            address = value.removeprefix("mailto:").removeprefix("MAILTO:")
            value = f"{named} <{address}>" if named and named != address else address
        yield key.upper().strip(), _formatted_value(value)


def _formatted_value(value: str) -> str:
    value = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
    if not (match := _DATE.fullmatch(value)):
        return value
    year, month, day, hour, minute, zone = match.groups()
    time = f" {hour}:{minute}{' UTC' if zone else ''}" if hour else ""
    return f"{year}-{month}-{day}{time}"
