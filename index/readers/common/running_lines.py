"""Detects running headers, footers and page numbers.

A line at the top or bottom of a page is a running line if the same line, apart from numbers, is at the top or
bottom of many pages. Left and right pages may have different ones. A line that says more than the number of
its page is kept once.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from citeback.index.records import Span

EDGE_LINES = 2
"""Lines at each end of a page that may be running lines."""
_FEWEST, _SHARE = 3, 0.4
_LINE_CHARS = 160
_TAIL = 500
"""Characters at the end of a page that are searched for its last lines first."""
_LINE = re.compile("[^\r\n\f\ufffe]+")  # pdfium writes U+FFFE for a hyphen and the line end after it
# Each begins with a character set, which the regex engine can scan for.
_ROMAN, _DIGITS = re.compile(r"[ivxlc](?<!\w[ivxlc])[ivxlc]*(?!\w)"), re.compile(r"\d+")
_FRONT = 40  # pages of front matter, by which printed page numbers may be off
_AHEAD = 3  # by which the first page's number may be higher than the page's place in the file, from 0
_WORDED = re.compile(r"[^\W\d_]{2}")
_PAGE_WORDS = re.compile(r"\b(?:pages?|pp?|of|seite|von|sida|av|side|p[áa]gina|de)\b\.?", re.IGNORECASE)
_FIGURE = 12  # compared digits of a number
_ENDINGS = (".", "!", "?", ":", "…", '"', "”", "’", ")", "]", "。", "！", "？")
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?:;,]")


def running_lines(pages: Sequence[str]) -> list[list[Span]]:
    """Return the spans of each page's running lines, in order; none for short documents."""
    if len(pages) < _FEWEST:
        return _of_two(*pages) if len(pages) == 2 else [[] for _ in pages]
    edges = [[[(span, _key(span.of(page))) for span in end] for end in _edges(page)] for page in pages]
    counted: Counter[str] = Counter()
    shown: dict[str, list[tuple[int, str]]] = {}
    for n, (page, ends) in enumerate(zip(pages, edges, strict=True)):
        lines = dict.fromkeys(line for end in ends for line in end if line[1])
        counted.update({key for _, key in lines})
        for span, key in lines:
            shown.setdefault(key, []).append((n, span.of(page)))
    least = max(_FEWEST, _SHARE * sum(bool(ends) for ends in edges))
    often = {key for key, count in counted.items() if count >= least}
    numbered = any(not _says_more(key) and _runs(shown[key]) for key in often)
    often = {key for key in often if _runs(shown[key], numbered)}
    runs = [[list(takewhile(lambda line: line[1] in often, end)) for end in ends] for ends in edges]
    kept = _pages_of_lines(pages, runs)
    return [
        sorted({span for end in ends for span, key in end if kept.get(key) != n})
        for n, ends in enumerate(runs)
    ]


def _of_two(first: str, second: str) -> list[list[Span]]:
    """Return the running lines of a document of two pages: page numbers, and a header inside a sentence.

    Both pages must be numbered at the same edge. Two pages are too few to detect other running lines.
    """
    edges = _edges(first), _edges(second)
    if not all(edges):
        return [[], []]
    numbers = [
        (one, other)
        for one, other in zip(*((ends[0][0], ends[1][0]) for ends in edges), strict=True)
        if _are_numbers(one.of(first).lower(), other.of(second).lower())
    ]
    if not numbers:
        return [[], []]
    found = [list(spans) for spans in zip(*numbers, strict=True)]
    one, other = (
        next((span for span in ends[0] if span not in own), own[0])
        for ends, own in zip(edges, found, strict=True)
    )
    is_same = one.of(first).split() == other.of(second).split()
    if is_same and _within_sentence(second, 0, [other]) and _within_sentence(first, 1, found[0][-1:]):
        found[1].append(other)
    return [sorted(spans) for spans in found]


def _are_numbers(one: str, other: str) -> bool:
    """Return whether two lines are consecutive page numbers."""
    if _key(one) != _key(other) or any(map(str.isalpha, _PAGE_WORDS.sub("", one))):
        return False
    figures = [[int(f[:_FIGURE]) for f in _DIGITS.findall(line)] for line in (one, other)]
    steps = [b - a for a, b in zip(*figures, strict=True)]
    return steps in ([1], [1, 0]) and _is_marked(one.strip(), figures[0])


def _is_marked(line: str, figures: Sequence[int]) -> bool:
    """Return whether a line of numbers is clearly a page number, by its words or dashes, or as 1."""
    between_dashes = line[0] == line[-1] and line[0] in "-–—"
    of_all = len(figures) == 2 and "/" in line and figures[0] <= figures[1]
    return bool(_PAGE_WORDS.search(line)) or between_dashes or of_all or line == "1"


def _pages_of_lines(
    pages: Sequence[str], runs: Sequence[Sequence[Sequence[tuple[Span, str]]]]
) -> dict[str, int]:
    """Return the page on which each running line with more than a page number is kept.

    This is the first page for a header and the last one for a footer, unless a sentence continues across that
    edge.
    """
    kept: dict[str, int] = {}
    for edge, numbers in ((0, range(len(pages))), (1, range(len(pages) - 1, -1, -1))):
        first: dict[str, int] = {}
        for n in numbers:
            lines = [line for line in (runs[n][edge] if runs[n] else []) if line[1] not in kept]
            if not any(_says_more(key) for _, key in lines):
                continue
            within = n != numbers[0] and _within_sentence(pages[n], edge, [span for span, _ in lines])
            for _, key in lines:
                if _says_more(key):
                    first.setdefault(key, n)
                    kept |= {} if within else {key: n}
        kept = first | kept
    return kept


def _says_more(key: str) -> bool:
    """Return whether a line, its digits masked, contains more than a page number."""
    return _WORDED.search(_PAGE_WORDS.sub("", key)) is not None


def _within_sentence(page: str, edge: int, running: Sequence[Span]) -> bool:
    """Return whether a sentence may continue across the top (edge 0) or bottom (edge 1) of a page."""
    if edge == 0:
        return page[max((span.end for span in running), default=0) :].lstrip()[:1].islower()
    body = page[: min((span.start for span in running), default=len(page))].rstrip()
    return not body.endswith(_ENDINGS)


def _runs(lines: Sequence[tuple[int, str]], numbered: bool = False) -> bool:
    """Return whether lines that differ only in numbers carry no information beyond the page number.

    Each line comes with the number of its page. Numbers that are constant or count the pages carry none;
    others are content, such as the total on a pay slip. If the pages also have a number on a line of its own
    (`numbered`), numbers next to words are content.
    """
    figures = [[int(f[:_FIGURE]) for f in _DIGITS.findall(text)] for _, text in lines]
    if len({len(figure) for figure in figures}) > 1 or any(_ROMAN.search(text.lower()) for _, text in lines):
        return True
    columns = zip(*figures, strict=True)
    pages = [n for n, _ in lines]
    worded = _WORDED.search(_PAGE_WORDS.sub("", lines[0][1])) is not None
    return all(len(set(column)) == 1 or _counts(column, pages, worded, numbered) for column in columns)


def _counts(column: Sequence[int], pages: Sequence[int], worded: bool, numbered: bool) -> bool:
    """Return whether numbers count the pages.

    Next to other words (`worded`) they must start near the first page: "House 14" is not page 14. Printed
    page numbers may be lower than the position in the file, which includes the front matter.
    """
    if worded and (numbered or not -_FRONT <= column[0] - pages[0] <= _AHEAD):
        return False
    steps = {(column[i] - column[i - 1], pages[i] - pages[i - 1]) for i in range(1, len(column))}
    return all(there == step for there, step in steps)


def _edges(page: str) -> tuple[list[Span], ...]:
    """Return the first and the last non-blank lines of a page, each from the outside in."""
    first = list(islice(_lines(page, 0), EDGE_LINES + 1))
    if len(first) <= EDGE_LINES:  # a page with only these lines has no header
        return ()
    last = list(_lines(page, max(0, page.rfind("\n", 0, max(0, len(page) - _TAIL)))))
    if len(last) < EDGE_LINES:
        last = list(_lines(page, 0))
    return first[:EDGE_LINES], last[: -EDGE_LINES - 1 : -1]


def _lines(page: str, start: int) -> Iterator[Span]:
    """Yield the non-blank lines of a page from an offset on."""
    return (Span(*match.span()) for match in _LINE.finditer(page, start) if match[0].strip())


def _key(line: str) -> str:
    """Return a line with its numbers masked, "" for a long line or the end of a sentence."""
    words = " ".join(line.split()).lower()
    if len(words) > _LINE_CHARS or _SENTENCE.fullmatch(words[-3:]):
        return ""
    return _DIGITS.sub("#", _ROMAN.sub("#", words))
