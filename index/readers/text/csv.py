"""Reads delimited tables (CSV, TSV) row by row."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import join_blocks
from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.table import table
from citeback.index.records import Source

_SEPARATOR = re.compile(r"sep=(.)[^\S\r\n]*(?:\r\n|\r|\n)", re.IGNORECASE)
_BACKSLASHED = re.compile(r'[^\\"]\\"[^,;|\r\n]')
# Every cell quoted, which only programs write.
_ALL_QUOTED = re.compile(r'(?:^|[\r\n])"[^"\t\r\n]*"\t"[^"\t\r\n]*"')
_SAMPLE = 64 * 1024
_DELIMITERS = ";\t|,"  # the first of those that divide alike is taken
_QUOTED = re.compile(r'"[^"]{0,10000}"')
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_MOST_FIELD = 2**24


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a CSV or TSV file; `stem` is the title.

    Raises:
        ReadError: the bytes are not text, or a quotation does not end.
    """
    text = decode(data).removeprefix("\ufeff")
    match = _SEPARATOR.match(text)
    joined_blocks = join_blocks(
        table(
            _rows(text[match.end() :] if match else text, match[1] if match else ""),
            lambda row, _: f"line {row + (1 if match else 0)}",
            1,
            1,
        )
    )
    return Source(
        text=joined_blocks.text,
        title=title(stem),
        kind="csv",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
    )


def _rows(text: str, statement: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows, each with its first line (from 1).

    `statement` is the delimiter that the file declares, or "".

    In tab-separated files, quotation marks have no meaning and rows end with their line. Elsewhere, a
    backslash may escape quotation marks.
    """
    csv.field_size_limit(_MOST_FIELD)
    mark = statement or _delimiter(text)
    if mark == "\t" and not _ALL_QUOTED.search(text):
        yield from ((n, line.split("\t")) for n, line in enumerate(text.splitlines(), start=1))
        return
    escape = "\\" if _BACKSLASHED.search(text) else None
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark, escapechar=escape)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(f"not a table of values: {error}, at line {line}") from error


def _delimiter(text: str) -> str:
    """Return the delimiter, among the usual ones, that divides the first lines most evenly.

    Quoted cells do not count, and commas between digits only where there is no other delimiter. Of two that
    divide alike, the comma comes last: it occurs within cells.
    """
    lines = [line for line in text[:_SAMPLE].splitlines()[:50] if line.strip()]
    bare = [_QUOTED.sub("", line) for line in lines]
    if any(mark in line for line in bare for mark in ";\t|"):
        bare = [_DECIMAL.sub("", line) for line in bare]
    counts = {mark: [line.count(mark) for line in bare] for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))
