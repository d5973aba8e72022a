"""Whether a text writes the day or the month first, told by its other dates: 13/06/2024 has the day first."""

import re
from calendar import monthrange

_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
MOST_MONTHS = 12


def day_first(text: str) -> bool | None:
    """Return whether the day comes first in the numeric dates of a text; None if nothing or both tell.

    >>> day_first("12/06/2031, 13/06/2031"), day_first("06/12/2031, 06/13/2031"), day_first("12/06/2031")
    (True, False, None)
    """
    told = set[bool]()
    for match in _NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        if (first > MOST_MONTHS) != (second > MOST_MONTHS):
            told.add(first > MOST_MONTHS)
    return told.pop() if len(told) == 1 else None


def in_order(written: str, day_comes_first: bool | None) -> str:
    """Return a numeric date in ISO 8601 if it is known which of its numbers is the day, else "".

    >>> in_order("12/06/2031", True), in_order("12/06/31", False), in_order("12/06/2031", None)
    ('2031-06-12', '2031-12-06', '')
    """
    match = _NUMERIC.fullmatch(written)
    if day_comes_first is None or match is None:
        return ""
    day, month = (match[1], match[3]) if day_comes_first else (match[3], match[1])
    year = match[4] if len(match[4]) == len("2031") else f"20{match[4]}"
    real = (
        int(year) and 1 <= int(month) <= MOST_MONTHS and 1 <= int(day) <= monthrange(int(year), int(month))[1]
    )
    return f"{int(year):04}-{int(month):02}-{int(day):02}" if real else ""
