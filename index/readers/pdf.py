"""A PDF's text layer to Source, page by page. Must never know other formats, nor draw anything.

Lines stand as pdfium finds them, pages are separated by a blank line. A word hyphenated at a line's end
is joined, but keeps its hyphen where the same document writes it with one within a line ("dual-encoder").
"""

import re
import threading
from functools import partial
from itertools import accumulate

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.errors import ReadError
from index.readers.clean import clean, title
from index.records import Source

# pdfium's state belongs to the process and is not safe for threads: two readers at once crash it. So the
# lock is the process's too, whoever calls; reading in one thread is still what callers should do.
_PDFIUM = threading.Lock()
_MAX_PAGES = 20_000
_MAX_CHARS = 50_000_000
_BETWEEN_PAGES = "\n\n"
# pdfium writes U+FFFE for a hyphen and the line's end after it.
_BROKEN = re.compile(r"(\w+)\ufffe(\w+)")
_COMPOUND = re.compile(r"\w+-\w+")

_REASONS = {
    raw.FPDF_ERR_PASSWORD: "encrypted PDF: needs a password",
    raw.FPDF_ERR_SECURITY: "encrypted PDF: its protection is not supported",
}
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


def read(data: bytes, stem: str) -> Source:
    """Return the Source of a PDF's bytes; `stem` names it where it has no title.

    Raises ReadError when it is encrypted, damaged, too long, or has no text layer.
    """
    with _PDFIUM, _opened(data) as document:
        pages = _pages(document)
        named = _title(document)
    if not any(page.strip() for page in pages):
        raise ReadError(f"no text layer; {len(pages)} page{'s' if len(pages) > 1 else ''}")
    compounds = {word.lower() for page in pages for word in _COMPOUND.findall(page)}
    pages = [_cleaned(_BROKEN.sub(partial(_rejoined, compounds), page)) for page in pages]
    starts = accumulate((len(page) + len(_BETWEEN_PAGES) for page in pages[:-1]), initial=0)
    return Source(_BETWEEN_PAGES.join(pages), title(named, stem), "pdf", pages=tuple(starts))


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadError(_REASONS.get(error.err_code, "damaged PDF, or none at all")) from error


def _pages(document: pdfium.PdfDocument) -> list[str]:
    """Return the text of each page."""
    count = len(document)
    if count > _MAX_PAGES:
        raise ReadError(f"{count:,} pages; at most {_MAX_PAGES:,} are read")
    pages: list[str] = []
    chars = 0
    for number in range(count):
        pages.append(_page(document, number))
        chars += len(pages[-1])
        if chars > _MAX_CHARS:
            raise ReadError(f"more than {_MAX_CHARS:,} characters up to page {number + 1} of {count}")
    return pages


def _page(document: pdfium.PdfDocument, number: int) -> str:
    """Return the text of one page (from 0), its handles closed."""
    try:
        page = document[number]
        try:
            return _text(page)
        finally:
            page.close()
    except pdfium.PdfiumError as error:
        raise ReadError(f"damaged PDF: page {number + 1} of {len(document)} cannot be read") from error


def _text(page: pdfium.PdfPage) -> str:
    """Return a page's text as pdfium gives it.

    By range: the text within the page's bounds joined the columns of a table ("400.01" and "3").
    """
    layer = page.get_textpage()
    try:
        return str(layer.get_text_range())
    finally:
        layer.close()


def _rejoined(compounds: set[str], broken: re.Match[str]) -> str:
    """Return a word that was broken at a line's end, whole."""
    first, second = broken.groups()
    return f"{first}-{second}" if f"{first}-{second}".lower() in compounds else first + second


def _cleaned(page: str) -> str:
    """Return a page's text without control characters and without blanks at its lines' ends."""
    return "\n".join(line.rstrip() for line in clean(page).split("\n")).strip("\n")


def _title(document: pdfium.PdfDocument) -> str | None:
    """Return the title in the document's metadata, unless a program and not a person put it there."""
    try:
        named = str(document.get_metadata_value("Title")).strip()
    except UnicodeDecodeError:
        return None
    low = named.lower()
    machine = low.startswith(_NO_TITLES) or low.endswith(_FILE_ENDINGS)
    return None if machine or not any(char.isalpha() for char in named) else named
