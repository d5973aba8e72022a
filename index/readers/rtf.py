"""Rich text (RTF) to Source. Must never know other formats. striprtf takes the markup away."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from striprtf import striprtf

from index.readers.about import author, day
from index.readers.blocks import Block, joined
from index.readers.broken import told_as
from index.readers.clean import clean, title
from index.readers.table import table
from index.records import Source

_to_text: Callable[..., str] = striprtf.rtf_to_text
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_INFO = re.compile(r"\{\\(title|author)\b[ ]?([^{}]{1,500})\}")
_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_DATE = re.compile(r"\{\\(?:revtim|creatim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read(data: bytes, stem: str) -> Source:
    """Return the Source of an RTF file's bytes; `stem` names it where it has no title.

    Raises ReadError when it is damaged.
    """
    markup = data.decode("latin-1")  # RTF is ASCII; what is not stands in escapes
    with told_as("damaged rich text, or none at all"):
        text = clean(_to_text(markup, errors="replace")).strip()
        page = found[0] if (found := _PAGE.search(markup)) else ""
        about = {key: _to_text(f"{{\\rtf1\\ansi{page} {value}}}") for key, value in _INFO.findall(markup)}
    dated = _DATE.search(markup)
    signed = day("-".join(part.zfill(2) for part in dated.groups())) if dated else ""
    # Word ends each paragraph with one newline; the rest of the house parts paragraphs by a blank line.
    text = _BLANK_LINES.sub("\n\n", re.sub(r"[ \t]+\n", "\n", text))
    text = _between_rows(text)
    text = re.sub(r"(?<!\n)(?<!\|)\n(?!\n)", "\n\n", text) if "\n\n" not in text else text
    whole = joined(_blocks(text))
    about_it = (author(about.get("author")), signed)
    return Source(whole.text, title(about.get("title"), stem), "word", whole.headings, (), (), *about_it)


def _is_row(line: str) -> bool:
    """Tell whether a line is a row of a table: it ends with a bar, and something stands before that."""
    return line.rstrip(" \t").endswith("|") and bool(line.strip("| \t"))


def _between_rows(text: str) -> str:
    """Return the text without blank lines between the rows of a table."""
    return re.sub(r"\|[ \t]*\n+(?=[^\n]*\|[ \t]*(?:\n|\Z))", "|\n", text)


def _blocks(text: str) -> Iterator[Block]:
    """Yield paragraphs, and the rows of tables, whose cells striprtf ends with a bar."""
    stretches = groupby(text.split("\n"), key=_is_row)
    for group, (is_row, lines) in enumerate(stretches, start=1):
        if is_row:
            rows = enumerate((each.rstrip().removesuffix("|").split("|") for each in lines), start=1)
            yield from table(rows, lambda row, _: f"row {row}", group, 3)
        else:
            yield from (Block(each) for each in re.split(r"\n\n+", "\n".join(lines)) if each.strip())
