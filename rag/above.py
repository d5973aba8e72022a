"""What stands above a sentence and is meant with it: title, headings, the first row of its table.

"| Osby | 980 |" says how many people live in Osby only under "| Town | Inhabitants |". Must never know
questions or scores.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.records import Chunk, Source, Span

_ROW = re.compile(r"\s*\||[^\n]*\t")
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK = re.compile(rf"{_NEWLINE}[^\S\r\n]*{_NEWLINE}")
_FAR = 20_000  # characters between a row and the first of its table, at most


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above a sentence, and whether it is a row of a table, which says nothing without that."""

    text: str
    row: bool


def above(source: Source, chunk: Chunk) -> Iterator[Above]:
    """Yield what stands above each sentence of a chunk."""
    headed = " ".join(dict.fromkeys([source.title, *chunk.headings])).replace("_", " ")
    for span in chunk.sentences:
        row = _ROW.match(span.of(source.text)) is not None
        yield Above(f"{headed} {_first_row(source.text, span)}".rstrip() if row else headed, row)


def _first_row(text: str, span: Span) -> str:
    """Return the first line of the block that a row stands in; nothing where it is that line."""
    before = max(0, span.start - _FAR)
    start = max((blank.end() for blank in _BLANK.finditer(text, before, span.start)), default=before)
    lines = text[start : span.start].splitlines()
    return " ".join(lines[0].split()) if lines and _ROW.match(lines[0]) else ""
