"""Detects running headers, footers and page numbers.

A line at the top or bottom of a page is a running line if the same line, apart from numbers, is at the top or
bottom of many pages. Left and right pages may have different ones.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
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
_WORDED = re.compile(r"[^\W\d_]{2}")
_PAGE_WORDS = re.compile(r"\b(?:pages?|pp?|of|seite|von|sida|av|side|p[áa]gina|de)\b\.?", re.IGNORECASE)
_FIGURE = 12  # compared digits of a number
# A number that is not a year next to words, as opposed to a page number.
_LONG_FIGURE = re.compile(r"(?<!\d)(?:\d{5,12}|(?!19|20)\d{4})(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3}")
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?:;,]")


def running_lines(pages: Sequence[str]) -> list[list[Span]]:
    """Return the spans of each page's running lines, in order; none for short documents."""
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
    messages: set[str] = set()
    return [_outermost(page, ends, often, messages) for page, ends in zip(pages, edges, strict=True)]


def _runs(lines: Sequence[tuple[int, str]]) -> bool:
    """Return whether lines that differ only in numbers carry no information beyond the page number.

    Each line comes with the number of its page. Numbers that stay the same or count the pages carry none;
    others are content, such as the total on a pay slip.
    """
    figures = [[int(f[:_FIGURE]) for f in _DIGITS.findall(text)] for _, text in lines]
    if len({len(figure) for figure in figures}) > 1 or any(_ROMAN.search(text.lower()) for _, text in lines):
        return True
    columns = zip(*figures, strict=True)
    pages = [n for n, _ in lines]
    worded = _WORDED.search(_PAGE_WORDS.sub("", lines[0][1])) is not None
    return all(len(set(column)) == 1 or _counts(column, pages, worded) for column in columns)


def _counts(column: Sequence[int], pages: Sequence[int], worded: bool) -> bool:
    """Return whether numbers count the pages.

    Beside other words (`worded`) they must start near the first page: "Slip 311" is not page 311.
    """
    if worded and abs(column[0] - pages[0]) > _FRONT:
        return False
    steps = {(column[i] - column[i - 1], pages[i] - pages[i - 1]) for i in range(1, len(column))}
    return all(there == step for there, step in steps)


def _outermost(
    page: str, ends: Sequence[Sequence[tuple[Span, str]]], often: Set[str], messages: set[str]
) -> list[Span]:
    """Return the running lines from both ends of a page up to the first other line.

    The first occurrence of a line with a constant number, such as an account number, is kept; `messages`
    collects these.
    """
    runs = (takewhile(lambda line: line[1] in often, end) for end in ends)
    results = sorted({line for run in runs for line in run})
    if not results:
        return []
    rows = _first_rows(page, [span for span, _ in results])
    fresh = {key for span, key in results if key not in messages and (_informs(span.of(page)) or rows)}
    fresh -= {
        key for span, key in results if rows and not _heads(span.of(page)) and not _informs(span.of(page))
    }
    messages |= fresh
    return [span for span, key in results if key not in fresh]


def _first_rows(page: str, running: Sequence[Span]) -> bool:
    """Return whether the first lines of a page below its running ones are rows of a table."""
    rest = (span for span in _lines(page, 0) if span not in running)
    rows = [span.of(page).split() for span in islice(rest, 2)]
    return (
        len(rows) > 1
        and len({len(row) for row in rows}) == 1
        and len(rows[0]) > 1
        and all(any(any(map(str.isdigit, cell)) for cell in row) for row in rows)
    )


def _heads(line: str) -> bool:
    """Return whether a line may name columns: several words and no figure."""
    return len(line.split()) > 1 and not any(map(str.isdigit, line))


def _informs(line: str) -> bool:
    """Return whether a line has content: words beside a long number that is not a year."""
    return _WORD.search(line) is not None and _LONG_FIGURE.search(line) is not None


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
