"""Reads rich text (RTF), with markup removed by striprtf."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from striprtf import striprtf

from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.page_labels import is_page_label
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.common.table import table
from citeback.index.readers.office.rtf_markup import seen_markup
from citeback.index.records import Source

_to_text: Callable[..., str] = striprtf.rtf_to_text
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_INFO = re.compile(r"\{\\(title|author)\b[ ]?([^{}]{1,500})\}")
_FONT_TABLE_CHARS = 200_000
_CODE_PAGE = "\\ansicpg"
_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_DATE = re.compile(r"\{\\(?:revtim|creatim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an RTF file; `stem` is the fallback title. Raises ReadError."""
    markup = data.decode("latin-1")  # RTF is ASCII; other characters are escaped
    with raising_read_error("damaged or invalid rich text"):
        seen = seen_markup(markup)
        text = _plain(seen.text).strip()
        page = match[0] if (match := _PAGE.search(markup)) else ""
        head = f"{{\\rtf1\\ansi{page}{_font_table(seen.text)} "
        beside = [
            (kind, *(line(_plain(f"{head}{each}}}")) for each in (part, author)))
            for kind, part, author in seen.apart
        ]
        about = {key: _plain(f"{head}{value}}}") for key, value in _INFO.findall(markup)}
    dated = _DATE.search(markup)
    saved = first_date("-".join(part.zfill(2) for part in dated.groups())) if dated else ""
    # Word ends paragraphs with one newline; all other readers separate them with a blank line.
    text = _BLANK_LINES.sub("\n\n", re.sub(r"[ \t]+\n", "\n", text))
    text = _between_rows(text)
    text = re.sub(r"(?<!\n)(?<!\|)\n(?!\n)", "\n\n", text) if "\n\n" not in text else text
    after = _beside(beside, "box", "footer", "comment")
    whole = join_blocks([*_beside(beside, "header"), *_blocks(text), *after])
    return Source(
        text=whole.text,
        title=title(about.get("title"), stem),
        kind="word",
        headings=whole.headings,
        locations=whole.locations,
        author=join_authors(about.get("author")),
        saved=saved,
    )


def _plain(markup: str) -> str:
    """Return the text of markup; characters beyond 16 bits are written as surrogate pairs."""
    match = _PAGE.search(markup)
    encoding = f"cp{match[0].removeprefix(_CODE_PAGE)}" if match else "cp1252"
    text = _to_text(markup, encoding if _is_known(encoding) else "cp1252", errors="replace")
    return clean(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _font_table(markup: str) -> str:
    """Return the font table, which gives the code pages of the text."""
    start = markup.find("{\\fonttbl")
    end = markup.find("}}", start, start + _FONT_TABLE_CHARS) if start >= 0 else -1
    return markup[start : end + 2] if end >= 0 else ""


def _beside(parts: Sequence[tuple[str, ...]], *kinds: str) -> Iterator[Block]:
    """Yield the distinct texts of some kinds outside the body: headers, boxes, comments."""
    for kind, text, author in dict.fromkeys(parts):
        is_edge = kind in ("header", "footer")
        if kind in kinds and text and not (is_edge and is_page_label(text)):
            shown = f"{author}: {text}" if author else text
            label = "text box" if kind == "box" else f"comment by {author}" if author else kind
            yield Block(shown, locations=location(label))


def _is_row(row: str) -> bool:
    """Return whether a line is a table row: text that ends with a bar."""
    return row.rstrip(" \t").endswith("|") and bool(row.strip("| \t"))


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
