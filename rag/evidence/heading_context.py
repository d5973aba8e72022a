"""The context above a sentence that is part of its meaning: title, headings and table header.

"| Osby | 980 |" says how many people live in Osby only below the header "| Town | Inhabitants |".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.records import Chunk, Source, Span

_ROW = re.compile(r"\s*\||[^\n]*\t|[^\n|]*\S \| \S")
_RULED = re.compile(r"[\s|:+=]*-[\s|:+=-]*")
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK = re.compile(rf"{_NEWLINE}[^\S\r\n]*{_NEWLINE}")
_DIGIT = re.compile(r"\d")
# A message of a chat that asks: after day, time and name a question word, or with a question mark at its end.
_MESSAGE_ASKING = re.compile(
    r"\W*[\d/.,:\] -]{6,25}[^\n:]{1,40}: (?:(?:ok|so|and|but|hi|hey)[ ,]+)?"
    r"(?:(?:who|what|where|when|which|why|how)\b|[^\n]{2,200}\?\Z)",
    re.IGNORECASE,
)
_FAR = 20_000  # maximum number of characters between a row and the first row of its table
_NEAR = 2_000  # characters after a row in which to look for the next one


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """The context above a sentence.

    `is_row` is true for a table row below the first, which says little without its header. `is_header` is
    true for the header itself or the rule below it.
    """

    text: str
    is_row: bool = False
    is_header: bool = False


def sentence_contexts(source: Source, chunk: Chunk) -> Iterator[SentenceContext]:
    """Yield the context of each sentence of a chunk, in order."""
    headed = " ".join(dict.fromkeys([source.title, *chunk.headings])).replace("_", " ")
    asked = ""
    for span in chunk.sentences:
        own = span.of(source.text)
        if not _ROW.match(own):
            yield SentenceContext(f"{headed} {asked}" if asked else headed)
            asked = own if _MESSAGE_ASKING.match(own) else ""
        elif _RULED.fullmatch(own):
            yield SentenceContext(headed, is_header=True)
        elif first := _first_row(source.text, span):
            yield SentenceContext(f"{headed} {first}", is_row=True)
        else:
            yield SentenceContext(headed, is_header=_is_head(source.text, span))


def _first_row(text: str, span: Span) -> str:
    """Return the first line of the row's table, or "" if the row is that line."""
    before = max(0, span.start - _FAR)
    start = max((blank.end() for blank in _BLANK.finditer(text, before, span.start)), default=before)
    lines = text[start : span.start].splitlines()
    return " ".join(lines[0].split()) if lines and _ROW.match(lines[0]) else ""


def _names_values(rows: Sequence[str]) -> bool:
    """Return whether rows are names with values of several kinds, as no column of a table has them."""
    cells = [row.split("\t") for row in rows]
    named = len(cells) > 1 and all(len(row) == 2 and not _DIGIT.search(row[0]) for row in cells)
    return named and len({bool(_DIGIT.search(value)) for _, value in cells}) > 1


def _is_head(text: str, span: Span) -> bool:
    """Return whether a first row is a header: a rule follows it, or only the next row has digits."""
    blank = _BLANK.search(text, span.end, span.end + _NEAR)
    below = text[span.end : blank.start() if blank else span.end + _NEAR].splitlines()[1:]
    if not below or not _ROW.match(below[0]) or _names_values(below):
        return False
    numbers = _DIGIT.search(below[0]) and not _DIGIT.search(span.of(text))
    return bool(_RULED.fullmatch(below[0]) or numbers)
