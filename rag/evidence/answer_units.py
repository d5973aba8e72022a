"""Expands a citation to a unit that is clear alone: a sentence, a list with its lead-in, a short section.

A lead-in that ends in a colon means nothing without what it announces, and a question for a list or for steps
is answered by all of them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum

from citeback.index.records import Source, Span

MAX_CHARS = 1_500  # maximum length, in characters, of a list that is cited whole
MAX_SECTION_CHARS = 700  # maximum length, in characters, of a section without a list that is cited whole
_NEAR = 4_000  # characters around a sentence in which to look for its block

_ITEM = re.compile(r"[^\S\r\n]*(?:[-*+•‣◦–]|\(?(?:\d{1,3}|[A-Za-z])[.)])[^\S\r\n]+\S|[^\S\r\n]*\d+ x ")
_STEP = re.compile(r"(?:^|[\r\n])[^\S\r\n]*1[.)][^\S\r\n]+\S")
_LINE = re.compile(r"[^\r\n\f]+")
_BLANK = re.compile(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)\s*|\f\s*")
_LEADS_IN = re.compile(r":[*_\"'”)]*\s*\Z")
_LIST = re.compile(
    r"^(?:please |can you |could you )*(?:list|enumerate|name|quote|give|show)\b(?: me)?"
    r" (?:all|every|each|the)\b"
    r"|\bwhat (?:are|were) (?:all )?(?:the |our |my |its |their )?[\w-]+(?: [\w-]+)*s\b"
    r"|\b(?:which|what) (?:[\w-]+ ){1,3}(?:are|were|is) there\b"
    r"|\bwhat(?:'s|’s| is| was)(?: written| said)? (?:in|on) (?:the|this|my|our)\b"
    r"|\b(?:key|main) points?\b|\bsummar(?:y|i[sz]e)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"^(?:please |can you |could you )*(?:list|enumerate|name|give|show)\b(?: me)? (?:all|every|each)\b"
    r"|\b(?:what|who|which) are all\b|\b(?:key|main) points?\b|\bsummar(?:y|i[sz]e)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bhow (?:do|can|should|must|would|to) (?:i|we|you|one|somebody|someone)?\b|\bsteps\b", re.IGNORECASE
)
_TO_DO = re.compile(
    r"\bwhat (?:should|must|can|shall|do|does|would) (?:[\w-]{1,30} ){1,3}(?:have to |need to )?do\b"
    r"|\bwhat to do\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what) (?:[\w-]{1,30} ){0,2}([\w-]{3,30}(?<![aiou])s)\b"
    r"(?= (?:are|were|do|did|can|could|may|must|have|will)\b)",
    re.IGNORECASE,
)
_STEM = 5  # letters that two forms of a noun share


def asks_for_everything(question: str) -> bool:
    """Return whether a question asks for everything of a kind, which may be in many places.

    >>> asks_for_everything("Name all ships."), asks_for_everything("Name the ship.")
    (True, False)
    """
    return _EVERYTHING.search(question.strip()) is not None


class AnswerExtent(Enum):
    """How much of a text a question asks for.

    `ACTION` is a sentence or, if that is one of several steps, all of them; `ITEMS` is a list only if what is
    asked for stands above it.
    """

    SENTENCE = "sentence"
    ACTION = "action"
    ITEMS = "items"
    STEPS = "steps"
    LIST = "list"


def requested_extent(question: str) -> AnswerExtent:
    """Return whether a question asks for one fact, for steps, or for a list.

    >>> requested_extent("What are the opening hours?").value, requested_extent("When does it open?").value
    ('list', 'sentence')
    """
    if _LIST.search(question.strip()):
        return AnswerExtent.LIST
    if _STEPS.search(question):
        return AnswerExtent.STEPS
    if _TO_DO.search(question):
        return AnswerExtent.ACTION
    return AnswerExtent.ITEMS if _WHICH.search(question) else AnswerExtent.SENTENCE


def announces(sentence: str, following: Sequence[str]) -> bool:
    """Return whether a sentence leads in the list that begins with the sentence after it.

    >>> announces("Duties:", ["- Lock the door."]), announces("Duties:", ["Lock the door."])
    (True, False)
    """
    return (
        bool(following) and _LEADS_IN.search(sentence) is not None and _ITEM.match(following[0]) is not None
    )


def complete_span(source: Source, span: Span, wanted: AnswerExtent, question: str = "") -> Span:
    """Return the span expanded to what can be read alone, or to the list or steps asked for.

    A span that ends in a colon takes in the block that follows.
    """
    if _LEADS_IN.search(span.of(source.text)):
        return _with_announced(source, span)
    if wanted is AnswerExtent.SENTENCE:
        return span
    section = _section(source, span)
    listed = _enclosing_list(source, section, span)
    if wanted is AnswerExtent.ITEMS:
        return listed if listed and _is_headed_by(source, section, listed, question) else span
    if listed or wanted is AnswerExtent.ACTION:
        return listed or span
    if wanted is AnswerExtent.STEPS:
        return _first_numbered_list(source, section) or span
    stripped = _stripped(source.text, section)
    return stripped if len(stripped) <= MAX_SECTION_CHARS and _is_headed(source, section) else span


def _is_headed_by(source: Source, section: Span, listed: Span, question: str) -> bool:
    """Return whether the heading or the lead-in of a list has the noun that "which" asks for."""
    asked = _WHICH.search(question)
    if asked is None:
        return False
    heading = next((h.span.of(source.text) for h in source.headings if h.span.end == section.start), "")
    lead_in = listed.of(source.text).split("\n", 1)[0]
    above = heading if _ITEM.match(lead_in) else f"{heading} {lead_in}"
    return asked[1][:_STEM].casefold() in above.casefold()


def _first_numbered_list(source: Source, section: Span) -> Span | None:
    """Return the first numbered list of a section, if it is short enough."""
    near = source.text[section.start : min(section.end, section.start + _NEAR)]
    first = _STEP.search(near)
    start = section.start + first.end() - 1 if first else 0
    return _enclosing_list(source, section, Span(start, start + 1)) if first else None


def _with_announced(source: Source, span: Span) -> Span:
    """Return the span with the list or the paragraph after it, at most `MAX_CHARS` characters."""
    section = _section(source, span)
    end = min(section.end, span.end + MAX_CHARS)
    rest = source.text[span.end : end]
    start = len(rest) - len(rest.lstrip())
    reach = _block_end(rest, start)
    if _ITEM.match(rest, start):
        while (more := _next_block(rest, reach)) and _ITEM.match(rest, more):
            reach = _block_end(rest, more)
    return _stripped(source.text, Span(span.start, span.end + reach)) if reach > start else span


def _enclosing_list(source: Source, section: Span, span: Span) -> Span | None:
    """Return the list around the span, with its lead-in, or None if there is none."""
    text = source.text
    lines = [
        Span(*m.span()) for m in _LINE.finditer(text, max(section.start, span.start - _NEAR), section.end)
    ]
    lines = [line for line in lines if line.of(text).strip() and line.start < span.end + _NEAR]
    at = max(0, bisect_right([line.start for line in lines], span.start) - 1)
    if not lines:
        return None
    first = last = _item_start(text, lines, at)
    if first is None or last is None:
        return None
    while first > 0 and (earlier := _item_start(text, lines, first - 1)) is not None:
        first = earlier
    last = at
    while last + 1 < len(lines) and (_is_item(text, lines[last + 1]) or _continues(text, lines[last + 1])):
        last += 1
    start = lines[first].start
    if first and _LEADS_IN.search(lines[first - 1].of(text)):
        start = lines[first - 1].start
    result = _stripped(text, Span(start, lines[last].end))
    return result if len(result) <= MAX_CHARS and last > first else None


def _item_start(text: str, lines: list[Span], at: int) -> int | None:
    """Return the index of the line that begins the item to which line `at` belongs, or None."""
    while at >= 0 and _continues(text, lines[at]):
        at -= 1
    return at if at >= 0 and _is_item(text, lines[at]) else None


def _is_item(text: str, line: Span) -> bool:
    return _ITEM.match(text, line.start, line.end) is not None


def _continues(text: str, line: Span) -> bool:
    """Return whether a line is an indented continuation of an item."""
    return not _is_item(text, line) and text[line.start : line.start + 2].isspace()


def _block_end(text: str, start: int) -> int:
    blank = _BLANK.search(text, start)
    return blank.start() if blank else len(text)


def _next_block(text: str, end: int) -> int:
    blank = _BLANK.match(text, end)
    return blank.end() if blank and blank.end() < len(text) else 0


def _section(source: Source, span: Span) -> Span:
    """Return the text between the headings around a span, without the headings."""
    starts = [heading.span.start for heading in source.headings]
    at = bisect_right(starts, span.start)
    below = bisect_left(starts, max(span.end, span.start + 1))
    start = source.headings[at - 1].span.end if at else 0
    end = starts[below] if below < len(starts) else len(source.text)
    return Span(min(start, span.start), max(end, span.end))


def _is_headed(source: Source, section: Span) -> bool:
    """Return whether the document has headings or the section is the whole document."""
    return bool(source.headings) or section.end - section.start == len(source.text)


def _stripped(text: str, span: Span) -> Span:
    own = span.of(text)
    body = own.strip(" \t\r\n\f#")
    start = span.start + len(own) - len(own.lstrip(" \t\r\n\f"))
    return Span(start, start + len(body)) if body else span
