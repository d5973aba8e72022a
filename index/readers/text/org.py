"""Reads Org mode files unchanged, with the spans of their headings."""

import re
from collections.abc import Iterator

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.records import Heading, Source, Span

_LINE = re.compile(r"[^\r\n]+")
_STARS = re.compile(r"(\*{1,30})[ \t]+(?=\S)")
_STATE = re.compile(r"(?:TODO|NEXT|WAITING|DONE|CANCELLED|CANCELED)[ \t]+(?=\S)|\[#[A-Z0-9]\][ \t]+(?=\S)")
_TAGS = re.compile(r"(?<=[ \t]):[\w@#%:]{1,200}:\Z")
_KEYWORD = re.compile(r"[ \t]*#\+(title|author|date):[ \t]*(\S[^\r\n]{0,500})", re.IGNORECASE)
_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_(src|example|comment|export|verse)\b", re.IGNORECASE)


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an Org file; `stem` is the fallback title. Raises ReadError."""
    text = decode(data)
    headings: list[Heading] = []
    about: dict[str, str] = {}
    for line in _lines_outside_blocks(text):
        words = line.of(text)
        if heading := _heading(words, line.start):
            headings.append(heading)
        elif match := _KEYWORD.match(words):
            about.setdefault(match[1].lower(), match[2])
    first = headings[0].span.of(text) if headings else None
    return Source(
        text=text,
        title=title(about.get("title"), first, stem),
        kind="org",
        headings=tuple(headings),
        author=join_authors(about.get("author")),
        date=first_date(about.get("date", "").lstrip("<[")),
    )


def _lines_outside_blocks(text: str) -> Iterator[Span]:
    """Yield the non-empty lines that are not part of a block of code or literal text."""
    block = ""
    for match in _LINE.finditer(text):
        edge = _BLOCK.match(match[0])
        if edge and edge[1].lower() == "begin":
            block = block or edge[2].lower()
        elif edge and edge[2].lower() == block:
            block = ""
        elif not block:
            yield Span(*match.span())


def _heading(line: str, start: int) -> Heading | None:
    """Return the heading on a line, without its stars, state, priority and tags."""
    stars = _STARS.match(line)
    if stars is None:
        return None
    first = stars.end()
    while state := _STATE.match(line, first):
        first = state.end()
    words = _TAGS.sub("", line.rstrip()).rstrip()
    if len(words) <= first or not any(map(str.isalnum, words[first:])):
        return None
    return Heading(Span(start + first, start + len(words)), min(6, len(stars[1])))
