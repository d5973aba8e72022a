"""Where statements begin in a text: what a sentence cutter gets wrong, and lines that are statements.

A sentence cutter takes the full stop of "1." or "approx." for an end, and finds none in a chat, a log or a
list of addresses, where every line says something of its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

REACH = 40  # characters on each side of a boundary that tell whether it is one
NARROW = 40  # characters of a longest line below which no text was wrapped
LINES = 3  # lines from which on a block may be one of statements without full stops
OPEN = 0.6  # share of its lines that end without a full stop
WRAPPED = 0.2  # share of its lines that go on in small letters, beyond which it is prose that was wrapped
LOOSE = 0.5  # share of its lines that had room for the first word of the next

_NEWLINE = re.compile(r"\r\n|\r|\n")
_MARKER = re.compile(r"[^\w]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})(?:\.\d{1,3})*[.)]+[^\w]*")
_STOPPED = re.compile(r"[.!?:;…。！？,][\"'”’»)\]*_`]*\s*\Z")
_MERIDIEM = re.compile(r"\b[ap]\.\s?m\.\s*\Z", re.IGNORECASE)
_ZONE = re.compile(r"\(?[A-Z]{2,5}\b")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:approx|ca|cf|no|nos|vol|pp?|fig|figs|sec|ch|art|para|eq|ref|max|min|est|incl|vs|al|resp|tel|ext|nr"
    r"|bzw|z\.\s?B|usw|Abs|Art|S|St|Sen|Rep|Gov|Gen|Lt|Sgt|Capt|Prof|Dr|Mrs?|Ms|Jr|Sr|Sept?|Oct|Nov|Dec|Jan|Feb|Aug)\.\s*\Z",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[\d(\[§#$€£~<>=+-]")
_GERMAN_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}\.\s*\Z")


def statement_starts(text: str, starts: Sequence[int], language: str) -> list[int]:
    """Return where statements begin in a block: those of `starts` that hold, and lines of their own.

    `starts` are ascending offsets in `text` at which a sentence cutter begins a sentence, 0 left out.
    """
    lined = lines_of_statements(text)
    held: list[int] = []
    begin = 0
    for start in starts:
        if start in lined or not _is_false(
            text[max(begin, start - REACH) : start], text[start : start + REACH], language
        ):
            held.append(start)
            begin = start
    return sorted({*held, *lined})


def lines_of_statements(text: str) -> frozenset[int]:
    r"""Return where lines begin that are statements of their own, as in a chat, a log or a list of addresses.

    Text that was wrapped at a width is not: there no line had room for the first word of the next.

    >>> sorted(lines_of_statements("Finance: Ada\nSales: Bo Ek Lind\nHarbour: Cy"))
    [13, 31]
    """
    starts = [0, *(newline.end() for newline in _NEWLINE.finditer(text))]
    lines = [text[a:b].strip() for a, b in pairwise([*starts, len(text)])]
    filled = [(start, line) for start, line in zip(starts, lines, strict=True) if line]
    if len(filled) < LINES:
        return frozenset()
    unended = sum(_STOPPED.search(line) is None for _, line in filled)
    barred = sum(" | " in line for _, line in filled)
    if barred >= OPEN * len(filled):
        return frozenset(start for start, _ in filled[1:])
    going_on = sum(
        line[0].islower() and _STOPPED.search(before) is None for (_, before), (_, line) in pairwise(filled)
    )
    if going_on > WRAPPED * len(filled):
        return frozenset()
    if unended < OPEN * len(filled) or _loose(lines) < LOOSE:
        return frozenset()
    return frozenset(_own_lines(text, filled))


def _loose(lines: Sequence[str]) -> float:
    """Return the share of lines that had room for the first word of the next, at the width of the longest."""
    width = max(map(len, lines))
    if width < NARROW:
        return 1.0
    pairs = [(line, following) for line, following in pairwise(lines) if line and following]
    roomy = sum(len(line) + 1 + len(following.split(maxsplit=1)[0]) <= width for line, following in pairs)
    return roomy / max(1, len(pairs))


def _own_lines(text: str, filled: Sequence[tuple[int, str]]) -> Iterator[int]:
    """Yield the starts of lines that do not go on with the one before: not indented, not in small letters."""
    for (_, before), (start, line) in pairwise(filled):
        goes_on = text[start].isspace() or (line[0].islower() and not _STOPPED.search(before))
        if not goes_on:
            yield start


def _is_false(before: str, after: str, language: str) -> bool:
    """Tell whether no sentence ends between two stretches of text."""
    left, following = before.rstrip(), after.lstrip()
    if left == before and not after[:1].isspace():
        return True
    if not following or (_NEWLINE.search(before[len(left) :]) and _MARKER.fullmatch(left) is None):
        return False
    return (
        _MARKER.fullmatch(left) is not None
        or (_MERIDIEM.search(left) is not None and _ZONE.match(following) is not None)
        or (_ABBREVIATED.search(left[-12:]) is not None and _FIGURE.match(following) is not None)
        or (left.endswith(".") and following[0].islower())
        or (language == "de" and _GERMAN_ORDINAL.search(left[-6:]) is not None)
    )
