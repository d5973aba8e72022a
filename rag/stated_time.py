"""When a document is from: the date that it states, else that of its head or of its file's name.

`2024-07` or `2024` stand for a document that gives no day: "Standby rota, July 2024", "edition of 2023".
"""

import re
from calendar import monthrange
from collections.abc import Iterator

from citeback.index.records import Document
from citeback.rag.lists.dates import dates

HEAD = 300
"""Characters of a document's head, which ends at the first empty line behind the title."""
_TABLES = ("csv", "sheet")
_LINES, _LONGEST = 12, 160  # lines that are searched for a line with a date alone, and the longest
_WHOLE = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{2}(?:-[0-9]{2})?)?\Z")
_YEAR = re.compile(r"(?<![\d£$€.,])(?:19|20)[0-9]{2}(?![\d%]|[.,]\d)")
_NAME_DATE = re.compile(
    r"(?<!\d)((?:19|20)[0-9]{2})[-_.](0[1-9]|1[0-2])(?:[-_.](0[1-9]|[12][0-9]|3[01]))?(?!\d)"
)
# "Lund, den 3. Mai 2024": a line of a letter that has a place and a date.
_DATE_LINE = re.compile(
    r"\W{0,3}(?:[^\W\d_][^\W\d_ .-]{0,30}(?:[ -][^\W\d_]{1,20}){0,3}, )?(?:den |the |le |on )?\Z"
)


def stated_time(document: Document, text: str) -> str:
    """Return when a document is from, as "2024-05-31", "2024-05" or "2024"; "" if nothing tells."""
    if document.date:
        return document.date
    if document.kind in _TABLES:
        return _of_name(document.name)
    lines = text[: HEAD * 4].split("\n")[:_LINES]
    found = [*_of_head(lines), *_of_date_lines(lines)]
    days = [each for each in found if len(each) == len("2024-05-31")]
    if days:
        return days[0]
    return next(iter(found), "") or _of_name(document.name)


def head_end(text: str) -> int:
    """Return where the head of a document ends."""
    start = len(text) - len(text.lstrip())
    title = text.find("\n", start, start + HEAD)
    after = title + 1 if text[title : title + 2] == "\n\n" else title
    end = text.find("\n\n", max(start, after + 1), start + HEAD)
    return min(len(text), start + HEAD if end < 0 else end)


def _of_head(lines: list[str]) -> Iterator[str]:
    """Yield the dates of the title and of the lines that follow it without an empty one."""
    begun = False
    for line in lines:
        if not line.strip():
            if begun:
                return
            continue
        if len(line) > _LONGEST or (not begun and line.rstrip().endswith((".", "!", "?"))):
            return  # prose, which has no head
        begun = True
        values = [item.value for item in dates(line) if _WHOLE.match(item.value)]
        yield from values or [match[0] for match in _YEAR.finditer(line)][:1]


def _of_date_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        for item in list(dates(line))[:1] if len(line) <= _LONGEST else ():
            alone = not line[item.span.end :].strip(" .*_") and _DATE_LINE.match(line[: item.span.start])
            if alone and _WHOLE.match(item.value) and len(item.value) > len("2024"):
                yield item.value


def _of_name(name: str) -> str:
    file = name.rsplit("/", 1)[-1]
    if match := _NAME_DATE.search(file):
        year, month, day = match.groups()
        real = day and int(day) <= monthrange(int(year), int(month))[1]
        return f"{year}-{month}-{day}" if real else f"{year}-{month}"
    years = [match[0] for match in _YEAR.finditer(file.replace("_", " "))]
    return years[0] if len(set(years)) == 1 else ""
