"""Removes what is not text: control characters and lone surrogates.

Text extracted from formats such as HTML and PDF is cleaned once, before offsets are computed. Plain text and
Markdown are never cleaned, since their offsets are the file's own.
"""

import re

# Control characters except tab and newline; U+FFFE, pdfium's mark for a line-end hyphen; U+FEFF and U+FFFF;
# and the soft hyphen, which would split words for search.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
# Places where a long word may be divided; in scripts without spaces they stay, since they divide words.
_DIVISION = re.compile("(?<=[A-Za-z\u00c0-\u04ff])[\u200b\u2060](?=[a-z\u00df-\u04ff])")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_ENDS = "\r\x0b\x0c\u2028\u2029"
_SURROGATES = re.compile("[\ud800-\udfff]")
_SHORTEST_DATA = 100  # characters of encoded bytes
_DATA = re.compile(
    rf"data:[\w/.+-]{{0,100}}(?:;[\w=.-]{{1,60}}){{0,3}};base64,[A-Za-z0-9+/=]{{{_SHORTEST_DATA},}}"
)
_SHORTEST_ENCODED, _SHORTEST_RUN = 300, 60
# Bytes in Base64, in one piece or in lines: pictures in exports, keys, signatures.
_ENCODED = re.compile(
    rf"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{{{_SHORTEST_ENCODED},}}={{0,2}}"
    r"|(?:[A-Za-z0-9+/]{60,}\s{1,20}){4,}(?:[A-Za-z0-9+/]{60,}={0,2}|[A-Za-z0-9+/]+={1,2})?)"
)
_KINDS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))  # of characters in encoded bytes
_TITLE_CHARS = 300


def clean(text: str) -> str:
    """Return the text with line feeds as newlines, and without characters that are not text.

    These are control characters, surrogates, and Base64 data, as in `data:` URIs.
    """
    if len(text) > _SHORTEST_DATA:
        text = _DATA.sub("", text) if "base64," in text else text
        may_hold = len(text) > _SHORTEST_ENCODED and _may_hold_encoded(text)
        text = _ENCODED.sub(_unless_encoded, text) if may_hold else text
    if text.replace("\n", "").replace("\t", "").isprintable():  # most texts, at a tenth of the time
        return text
    shown = encodable(text)
    if any(char in shown for char in _ENDS):
        shown = _NEWLINES.sub("\n", shown)
    shown = _NO_TEXT.sub("", shown)
    return _DIVISION.sub("", shown) if "\u200b" in shown or "\u2060" in shown else shown


def _may_hold_encoded(text: str) -> bool:
    """Return whether a text may contain a run as long as a line of Base64."""
    at, last = 0, len(text) - _SHORTEST_RUN
    while at <= last:  # from one space to the last one near it: most are never looked at
        end = at + _SHORTEST_RUN
        space = text.rfind(" ", at, end)
        if space < 0:
            space = max(text.rfind("\n", at, end), text.rfind("\t", at, end))
        if space < 0:
            return True
        at = space + 1
    return False


def _unless_encoded(match: re.Match[str]) -> str:
    """Remove a long word if it has all the kinds of characters that Base64 has."""
    return "" if all(kind.search(match[0]) for kind in _KINDS) else match[0]


def encodable(text: str) -> str:
    """Return the text with U+FFFD for lone surrogates, which cannot be encoded.

    They come from file names that are not UTF-8, and from character references in web pages.
    """
    return _SURROGATES.sub("\ufffd", text)


def line(text: str) -> str:
    """Return the cleaned text on one line."""
    return " ".join(clean(text).split())


def title(*candidates: str | None) -> str:
    """Return the first candidate with text, on one line, truncated to 300 characters."""
    lines = (line(text) for text in candidates if text)
    return next((line[:_TITLE_CHARS] for line in lines if line), "")
