"""Values that workbooks store differently from what they display: escapes, ISO dates, shared formulas."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from lxml import etree

from citeback.index.readers.common.control_characters import encodable
from citeback.index.readers.office.grid import column_name, column_number

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_DAY = 86_400.0  # seconds
_REFERENCE = re.compile(r"(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(])")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LONGEST = 1_000  # characters of a formula whose references are moved


def unescaped(text: str) -> str:
    r"""Return a string with its escaped characters, which XML cannot hold.

    >>> unescaped("left_x000A_right"), unescaped("a_x005F_x0041_")
    ('left\nright', 'a_x0041_')
    """
    if "_x" not in text:
        return text
    shown = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    pairs = shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return encodable(pairs)


def serial_date(value: str) -> float | None:
    """Return a date or time in ISO 8601 as days since 1899-12-30, None if it is neither.

    >>> serial_date("2026-03-04T12:00:00"), serial_date("08:30:00") == 8.5 / 24
    (46085.5, True)
    """
    try:
        moment = datetime.fromisoformat(value.strip()).replace(tzinfo=UTC)
    except ValueError:
        return _day_share(value.strip())
    days = (moment - _EPOCH).total_seconds() / _DAY
    return days if days >= 2 else days % 1  # 1899-12-31 is the day of times without a date


def _day_share(value: str) -> float | None:
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        return None
    return (moment.hour * 3600 + moment.minute * 60 + moment.second) / _DAY


@dataclass(slots=True)
class SharedFormulas:
    """The formulas of a sheet that stand for several cells; each is written in the first of them."""

    first: dict[str, tuple[str, str]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget the formulas of the last sheet."""
        self.first.clear()

    def formula(self, cell: etree._Element) -> str:
        """Return a cell's formula with an equals sign, "" if it has none."""
        element = cell.find(f"{_S}f")
        if element is None:
            return ""
        at, key, text = cell.get("r") or "", element.get("si") or "", element.text or ""
        if key and text:
            self.first.setdefault(key, (text, at))
        if not text and key in self.first:
            text = moved(*self.first[key], at)
        return f"={text}" if text else ""


def moved(formula: str, start: str, end: str) -> str:
    """Return a formula as it reads when it is copied from one cell to another.

    >>> moved("C4*$D$1", "B4", "B6")
    'C6*$D$1'
    """
    here, there = _ADDRESS.fullmatch(start), _ADDRESS.fullmatch(end)
    if here is None or there is None or len(formula) > _LONGEST:
        return formula
    across = column_number(there[1]) - column_number(here[1])
    down = int(there[2]) - int(here[2])

    def shifted(match: re.Match[str]) -> str:
        column = match[2] if match[1] else column_name(max(0, column_number(match[2]) + across))
        row = match[4] if match[3] else str(max(1, int(match[4]) + down))
        return f"{match[1]}{column}{match[3]}{row}"

    return _REFERENCE.sub(shifted, formula)
