"""Which sentences can be cited: those that state something, rather than announce, ask or refer.

A heading, a question put by the text itself, a list marker on its own and an entry of a reference list say
nothing that could answer a question.
"""

import re

from index.records import Source, Span

_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKER = re.compile(r"[^\w]*(?:\d{1,3}|[A-Za-z])?[^\w]*")
_QUESTION = re.compile(r"[^.!:]{2,160}\?[\"'”’»)\]*_]*")
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]*_`]*\Z")
_VALUE = re.compile(r"\d|[:|=\t]|\s[–—-]\s|@")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦–]|\d{1,3}[.)]|\|)\s*\S")
_REFERENCES = frozenset(
    {"references", "bibliography", "literature", "sources", "footnotes", "endnotes", "works cited"}
    | {"further reading", "external links", "see also", "table of contents", "contents"}
)
_HEADING_WORDS = 14  # a line of more words is read as a statement, even without a full stop


def is_statement(source: Source, span: Span) -> bool:
    r"""Tell whether a sentence of a source states something.

    >>> source = Source("What is a lock?\n\nA lock lifts boats.", "", "text")
    >>> is_statement(source, Span(0, 15)), is_statement(source, Span(17, 36))
    (False, True)
    """
    text = span.of(source.text)
    if source.announces(span) or _MARKER.fullmatch(text) or not (_WORD.search(text) or _VALUE.search(text)):
        return False
    return not (asks(text) or _is_heading(source, span, text))


def asks(text: str) -> bool:
    """Tell whether a sentence is a question and nothing else."""
    return _QUESTION.fullmatch(" ".join(text.lstrip("#>*-• \t").split())) is not None


def is_reference_list(headings: tuple[str, ...]) -> bool:
    """Tell whether text under these headings, outermost first, refers to other texts."""
    return bool(headings) and headings[-1].casefold().strip(" .:0123456789") in _REFERENCES


def _is_heading(source: Source, span: Span, text: str) -> bool:
    """Tell whether a line stands in a block of its own like a heading: short, without full stop or value."""
    if _ENDED.search(text) or _VALUE.search(text) or _ITEM.match(text) or "\n" in text:
        return False
    if len(text.split()) > _HEADING_WORDS:
        return False
    return _blank_before(source.text, span.start) and _blank_after(source.text, span.end)


def _blank_before(text: str, at: int) -> bool:
    before = text[max(0, at - 80) : at].rstrip(" \t#>*_")
    return (before == "" and at <= 80) or before.endswith(("\n\n", "\r\n\r\n", "\f", "\n \n"))


def _blank_after(text: str, at: int) -> bool:
    after = text[at : at + 80].lstrip(" \t*_#")
    return bool(re.match(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)|\f", after)) or not after.strip()
