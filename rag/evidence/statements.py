"""Tells citable sentences from headings, questions, bare list markers and reference entries.

Only sentences that state something can answer a question.
"""

import re

from citeback.index.records import Source, Span
from citeback.index.search.analyzer import UNSPACED

_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKER = re.compile(r"[^\w]*(?:\d{1,3}|[A-Za-z])?[^\w]*")
_QUESTION = re.compile(r"[^.!:]{2,160}[?？؟][\"'”’»)\]*_]*")
_ENDED = re.compile(r"[.!?:;…。！？।॥؟۔][\"'”’»)\]*_`]*\Z")
_VALUE = re.compile(r"\d|[:|=\t]|\s[–—-]\s|@")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦–]|\d{1,3}[.)]|\|)\s*\S")
_REFERENCES = frozenset(
    {"references", "bibliography", "literature", "sources", "footnotes", "endnotes", "works cited"}
    | {"further reading", "external links", "see also", "table of contents", "contents"}
)
# What a web page says of other pages, of itself, or of a picture in a gallery.
_PROMOTION = re.compile(
    r"\W*(?:(?:hide|show|view|open|toggle) caption\b"
    r"|(?:photos?|pictures?|images?|slides?|videos?) \d+ of \d+\b"
    r"|(?:more|related|read (?:more|also|next)|also read|see also|contributing|photos)"
    r"(?: [\w ]{0,20}news| (?:from|on|about) [\w ]{1,20}| stories| articles)?:\s*\S"
    r"|sign up (?:here|for|to)\b|subscribe (?:to|now|here|for)\b"
    r"|follow (?:us|me|him|her|them|[\w ]{2,40}) on\b"
    r"|(?:get|receive) (?:our|my|the) [\w ]{0,30}newsletter\b"
    r"|(?:just|must)[ -]watche?d?\b)",
    re.IGNORECASE,
)
_LINE_COMMENTS = {"org": re.compile(r"\s*#(?:\s|\+[\w-]+:?|\Z)"), "asciidoc": re.compile(r"\s*//")}
# Explicit markup that is no directive, target, footnote or substitution.
_RST_COMMENT = re.compile(r"\.\.[ \t]+(?![\[_|]|[\w:.+-]{1,80}::)")
_COMMENT_CHARS = 4_000  # characters before a sentence in which to look for the start of a comment
_UNSPACED = re.compile(f"[{UNSPACED}]")
_HEADING_CHARS = 40  # the same of a line in a script without spaces between words
_HEADING_WORDS = 14  # a line of more words counts as a statement, even without a full stop


def is_statement(source: Source, span: Span) -> bool:
    r"""Return whether a sentence of a source states something.

    >>> source = Source("What is a lock?\n\nA lock lifts boats.", "", "text")
    >>> is_statement(source, Span(0, 15)), is_statement(source, Span(17, 36))
    (False, True)
    """
    text = span.of(source.text)
    if (
        source.holds_heading(span)
        or _MARKER.fullmatch(text)
        or not (_WORD.search(text) or _VALUE.search(text))
    ):
        return False
    if _PROMOTION.match(text):
        return False
    return not (is_question(text) or _is_heading(source, span, text) or _is_comment(source, span))


def is_question(text: str) -> bool:
    """Return whether a sentence is nothing but a question."""
    return _QUESTION.fullmatch(" ".join(text.lstrip("#>*-• \t").split())) is not None


def is_reference_list(headings: tuple[str, ...]) -> bool:
    """Return whether the last of these headings, outermost first, is that of a reference list."""
    return bool(headings) and headings[-1].casefold().strip(" .:0123456789") in _REFERENCES


def _is_comment(source: Source, span: Span) -> bool:
    """Return whether a sentence is in a comment of Markdown, Org, AsciiDoc or reStructuredText."""
    if (line_comment := _LINE_COMMENTS.get(source.kind)) is not None:
        return line_comment.match(span.of(source.text)) is not None
    if source.kind == "rst":
        above = source.text[max(0, span.start - _COMMENT_CHARS) : span.start].rstrip()
        return _RST_COMMENT.match(span.of(source.text)) is not None or above.endswith("\n..")
    if source.kind != "markdown":
        return False
    before = source.text[max(0, span.start - _COMMENT_CHARS) : span.end]
    for opening, closing in (("<!--", "-->"), ("{/*", "*/}")):
        opened = before.rfind(opening)
        if opened >= 0 and closing not in before[opened : len(before) - 1]:
            return True
    return span.of(source.text).lstrip().startswith(("%%", "<!--", "{/*"))


def _is_heading(source: Source, span: Span, text: str) -> bool:
    """Return whether a line looks like a heading: a block of its own, short, without full stop or value."""
    if _ENDED.search(text) or _VALUE.search(text) or _ITEM.match(text) or "\n" in text:
        return False
    if len(text.split()) > _HEADING_WORDS or (len(text) > _HEADING_CHARS and _UNSPACED.match(text)):
        return False
    return _blank_before(source.text, span.start) and _blank_after(source.text, span.end)


def _blank_before(text: str, at: int) -> bool:
    before = text[max(0, at - 80) : at].rstrip(" \t#>*_")
    return (before == "" and at <= 80) or before.endswith(("\n\n", "\r\n\r\n", "\f", "\n \n"))


def _blank_after(text: str, at: int) -> bool:
    after = text[at : at + 80].lstrip(" \t*_#")
    return bool(re.match(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)|\f", after)) or not after.strip()
