"""Normalizes metadata: authors and dates."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from citeback.index.readers.common.control_characters import clean

_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d{3})")
_PDF = re.compile(r"D:\s*(\d{4})(\d{2})(\d{2})")  # the time follows at once (ISO 32000-1, 7.9.4)
_AUTHOR_CHARS = 200
_FIRST_YEAR = 1500


def join_authors(*names: str | None) -> str:
    r"""Return the names on one line, without repetitions, truncated to 200 characters.

    >>> join_authors(" Ada\nHolm ", None, "Bo Ek", "Bo Ek")
    'Ada Holm; Bo Ek'
    """
    result = dict.fromkeys(" ".join(clean(name).split()) for name in names if name)
    return "; ".join(filter(None, result))[:_AUTHOR_CHARS].strip()


def first_date(*values: object) -> str:
    """Return the first value that is a date, as a day in ISO 8601; "" if there is none.

    >>> first_date(None, "D:20220531120000+02'00'")
    '2022-05-31'
    >>> first_date("Tue, 31 May 2022 08:00:00 +0000")
    '2022-05-31'
    """
    return next((result for value in values if (result := _day(value))), "")


def _day(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d") if value.year >= _FIRST_YEAR else ""
    if not isinstance(value, str):
        return ""
    try:
        if match := _PDF.match(value.strip()) or _ISO.match(value.strip()):
            return _day(date(*map(int, match.groups())))
        return _day(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
