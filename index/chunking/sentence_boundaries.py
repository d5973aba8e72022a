"""Corrections to sentence boundaries: false ones removed, and missing ones added.

Sentence splitters take the full stop of "1." or "approx." for the end of a sentence, and find no boundaries
in chats, logs or address lists, where every line is a statement.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

REACH = 40  # characters of context on each side of a boundary
NARROW = 40  # a block whose longest line is shorter is not wrapped text
LINES = 3  # least number of lines in a block of one-line statements
OPEN = 0.6  # least share of its lines without final punctuation
WRAPPED = 0.2  # share of lines that continue in lower case, above which a block is wrapped prose
LOOSE = 0.5  # least share of lines that had room for the first word of the next line

STAMPED = 0.3  # least share of lines that begin with a time, in a chat or log

_TIME = re.compile(
    r"[\u200e\u200f]?[\[(<]?(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[,T]?\s{0,2})?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\b(?=[^.,\d]|$)"
)
_SENDER = re.compile(r"[^:\n]{1,60}:(?:\s|$)")
_LEADER = re.compile(r"(?<!\.)(?<!\.[ ])(?:\.[ ]?){5,}[ ]{0,9}\w{1,6}\Z|(?<!…)…{2,}[ ]{0,9}\w{1,6}\Z")
_GAP = re.compile(r"\S(?:[ ]{3,}|\t)\S")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_MARKER = re.compile(r"[^\w]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})(?:\.\d{1,3})*[.)]+[^\w]*")
_STOPPED = re.compile(r"[.!?:;…。！？।॥؟۔,][\"'”’»)\]*_`]*\s*\Z")
_MERIDIEM = re.compile(r"\b[ap]\.\s?m\.\s*\Z", re.IGNORECASE)
_ZONE = re.compile(r"\(?[A-Z]{2,5}\b")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:approx|ca|cf|no|nos|vol|pp?|fig|figs|sec|ch|art|para|eq|ref|max|min|est|incl|vs|al|resp|tel|ext|nr"
    r"|bzw|z\.\s?B|usw|Abs|Art|S|St|Sen|Rep|Gov|Gen|Lt|Sgt|Capt|Prof|Dr|Mrs?|Ms|Jr|Sr|Sept?|Oct|Nov|Dec|Jan|Feb|Aug)\.\s*\Z",
    re.IGNORECASE,
)
# Chinese and Japanese have no space behind a full stop.
_FULL_WIDTH_STOP = re.compile(r"[。！？．][」』”’）】》]*\Z")
# Thai, Lao and Khmer have no full stop: a space stands between sentences, and between clauses.
_SPACE_BETWEEN = re.compile(r"(?<=[\u0e01-\u0eff\u1780-\u17ff])[ \u00a0]+(?=[\u0e01-\u0eff\u1780-\u17ff])")
_STOPLESS = frozenset({"th", "lo", "km"})
# An abbreviation that often ends a sentence, before a word that begins one.
_ENDING = re.compile(
    r"\b(?:Ltd|Inc|Corp|Co|etc|[ap]\.m)\.[ \n](?=(?:The|This|These|That|Those|It|He|She|They|We|You|I|In|On"
    r"|At|An?|For|From|No|All|If|When|There|Cllr|Mr|Mrs|Ms|Dr|Prof|Lord|Sir)\b)"
)
SHORTEST_CLAUSE = 25  # characters of a language without full stops that stand alone
_FIGURE = re.compile(r"[\d(\[§#$€£~<>=+-]")
_GERMAN_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}\.\s*\Z")


def statement_starts(text: str, starts: Sequence[int], language: str) -> list[int]:
    """Return where statements begin in a block: at the true ones of `starts`, and at one-line statements.

    `starts` are ascending offsets from a sentence splitter, without 0.
    """
    lined = lines_of_statements(text)
    if language in _STOPLESS:
        starts = sorted({*starts, *_clause_starts(text)})
    starts = sorted({*starts, *(match.end() for match in _ENDING.finditer(text))})
    held: list[int] = []
    begin = 0
    for start in starts:
        if start in lined or not _is_false_boundary(
            text[max(begin, start - REACH) : start], text[start : start + REACH], language
        ):
            held.append(start)
            begin = start
    return sorted({*held, *lined})


def lines_of_statements(text: str) -> frozenset[int]:
    r"""Return where one-line statements begin, as in a chat, a log or an address list.

    In wrapped text, by contrast, no line has room for the first word of the next.

    >>> sorted(lines_of_statements("Finance: Ada\nSales: Bo Ek Lind\nHarbour: Cy"))
    [13, 31]
    """
    starts = [0, *(newline.end() for newline in _NEWLINE.finditer(text))]
    lines = [text[a:b].strip() for a, b in pairwise([*starts, len(text)])]
    filled = [(start, line) for start, line in zip(starts, lines, strict=True) if line]
    marked = _marked_lines(filled)
    if len(filled) < LINES or (marked and _is_chat(line for _, line in filled)):
        return marked
    return marked | _unmarked_lines(text, lines, filled)


def _is_chat(lines: Iterable[str]) -> bool:
    """Return whether all lines that begin with a time also name a sender, at least three of them."""
    times = [(line, match) for line in lines if (match := _TIME.match(line))]
    return len(times) >= LINES and all(_SENDER.match(line, match.end()) for line, match in times)


def _marked_lines(filled: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Return where lines begin that show by themselves that they are statements.

    These are messages that begin with a time, entries of a table of contents, and rows with wide gaps.
    """
    stamped = [start for start, line in filled if _TIME.match(line)]
    if len(stamped) < LINES or len(stamped) < STAMPED * len(filled):
        stamped = []
    led = [start for (_, before), (start, _) in pairwise(filled) if _LEADER.search(before)]
    gapped = [bool(_GAP.search(line)) for _, line in filled]
    rows = [start for n, (start, _) in enumerate(filled) if n and gapped[n] and gapped[n - 1]]
    rows = rows if sum(gapped) >= OPEN * len(filled) else []
    return frozenset(start for start in (*stamped, *led, *rows) if start != filled[0][0])


def _unmarked_lines(text: str, lines: Sequence[str], filled: Sequence[tuple[int, str]]) -> frozenset[int]:
    unended = sum(_STOPPED.search(line) is None for _, line in filled)
    barred = sum(" | " in line for _, line in filled)
    if barred >= OPEN * len(filled):
        return frozenset(start for start, _ in filled[1:])
    going_on = sum(
        line[0].islower() and _STOPPED.search(before) is None for (_, before), (_, line) in pairwise(filled)
    )
    if going_on > WRAPPED * len(filled):
        return frozenset()
    if unended < OPEN * len(filled) or _loose_share(lines) < LOOSE:
        return frozenset()
    return frozenset(_own_lines(text, filled))


def _clause_starts(text: str) -> Iterator[int]:
    """Yield where clauses begin in a language without full stops, behind spaces."""
    begin = 0
    for space in _SPACE_BETWEEN.finditer(text):
        if space.start() - begin >= SHORTEST_CLAUSE:
            begin = space.end()
            yield begin


def _loose_share(lines: Sequence[str]) -> float:
    """Return the share of lines with room for the first word of the next, at the longest line's width."""
    width = max(map(len, lines))
    if width < NARROW:
        return 1.0
    pairs = [(line, following) for line, following in pairwise(lines) if line and following]
    roomy = sum(len(line) + 1 + len(following.split(maxsplit=1)[0]) <= width for line, following in pairs)
    return roomy / max(1, len(pairs))


def _own_lines(text: str, filled: Sequence[tuple[int, str]]) -> Iterator[int]:
    """Yield the starts of lines that do not continue the previous one: not indented, not in lower case."""
    for (_, before), (start, line) in pairwise(filled):
        goes_on = text[start].isspace() or (line[0].islower() and not _STOPPED.search(before))
        if not goes_on:
            yield start


def _is_false_boundary(before: str, after: str, language: str) -> bool:
    """Return whether no sentence ends between two pieces of context."""
    left, following = before.rstrip(), after.lstrip()
    if left == before and not after[:1].isspace():
        return _FULL_WIDTH_STOP.search(left[-4:]) is None
    if not following or (_NEWLINE.search(before[len(left) :]) and _MARKER.fullmatch(left) is None):
        return False
    return (
        _MARKER.fullmatch(left) is not None
        or (_MERIDIEM.search(left) is not None and _ZONE.match(following) is not None)
        or (_ABBREVIATED.search(left[-12:]) is not None and _FIGURE.match(following) is not None)
        or (left.endswith(".") and following[0].islower())
        or (language == "de" and _GERMAN_ORDINAL.search(left[-6:]) is not None)
    )
