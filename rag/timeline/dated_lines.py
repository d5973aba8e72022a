"""Lines that begin with a day, a time and who says what follows, as chats have them."""

import re
from dataclasses import dataclass

from citeback.index.records import Span
from citeback.rag.folder_statements import MOST_CHARS
from citeback.rag.lists.dates import dates
from citeback.rag.timeline.day_order import in_order

FEWEST_LINES = 3  # lines of a list of days
_STAMP = re.compile(
    r"[\[(]?(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),?[ T]{1,2}\d{1,2}[:.]\d\d(?:[:.]\d\d)?"
    r"(?: ?[ap]\.?m\.?)?[\])]?[ -]{0,3}[^\W\d_][^:\n]{0,60}:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A line with the day that it begins with, in ISO 8601."""

    span: Span
    day: str


def dated_line(text: str, at: int, day_comes_first: bool | None = None) -> DatedLine | None:
    r"""Return the line of an offset if it begins with a day, a time and a name.

    >>> dated_line("Chat\n[2026-01-19, 12:40] Ada Holm: Thanks. It works.", 40)
    DatedLine(span=Span(start=5, end=52), day='2026-01-19')
    """
    before = text.rfind("\n", max(0, at - MOST_CHARS), at)
    start = before + 1
    end = text.find("\n", at, start + MOST_CHARS)
    if (before < 0 and at > MOST_CHARS) or (end < 0 and len(text) > start + MOST_CHARS):
        return None  # a long line
    end = len(text) if end < 0 else end
    match = _STAMP.match(text, start, end)
    if match is None:
        return None
    values = [in_order(item.value, day_comes_first) or item.value for item in dates(match["date"])]
    days = [value for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
    return DatedLine(Span(start, start + len(text[start:end].rstrip())), days[0]) if days else None


def dated_lines_of(text: str, span: Span) -> list[Span]:
    """Return the lines of a span if most have dates and each begins anew, as in a rota; else none."""
    lines, at = list[Span](), span.start
    for line in span.of(text).splitlines(keepends=True):
        if line.strip():
            lines.append(Span(at + len(line) - len(line.lstrip()), at + len(line.rstrip())))
        at += len(line)
    if len(lines) < FEWEST_LINES or any(text[each.start].islower() for each in lines):
        return []
    dated = sum(any(True for _ in dates(each.of(text))) for each in lines)
    return lines if dated > len(lines) / 2 else []
