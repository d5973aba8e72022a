"""Reads AsciiDoc files unchanged, with the spans of their headings."""

import re
from collections.abc import Iterator

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.records import Heading, Source, Span

_LINE = re.compile(r"[^\r\n]+")
_SECTION = re.compile(r"(={1,6}|#{1,6})[ \t]+(?=\S)")
# Blocks in which nothing is a heading: code, literal text, comments, passed-through text.
_FENCE = re.compile(r"(-{4,}|\.{4,}|/{4,}|\+{4,}|`{3,})[^\r\n]*\Z")
_ATTRIBUTE = re.compile(r":(author|revdate):[ \t]+(\S[^\r\n]{0,500})")
_BYLINE = re.compile(r"[^\W\d_][^<>\r\n]{0,200}?(?=[ \t]*(?:<[^<>\r\n]{1,200}>)?\Z)")
_REVISION = re.compile(r"(?:v\d[^,\r\n]{0,40},[ \t]*)?(\d{4}-\d{2}-\d{2})(?!\d)")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an AsciiDoc file; `stem` is the fallback title. Raises ReadError."""
    text = decode(data)
    lines = list(_lines_outside_blocks(text))
    headings = tuple(heading for line in lines if (heading := _heading(line.of(text), line.start)))
    author, dated = _header(text, lines)
    return Source(
        text=text,
        title=title(headings[0].span.of(text) if headings else None, stem),
        kind="asciidoc",
        headings=headings,
        author=join_authors(author),
        date=first_date(dated),
    )


def _lines_outside_blocks(text: str) -> Iterator[Span]:
    """Yield the non-empty lines that are not part of a delimited block of literal text."""
    fence = ""
    for match in _LINE.finditer(text):
        line = match[0].rstrip()
        edge = _FENCE.match(line)
        if edge and (fence == edge[1] or not fence):
            fence = "" if fence else edge[1]
        elif not fence:
            yield Span(*match.span())


def _heading(line: str, start: int) -> Heading | None:
    """Return the heading on a line; closing marks, as in `== Words ==`, are left out."""
    marks = _SECTION.match(line)
    if marks is None:
        return None
    words = line.rstrip()
    if words.endswith(f" {marks[1]}"):
        words = words[: -len(marks[1])].rstrip()
    if len(words) <= marks.end() or not any(map(str.isalnum, words[marks.end() :])):
        return None
    return Heading(Span(start + marks.end(), start + len(words)), len(marks[1]))


def _header(text: str, lines: list[Span]) -> tuple[str, str]:
    """Return the author and the date that the lines below the document's title state."""
    below = [line.of(text).strip() for line in lines[:8]]
    if not below or not below[0].lstrip("\ufeff").startswith("= "):
        return "", ""
    stated = {match[1]: match[2] for line in below if (match := _ATTRIBUTE.match(line))}
    adjacent = text[lines[0].end : lines[1].start].strip("\r\n\t ") == "" if len(lines) > 1 else False
    apart = adjacent and text[lines[0].end : lines[1].start].replace("\r\n", "\n") != "\n"
    byline = _BYLINE.match(below[1]) if len(below) > 1 and not apart and below[1][0] not in ":/=" else None
    revision = _REVISION.match(below[2]) if byline and len(below) > 2 else None
    return (
        stated.get("author", byline[0] if byline else ""),
        stated.get("revdate", revision[1] if revision else ""),
    )
