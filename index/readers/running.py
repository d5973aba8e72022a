"""Lines that run through the pages of a document: headers, footers, page numbers. Must never know formats.

A line at the top or the bottom of a page runs if the same line, figures aside, stands at the top or bottom of
many others. Left and right pages may have lines of their own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import islice, takewhile

from index.records import Span

EDGE = 2
"""Lines from either end of a page that may run."""
_FEWEST, _SHARE = 3, 0.4
_LINE_CHARS = 160
_TAIL = 500
"""Characters from the end of a page among which its last lines are looked for at first."""
_LINE = re.compile(r"[^\r\n\f]+")
# Each begins with a set of characters, which is searched for by scanning.
_ROMAN, _DIGITS = re.compile(r"[ivxlc](?<!\w[ivxlc])[ivxlc]*(?!\w)"), re.compile(r"\d+")
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?:;,]")


def running(pages: Sequence[str]) -> list[list[Span]]:
    """Return for every page the spans of its lines that run, in order; none where there are few pages."""
    if len(pages) < _FEWEST:
        return [[] for _ in pages]
    edges = [[[(span, _key(span.of(page))) for span in end] for end in _edges(page)] for page in pages]
    counted: Counter[str] = Counter()
    for ends in edges:
        counted.update({key for end in ends for _, key in end})
    least = max(_FEWEST, _SHARE * sum(bool(ends) for ends in edges))
    often = {key for key, count in counted.items() if count >= least and key}
    return [_outermost(ends, often) for ends in edges]


def _outermost(ends: Sequence[Sequence[tuple[Span, str]]], often: Set[str]) -> list[Span]:
    """Return the lines from either end up to the first that does not run."""
    runs = (takewhile(lambda line: line[1] in often, end) for end in ends)
    return sorted({span for run in runs for span, _ in run})


def _edges(page: str) -> tuple[list[Span], ...]:
    """Return the first lines of a page that have words, and the last, from the outside in."""
    first = list(islice(_lines(page, 0), EDGE + 1))
    if len(first) <= EDGE:  # a page of nothing else has no header
        return ()
    last = list(_lines(page, max(0, page.rfind("\n", 0, max(0, len(page) - _TAIL)))))
    if len(last) < EDGE:
        last = list(_lines(page, 0))
    return first[:EDGE], last[: -EDGE - 1 : -1]


def _lines(page: str, start: int) -> Iterator[Span]:
    """Yield the lines of a page that have words, from an offset on."""
    return (Span(*found.span()) for found in _LINE.finditer(page, start) if found[0].strip())


def _key(line: str) -> str:
    """Return what two lines have in common that differ in figures alone; "" for a long one or a sentence."""
    words = " ".join(line.split()).lower()
    if len(words) > _LINE_CHARS or _SENTENCE.fullmatch(words[-3:]):
        return ""
    return _DIGITS.sub("#", _ROMAN.sub("#", words))
