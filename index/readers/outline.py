"""What a PDF says about itself: bookmarks as headings, title, author, date. Must never know how it is read.

Bookmarks name pages; the line on that page that says the same is the heading.
"""

import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from index.readers.about import author, day
from index.readers.clean import line
from index.records import Heading, Span

_MAX_HEADINGS = 2_000
_NOBODY = {"anonymous", "unknown", "unspecified", "author", "admin", "administrator", "user", "owner"}
_NO_TITLES = (
    "untitled",
    "(anonymous)",
    "(unspecified)",
    "microsoft word",
    "microsoft powerpoint",
    "document1",
)
_FILE_ENDINGS = (
    ".doc",
    ".docx",
    ".dvi",
    ".htm",
    ".html",
    ".indd",
    ".pdf",
    ".ppt",
    ".pptx",
    ".ps",
    ".rtf",
    ".tex",
)


def outline(document: pdfium.PdfDocument) -> Iterator[tuple[int, int, str]]:
    """Yield (page from 0, level from 1, words) of the bookmarks that name a page."""
    try:
        for number, mark in enumerate(document.get_toc(max_depth=6)):
            page = mark.get_dest().get_index() if mark.get_dest() else None
            words = line(mark.get_title())
            if number > _MAX_HEADINGS:
                return
            if page is not None and words:
                yield page, mark.level + 1, words
    except (pdfium.PdfiumError, ValueError):
        return  # an outline that is damaged: the text is not


def named(text: str, starts: Sequence[int], outline: Sequence[tuple[int, int, str]]) -> Iterator[Heading]:
    """Yield the lines that bookmarks lead to, where they stand on their pages, in order."""
    after = 0
    for page, level, words in outline:
        if not 0 <= page < len(starts):
            continue
        end = starts[page + 1] if page + 1 < len(starts) else len(text)
        pattern = r"[^\S\n]*".join(map(re.escape, words.split()))
        found = re.compile(rf"^[^\S\n]*({pattern})[^\S\n]*$", re.MULTILINE | re.IGNORECASE)
        if hit := found.search(text, max(after, starts[page]), end):
            yield Heading(Span(*hit.span(1)), level)
            after = hit.end()


def _said(document: pdfium.PdfDocument, key: str) -> str:
    """Return what the metadata say, "" where it is no Unicode."""
    try:
        return str(document.get_metadata_value(key)).strip()
    except UnicodeDecodeError:
        return ""


def author_of(document: pdfium.PdfDocument) -> str:
    """Return who wrote it, "" where that is nobody in particular."""
    found = author(_said(document, "Author"))
    return "" if found.lower().strip("()") in _NOBODY else found


def dated(document: pdfium.PdfDocument) -> str:
    """Return the day that it gives as its date, "" where it gives none."""
    return day(_said(document, "ModDate"), _said(document, "CreationDate"))


def title_of(document: pdfium.PdfDocument) -> str | None:
    """Return the title in the document's metadata, unless a program and not a person put it there."""
    named = _said(document, "Title")
    low = named.lower()
    machine = low.startswith(_NO_TITLES) or low.endswith(_FILE_ENDINGS)
    return None if machine or not any(char.isalpha() for char in named) else named
