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
_FRONT = 40  # pages, such as a cover and contents, by which printed numbers may be off
_WORDED = re.compile(r"[^\W\d_]{2}")
_PAGE_WORDS = re.compile(r"\b(?:pages?|pp?|of|seite|von|sida|av|side|p[áa]gina|de)\b\.?", re.IGNORECASE)
_FIGURE = 12  # digits of a figure that are compared
# Words beside four digits in a row that are no year: a line that says more than where one is.
_LONG_FIGURE = re.compile(r"(?<!\d)(?:\d{5,12}|(?!19|20)\d{4})(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3}")
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?:;,]")


def running(pages: Sequence[str]) -> list[list[Span]]:
    """Return for every page the spans of its lines that run, in order; none where there are few pages."""
    if len(pages) < _FEWEST:
        return [[] for _ in pages]
    edges = [[[(span, _key(span.of(page))) for span in end] for end in _edges(page)] for page in pages]
    counted: Counter[str] = Counter()
    shown: dict[str, list[tuple[int, str]]] = {}
    for n, (page, ends) in enumerate(zip(pages, edges, strict=True)):
        counted.update({key for end in ends for _, key in end})
        for span, key in dict.fromkeys(line for end in ends for line in end):
            shown.setdefault(key, []).append((n, span.of(page)))
    least = max(_FEWEST, _SHARE * sum(bool(ends) for ends in edges))
    often = {key for key, count in counted.items() if count >= least and key and _runs(shown[key])}
    told: set[str] = set()
    return [_outermost(page, ends, often, told) for page, ends in zip(pages, edges, strict=True)]


def _runs(lines: Sequence[tuple[int, str]]) -> bool:
    """Tell whether lines that differ in figures alone say nothing but which page it is.

    Each comes with the number of its page. Figures that stay the same, or count the pages, say nothing new;
    any other is content, such as the sum on a pay slip.
    """
    figures = [[int(f[:_FIGURE]) for f in _DIGITS.findall(text)] for _, text in lines]
    if len({len(found) for found in figures}) > 1 or any(_ROMAN.search(text.lower()) for _, text in lines):
        return True
    columns = zip(*figures, strict=True)
    pages = [n for n, _ in lines]
    worded = _WORDED.search(_PAGE_WORDS.sub("", lines[0][1])) is not None
    return all(len(set(column)) == 1 or _counts(column, pages, worded) for column in columns)


def _counts(column: Sequence[int], pages: Sequence[int], worded: bool) -> bool:
    """Tell whether figures count the pages.

    Beside other words (`worded`) they do so from about the first page on: "Slip 311" is not page 311.
    """
    if worded and abs(column[0] - pages[0]) > _FRONT:
        return False
    steps = {(column[i] - column[i - 1], pages[i] - pages[i - 1]) for i in range(1, len(column))}
    return all(there == step for there, step in steps)


def _outermost(
    page: str, ends: Sequence[Sequence[tuple[Span, str]]], often: Set[str], told: set[str]
) -> list[Span]:
    """Return the lines from either end up to the first that does not run.

    One that holds figures that stay the same, such as the number of an account, is left where it first
    stands; `told` holds those that did.
    """
    runs = (takewhile(lambda line: line[1] in often, end) for end in ends)
    found = sorted({line for run in runs for line in run})
    fresh = {key for span, key in found if _informs(span.of(page)) and key not in told}
    told |= fresh
    return [span for span, key in found if key not in fresh]


def _informs(line: str) -> bool:
    """Tell whether a line says more than where one is: words beside a long figure that is no year."""
    return _WORD.search(line) is not None and _LONG_FIGURE.search(line) is not None


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
