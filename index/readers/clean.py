"""What is no text inside a text: control characters, lone surrogates. Must never know formats.

Plain text and Markdown are never cleaned (their offsets are the file's own); what is extracted from
HTML and PDF is, once, before any offset is counted.
"""

import re

# Controls but tab and newline; U+FFFE, pdfium's mark of a hyphen at a line's end that belongs to no
# word; U+FEFF, U+FFFF; the soft hyphen, which says where a word may be broken and splits it for search.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TITLE_CHARS = 300


def clean(text: str) -> str:
    """Return the text with newlines as line feeds, without control characters, and encodable."""
    return _NO_TEXT.sub("", _NEWLINES.sub("\n", encodable(text)))


def encodable(text: str) -> str:
    """Return the text with U+FFFD for surrogates, which no file can be written with.

    They come from file names that are not UTF-8 and from character references in pages.
    """
    return _SURROGATES.sub("\ufffd", text)


def line(text: str) -> str:
    """Return the text, cleaned, on one line."""
    return " ".join(clean(text).split())


def title(*candidates: str | None) -> str:
    """Return the first candidate that has words, on one line and at most 300 characters long."""
    lines = (line(text) for text in candidates if text)
    return next((found[:_TITLE_CHARS] for found in lines if found), "")
