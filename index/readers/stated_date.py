"""The date that a document states in its name or in a labelled line near its top."""

import re
from datetime import date

_HEAD = 600  # characters from the top that are searched for a date
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_LABEL = re.compile(
    r"^[^\w\n]{0,4}(?:(?:(?:(?:invoice|issue|release|publication|letter|report|meeting|document|order"
    r"|quotation|statement) )?date|dated|(?:first )?published|issued"
    r"|(?:last )?(?:updated|modified|changed|revised|reviewed)"
    r"|(?:effective|valid|in force)(?: from| as of)?|adopted|approved|posted|created|as (?:of|at)|status"
    r"|version|revision|edition)\b[^\n]{0,40}?)",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE = re.compile(
    r"\b(?:minutes|meeting|newsletter|invoice|letter|statement|press release|agenda|offer|report|bulletin"
    r"|memo|notice|circular)\b",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[-_.]?(?P<number>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)", re.IGNORECASE
)
_REACH = 60  # characters from the start of a labelled line that are searched


def stated_date(text: str, name: str) -> str:
    r"""Return the date stated by the name or by a labelled line, as "2024-05-31"; "" if there is none.

    >>> stated_date("Report\nDate: 19 October 2026", "report"), stated_date("", "2026-06-15-status")
    ('2026-10-19', '2026-06-15')
    """
    if match := _ISO.search(name):
        return _day(match)
    head = text[:_HEAD]
    for label in _LABEL.finditer(head):
        line = head[label.start() : label.start() + _REACH + 40].split("\n", 1)[0]
        if stated := last_date(line):
            return stated
    title = head.lstrip("\ufeff \n#*=").split("\n", 1)[0]
    return last_date(title) if _TITLE.search(title) else ""


def last_date(text: str) -> str:
    """Return the last full date in a text, as "2024-05-31"; "" if there is none."""
    results = [(m.start(), _day(m)) for p in (_ISO, _DAY_FIRST, _MONTH_FIRST) for m in p.finditer(text)]
    return max((each for each in results if each[1]), default=(0, ""))[1]


def _day(match: re.Match[str]) -> str:
    parts = match.groupdict()
    month = parts.get("number") or str(_MONTHS.index(parts["month"][:3].casefold()) + 1)
    try:
        return date(int(parts["year"]), int(month), int(parts["day"])).isoformat()
    except ValueError:
        return ""
