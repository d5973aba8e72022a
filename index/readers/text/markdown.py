"""Reads Markdown unchanged, with the spans of its headings.

markdown-it-py finds the lines of the headings; the spans are cut from these lines.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.records import Heading, Source, Span

_FENCE = re.compile(r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\r|\n)")
_FENCES = {
    "---": re.compile(r"(?:\A|[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)"),
    "+++": re.compile(r"(?:\A|[\r\n])\+\+\+[ \t]*(?:\r\n|\r|\n|\Z)"),
}
_FIELD = re.compile(r"\s*(?:#|[\w.\"'-]+[ \t]*[:=\]]|\[)")
_TITLE = re.compile(r"(?:\A|[\r\n])title[ \t]*[:=][ \t]*(?P<value>[^\r\n]+)")
# Titles are truncated to 300 characters anyway; inline parsing may take quadratic time.
_INLINE_CHARS = 1000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a Markdown file; `stem` is the fallback title. Raises ReadError."""
    text = decode(data)
    front = _front_matter(text)
    headings = tuple(_headings(text, max(front.end, int(text.startswith("\ufeff")))))
    named = _front_title(front.of(text))
    first = _plain(headings[0].span.of(text)) if headings else None
    return Source(text=text, title=title(named, first, stem), kind="markdown", headings=headings)


def _front_matter(text: str) -> Span:
    """Return the span of YAML or TOML front matter with its fences, empty if there is none.

    Its first line must be a field: a document may also begin with a thematic break.
    """
    opening = _FENCE.match(text)
    closing = _FENCES[opening["fence"]].search(text, opening.end() - 1) if opening else None
    if not opening or not closing or not _FIELD.match(text, opening.end(), closing.start()):
        return Span(0, 0)
    return Span(0, closing.end())


def _headings(text: str, start: int) -> Iterator[Heading]:
    """Yield the headings in `text[start:]` that have words."""
    lines = [match.span() for match in _LINE.finditer(text, start)]
    tokens = MarkdownIt("commonmark").disable("inline").parse(text[start:])
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.map and inline.content:
            yield Heading(_words(text, lines, opening, inline.content), int(opening.tag[1:]))


def _words(text: str, lines: list[tuple[int, int]], opening: Token, content: str) -> Span:
    """Return the span of a heading's content, without closing marks (`## words ##`)."""
    assert opening.map is not None  # noqa: S101  the caller looked
    top, below = opening.map
    last = below - 2 if opening.markup in "=-" else top
    first_words, *more = map(str.strip, content.split("\n"))
    start = _line_end(text, lines[top], opening.markup, first_words) - len(first_words)
    end = _line_end(text, lines[last], opening.markup, more[-1]) if more else start + len(first_words)
    return Span(start, end)


def _line_end(text: str, line: tuple[int, int], markup: str, words: str) -> int:
    """Return the offset where a heading's words end on a line."""
    kept = text[slice(*line)].rstrip()
    bare = kept.rstrip("#") if markup.startswith("#") else kept
    bare = bare.rstrip() if bare[-1:] in (" ", "\t") else kept
    return line[0] + len(bare if bare.endswith(words) else kept)


def _front_title(fields: str) -> str | None:
    """Return the `title` field of front matter; block scalars (`>`, `|`) are ignored."""
    match = _TITLE.search(fields)
    value = match["value"].strip() if match else ""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return None if value[:1] in (">", "|") else value or None


def _plain(words: str) -> str:
    """Return a heading's words without inline markup."""
    tokens = MarkdownIt("commonmark").parseInline(words[:_INLINE_CHARS])[0].children or []
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens)
