"""Reads rich text (RTF), with markup removed by striprtf."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from striprtf import striprtf

from citeback.index.readers.common.blocks import Block, join_blocks
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.common.table import table
from citeback.index.readers.office.rtf_markup import seen_markup
from citeback.index.records import Source

_to_text: Callable[..., str] = striprtf.rtf_to_text
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_INFO = re.compile(r"\{\\(title|author)\b[ ]?([^{}]{1,500})\}")
_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_DATE = re.compile(r"\{\\(?:revtim|creatim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an RTF file; `stem` is the fallback title. Raises ReadError."""
    markup = data.decode("latin-1")  # RTF is ASCII; other characters are escaped
    with raising_read_error("damaged or invalid rich text"):
        text = clean(_to_text(seen_markup(markup), errors="replace")).strip()
        page = match[0] if (match := _PAGE.search(markup)) else ""
        about = {key: _to_text(f"{{\\rtf1\\ansi{page} {value}}}") for key, value in _INFO.findall(markup)}
    dated = _DATE.search(markup)
    signed = first_date("-".join(part.zfill(2) for part in dated.groups())) if dated else ""
    # Word ends paragraphs with one newline; all other readers separate them with a blank line.
    text = _BLANK_LINES.sub("\n\n", re.sub(r"[ \t]+\n", "\n", text))
    text = _between_rows(text)
    text = re.sub(r"(?<!\n)(?<!\|)\n(?!\n)", "\n\n", text) if "\n\n" not in text else text
    whole = join_blocks(_blocks(text))
    return Source(
        text=whole.text,
        title=title(about.get("title"), stem),
        kind="word",
        headings=whole.headings,
        author=join_authors(about.get("author")),
        date=signed,
    )


def _is_row(line: str) -> bool:
    """Return whether a line is a table row: text that ends with a bar."""
    return line.rstrip(" \t").endswith("|") and bool(line.strip("| \t"))


def _between_rows(text: str) -> str:
    """Remove blank lines between table rows."""
    return re.sub(r"\|[ \t]*\n+(?=[^\n]*\|[ \t]*(?:\n|\Z))", "|\n", text)


def _blocks(text: str) -> Iterator[Block]:
    """Yield paragraphs and table rows; striprtf ends each cell with a bar."""
    stretches = groupby(text.split("\n"), key=_is_row)
    for group, (is_row, lines) in enumerate(stretches, start=1):
        if is_row:
            rows = enumerate((each.rstrip().removesuffix("|").split("|") for each in lines), start=1)
            yield from table(rows, lambda row, _: f"row {row}", group, 3)
        else:
            yield from (Block(each) for each in re.split(r"\n\n+", "\n".join(lines)) if each.strip())
