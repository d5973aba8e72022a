"""A timeline: every dated statement of a folder, in the order of its date.

Every document is read from its first to its last sentence. A date without a year, and a relative one, follows
from the document's own date; it is shown as such, and marked as uncertain where it may mean another day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.about import Topic
from citeback.rag.folder_statements import Statement, StatementPlace, folder_statements
from citeback.rag.lists.dates import dates
from citeback.rag.stated_place import StatedPlace, stated_place
from citeback.rag.timeline.dated_lines import DatedLine, dated_line, dated_lines_of
from citeback.rag.timeline.dating import Dating
from citeback.rag.timeline.day_order import in_order
from citeback.rag.timeline.relative_dates import WEEKDAYS, relative_dates

NO_DATE = "the document states no date of its own"
FROM_DOCUMENT = "reckoned from the document's date"
FROM_LINE = "reckoned from the date of its line"
TWO_READINGS = "day and month may be the other way round"
LAST = "~"  # sorts behind every date
ANOTHER = "may mean another day"
_WITHOUT_YEAR = re.compile(r"--(\d{2})(?:-(\d{2}))?\Z")
_PARTIAL = re.compile(r"\d{4}(?:-(?:\d{2}(?:-\d{2})?|Q[1-4]))?\Z")
_AMBIGUOUS = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\Z")
_UNTIL = re.compile(r"\s{0,2}(?:to|until|till|and|through|bis|au|al|[-–—])\s{0,2}(?:the )?\Z", re.IGNORECASE)
_ANDS = ("and", "&", "et", "und", "y", "e")
_BESIDE = re.compile(r",? {1,2}(?:the )?|,? (?:a )?| ?\(")
# What a document says of its own date is dated, however few its words.
_OWN_DATE = re.compile(
    r"\W{0,4}(?:date|dated|published|posted|issued|released?|signed|sent|valid|effective)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")
FEWEST_WORDS = 2
_METADATA = re.compile(
    r"\W{0,4}(?:updated|last updated|created|printed|copyright|©)\b"
    r"[^\w]{0,3}(?:on |at )?\W{0,3}[\w,.: /-]{4,40}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date of a statement: `value` is "2024-05-31", "2024-05", "2024-Q2" or "2024".

    `until` ends a span of time, or is "". `written` is how it stands there, at `span` of the document.
    `resolved` is true if it follows from the document's own date; if that states none, `value` is "".
    `certain` is false if another day may be meant, and `note` says why.
    """

    value: str
    until: str
    written: str
    span: Span
    resolved: bool
    certain: bool
    note: str

    @property
    def from_line(self) -> bool:
        """Return whether it was reckoned from the date of its line."""
        return self.note.startswith(FROM_LINE)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A dated statement; `also` are other places with the same words and date."""

    date: StatedDate
    place: StatedPlace
    also: tuple[StatedPlace, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries in order, and how many documents were read; `unread` counts files that could not be."""

    entries: tuple[TimelineEntry, ...]
    documents: int
    unread: int
    about: str


@dataclass(frozen=True, slots=True)
class TimelineReader:
    """Reads the timeline of one generation; only documents that pass `within` are read."""

    generation: Searchable
    within: Filter = NO_FILTER
    topic: Topic | None = None

    def read(self) -> Timeline:
        """Return the dated statements in order; of one date, in the order of the documents."""
        merged: dict[tuple[str, str, str], list[tuple[StatedDate, StatementPlace]]] = {}
        for statement, stated in self._dated():
            key = (stated.value, stated.until, " ".join(statement.text.casefold().split()))
            merged.setdefault(key, []).append((stated, statement.place))
        ordered = sorted(merged.values(), key=lambda own: _order(own[0][0]))
        documents = [each for each in self.generation.documents if self.within.allows(each)]
        missed = [f for f in self.generation.failures if not f.outdated and self.within.matches_name(f.name)]
        return Timeline(
            entries=tuple(self._entry(own) for own in ordered),
            documents=len(documents),
            unread=len(missed),
            about=self.topic.about if self.topic else "",
        )

    def _dated(self) -> Iterator[tuple[Statement, StatedDate]]:
        documents = {each.name: each for each in self.generation.documents}
        datings: dict[str, Dating] = {}  # of the document that is read
        last: StatementPlace | None = None  # the line that was read last
        for statement, vector in folder_statements(self.generation, self.within, fewest=1):
            document = documents[statement.place.document]
            if self.topic and not self.topic.covers(statement, document.title, vector):
                continue
            whole = self.generation.source(document.name).text
            if document.name not in datings:
                datings = {document.name: Dating.of(document, whole)}
            dating = datings[document.name]
            if line := dated_line(whole, statement.place.span.start, dating.day_first):
                place = StatementPlace(document.name, line.span)
                if place != last:
                    yield from _of_line(place, statement, line, whole, dating)
                last = place
                continue
            if lines := dated_lines_of(whole, statement.place.span):
                for span in lines:
                    own = StatementPlace(document.name, span)
                    words = " ".join(span.of(whole).split())
                    for stated in dated_by(span.of(whole), dating, span.start):
                        yield replace(statement, place=own, text=words), stated
                continue
            text = statement.place.span.of(whole)
            short = len(_WORD.findall(text)) < FEWEST_WORDS and not _OWN_DATE.match(text)
            if not short and not _METADATA.match(" ".join(text.split())):
                for stated in dated_by(text, dating, statement.place.span.start):
                    yield statement, stated

    def _entry(self, own: list[tuple[StatedDate, StatementPlace]]) -> TimelineEntry:
        places = [stated_place(self.generation, place.document, place.span) for _, place in own]
        return TimelineEntry(date=own[0][0], place=places[0], also=tuple(places[1:]))


def _of_line(
    place: StatementPlace, statement: Statement, line: DatedLine, whole: str, dating: Dating
) -> Iterator[tuple[Statement, StatedDate]]:
    """Yield the dates of a line of a chat; relative ones are reckoned from the day that it begins with."""
    text = line.span.of(whole)
    own = replace(statement, place=place, text=" ".join(text.split()))
    own_day = replace(dating, day=date.fromisoformat(line.day), known=True, exact=True)
    for stated in dated_by(text, own_day, line.span.start):
        yield own, replace(stated, note=stated.note.replace(FROM_DOCUMENT, FROM_LINE))


def stated_dates(text: str, document: Document, start: int = 0) -> list[StatedDate]:
    """Return the dates of a sentence of a document that states its day, or nothing of its time."""
    return dated_by(text, Dating(date.fromisoformat(document.day), known=bool(document.date)), start)


def dated_by(text: str, dating: Dating, start: int = 0) -> list[StatedDate]:
    """Return the dates of a sentence that begins at `start`, each once; "from 1843 to 1845" is one."""
    read = [each for item in dates(text) if (each := _written(item.span, item.value, text, dating))]
    for resolved in relative_dates(text, dating.day, dating.exact):
        weekday = text[resolved.span.start : resolved.span.end].split()[-1].casefold() in WEEKDAYS
        if weekday and not dating.known:
            continue  # a rule for the days of the week
        if not any(_belongs_to(resolved.span, each.span, text) for each in read):
            read.append(_resolved(resolved.span, resolved.value, text, resolved.sure, dating))
    spans = _joined(sorted(read, key=lambda each: each.span), text)
    # Of two that mean the same ("Tuesday, 4 June"), the one that needs no reckoning counts.
    once = {
        (each.value or each.written, each.until): each
        for each in sorted(spans, key=lambda each: not each.resolved)
    }
    ordered = sorted(once.values(), key=lambda each: each.span)
    return [replace(each, span=each.span.shift(start)) for each in ordered]


def _written(span: Span, value: str, text: str, dating: Dating) -> StatedDate | None:
    if match := _WITHOUT_YEAR.match(value):
        near = _nearest_year(int(match[1]), int(match[2] or 15), dating.day)
        year = dating.years.get(int(match[1]), near)
        year = year if abs(year - near) <= 1 else near  # "14 September", beside "16 September 2024"
        return _resolved(span, f"{year:04}{value[1:]}", text, dating.sure, dating)
    value = in_order(value, dating.day_first) or value
    if _PARTIAL.match(value):
        return StatedDate(
            value=value, until="", written=span.of(text), span=span, resolved=False, certain=True, note=""
        )
    if match := _AMBIGUOUS.match(value):
        year_text = match[1] if len(match[1]) == 4 else f"20{match[1]}"
        return StatedDate(
            value=year_text,
            until="",
            written=value,
            span=span,
            resolved=False,
            certain=False,
            note=TWO_READINGS,
        )
    return None


def _resolved(span: Span, value: str, text: str, sure: bool, dating: Dating) -> StatedDate:
    known = dating.known
    return StatedDate(
        value=value if known else "",
        until="",
        written=span.of(text),
        span=span,
        resolved=True,
        certain=sure and known,
        note=(FROM_DOCUMENT if sure else f"{FROM_DOCUMENT}; {ANOTHER}") if known else NO_DATE,
    )


def _nearest_year(month: int, day_of_month: int, day: date) -> int:
    """Return the year in which a day of the year is nearest to `day`."""
    return min(
        (day.year - 1, day.year, day.year + 1),
        key=lambda year: abs((year - day.year) * 365 + (month - day.month) * 30 + day_of_month - day.day),
    )


def _joined(read: list[StatedDate], text: str) -> list[StatedDate]:
    result: list[StatedDate] = []
    for stated in read:
        last = result[-1] if result else None
        each = _in_next_year(last, stated, text) if last else stated
        if last and not last.until and "" < last.value < each.value and _between(last, each, text):
            result[-1] = StatedDate(
                value=last.value,
                until=each.value,
                written=text[last.span.start : max(last.span.end, each.span.end)],
                span=Span(last.span.start, max(last.span.end, each.span.end)),
                resolved=last.resolved or each.resolved,
                certain=last.certain and each.certain,
                note=last.note or each.note,
            )
        else:
            result.append(each)
    return result


def _in_next_year(last: StatedDate, each: StatedDate, text: str) -> StatedDate:
    """Return the end of a span of time, a year later if it would end before it begins."""
    if last.resolved and each.resolved and "" < each.value < last.value and _between(last, each, text):
        return replace(each, value=f"{int(each.value[:4]) + 1:04}{each.value[4:]}")
    return each


def _between(last: StatedDate, each: StatedDate, text: str) -> bool:
    """Return whether two dates are the beginning and the end of a span of time."""
    if each.span.start < last.span.end:  # "20 and 21 June": the first has all the words
        gap = text[last.span.start : each.span.start].lstrip("0123456789")
        if gap.strip(". &").casefold().endswith(_ANDS):
            return _next_day(last.value, each.value)
        return _UNTIL.match(gap.lstrip("stndrh.")) is not None
    gap = text[last.span.end : each.span.start]
    before = text[max(0, last.span.start - 12) : last.span.start].casefold()
    if gap.strip().casefold() == "and":
        return "between" in before
    return _UNTIL.match(gap) is not None


def _next_day(value: str, other: str) -> bool:
    return (
        len(value) == len(other) == 10 and (date.fromisoformat(other) - date.fromisoformat(value)).days == 1
    )


def _belongs_to(one: Span, date_span: Span, text: str) -> bool:
    """Return whether a relative date is a part of another one, or the weekday beside it: "Friday, 31 May"."""
    if _overlaps(one, date_span):
        return True
    if text[one.start : one.end].split()[-1].casefold() not in WEEKDAYS:
        return False
    before, after = text[one.end : date_span.start], text[date_span.end : one.start]
    return _BESIDE.fullmatch(before if one.end <= date_span.start else after) is not None


def _overlaps(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _order(stated: StatedDate) -> tuple[str, bool, str]:
    """Return the sort key of a date: "2024" before "2024-01", the second quarter at its first month."""
    value = stated.value
    if "-Q" in value:
        value = f"{value[:4]}-{3 * int(value[-1]) - 2:02}"
    return value or LAST, not stated.certain, stated.until
