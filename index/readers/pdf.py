"""A PDF's text layer to Source, page by page. Must never know other formats, nor how a page is drawn.

Lines stand as pdfium finds them, in the order of their columns (`flow`), pages are separated by a blank
line; lines that run through the pages are dropped. A word hyphenated at a line's end is joined, but keeps its
hyphen where the same document writes it with one within a line ("dual-encoder"). All of it is edits of
pdfium's text, so that each span leads back to pdfium's characters, and from there to their boxes (`drawing`).
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.errors import ReadError, Scanned
from index.readers.clean import title
from index.readers.edits import Edit, Edited, edited
from index.readers.flow import flow
from index.readers.ocr import Recogniser
from index.readers.outline import author_of, dated, named, outline, title_of
from index.readers.running import running
from index.readers.scans import picture_of, scanned
from index.records import Source, Span

# pdfium's state belongs to the process and is not safe for threads: two readers at once crash it. So the
# lock is the process's too, whoever calls; reading in one thread is still what callers should do.
PDFIUM = threading.Lock()
_MAX_PAGES = 20_000
_MAX_CHARS = 50_000_000
_BETWEEN_PAGES = "\n\n"
# Whatever may need an edit, as one set of characters: with it a page is scanned four times as fast as with
# a pattern of what it needs. pdfium writes U+FFFE for a hyphen and the line's end after it.
_SPECIAL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u2010\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff](?:(?<=\r)\n)?|-(?=[\r\n])"
)
_HYPHENS, _ENDS, _BLANKS = "-\u2010\u00ad", "\r\n\f\u2028\u2029", " \t\u00a0"
_NEXT_LINE = re.compile(r"\r\n?|\n")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"\w*\Z"), re.compile(r"\w{,50}")
_LONGEST_WORD = 50
# A hyphen comes first: words before it would be looked at one by one, of which few have one.
_WITHIN_WORD = re.compile(r"-(?=\w)")

_REASONS = {
    raw.FPDF_ERR_PASSWORD: "encrypted PDF: needs a password",
    raw.FPDF_ERR_SECURITY: "encrypted PDF: its protection is not supported",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a document as they are read: each edited from pdfium's text of it."""

    pages: tuple[Edited, ...]

    @property
    def text(self) -> str:
        """Return the text of all pages."""
        return _BETWEEN_PAGES.join(page.text for page in self.pages)

    @property
    def starts(self) -> tuple[int, ...]:
        """Return the offset at which each page starts."""
        lengths = (len(page.text) + len(_BETWEEN_PAGES) for page in self.pages[:-1])
        return tuple(accumulate(lengths, initial=0))


@dataclass(frozen=True, slots=True)
class Layer:
    """The text of a page, and what of pdfium's text it was put together from where that stood otherwise."""

    text: str
    flowed: Edited | None = None

    def under(self, read: Edited) -> Edited:
        """Return the page as it is read, leading back to pdfium's text."""
        return read.after(self.flowed) if self.flowed else read


def read(data: bytes, stem: str) -> Source:
    """Return the Source of a PDF's bytes; `stem` names it where it has no title.

    Raises ReadError when it is encrypted, damaged, too long, or has no text layer: Scanned where pages are
    pictures that can be read.
    """
    with PDFIUM, opened(data) as document:
        found = pages_of(document)
        if pictures := scanned(document, _blank(found)):
            raise Scanned(_no_text(document), len(pictures))
        return _source(document, found, stem)


def recognised(data: bytes, stem: str) -> Source:
    """Return the same with the text of pages that are pictures. Raises ReadError."""
    with PDFIUM, opened(data) as document:
        found = pages_of(document)
        pages, recognise = list(found.pages), Recogniser()
        for number in scanned(document, _blank(found)):
            pages[number] = of_picture(recognise(picture_of(document, number)).text)
        return _source(document, Pages(tuple(pages)), stem)


def _blank(found: Pages) -> list[int]:
    return [number for number, page in enumerate(found.pages) if not page.text]


def of_picture(text: str) -> Edited:
    """Return what was read from the picture of a page as it is read."""
    return _page_read(text, (), set())


def _source(document: pdfium.PdfDocument, found: Pages, stem: str) -> Source:
    text, starts = found.text, found.starts
    if not text.strip():
        raise ReadError(_no_text(document))
    headings = tuple(named(text, starts, list(outline(document))))
    said = (author_of(document), dated(document))
    return Source(text, title(title_of(document), stem), "pdf", headings, starts, (), *said)


def _no_text(document: pdfium.PdfDocument) -> str:
    count = len(document)
    return f"no text layer; {count} page{'s' if count > 1 else ''}"


def pages_of(document: pdfium.PdfDocument) -> Pages:
    """Return the pages of an opened document, blank where they have no text. Raises ReadError."""
    layers = _pages(document)
    texts = [layer.text for layer in layers]
    compounds = {word for text in texts if "-" in text for word in _compounds(text)}
    runs = running(texts)
    read = (_page_read(text, run, compounds) for text, run in zip(texts, runs, strict=True))
    return Pages(tuple(layer.under(page) for layer, page in zip(layers, read, strict=True)))


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """Yield the opened document; PDFIUM is held. Raises ReadError."""
    with _opened(data) as document:
        yield document


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadError(_REASONS.get(error.err_code, "damaged PDF, or none at all")) from error


def _pages(document: pdfium.PdfDocument) -> list[Layer]:
    """Return the text of each page."""
    count = len(document)
    if count > _MAX_PAGES:
        raise ReadError(f"{count:,} pages; at most {_MAX_PAGES:,} are read")
    pages: list[Layer] = []
    chars = 0
    for number in range(count):
        pages.append(_page(document, number))
        chars += len(pages[-1].text)
        if chars > _MAX_CHARS:
            raise ReadError(f"more than {_MAX_CHARS:,} characters up to page {number + 1} of {count}")
    return pages


def _page(document: pdfium.PdfDocument, number: int) -> Layer:
    """Return the text of one page (from 0), its handles closed."""
    try:
        page = document[number]
        try:
            return _text(page)
        finally:
            page.close()
    except pdfium.PdfiumError as error:
        raise ReadError(f"damaged PDF: page {number + 1} of {len(document)} cannot be read") from error


def _text(page: pdfium.PdfPage) -> Layer:
    """Return a page's text as pdfium gives it, in the order of its columns.

    By range: the text within the page's bounds joined the columns of a table ("400.01" and "3").
    """
    layer = page.get_textpage()
    try:
        text = str(layer.get_text_range())
        flowed = flow(layer, text)
        return Layer(flowed.text, flowed) if flowed else Layer(text)
    finally:
        layer.close()


def _compounds(text: str) -> Iterator[str]:
    """Yield the words of a text that are written with a hyphen, in lower case."""
    for found in _WITHIN_WORD.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, found.start() - _LONGEST_WORD), found.start())
        after = _WORD_AFTER.match(text, found.end())
        if before and before[0] and after:
            yield f"{before[0]}-{after[0]}".lower()


def _page_read(text: str, running_lines: Sequence[Span], compounds: set[str]) -> Edited:
    """Return a page as it is read, without white space at its ends."""
    shown = text
    for span in running_lines:
        shown = shown[: span.start] + " " * len(span) + shown[span.end :]
    first, last = len(shown) - len(shown.lstrip()), len(shown.rstrip())
    if first > last:
        return edited(text, [Edit(0, len(text), "")])
    inner = [
        edit for found in _SPECIAL.finditer(shown, first, last) if (edit := _edit(shown, found, compounds))
    ]
    return edited(text, [Edit(0, first, ""), *inner, Edit(last, len(text), "")])


def _edit(text: str, found: re.Match[str], compounds: set[str]) -> Edit | None:
    """Return what is done to a line's end, a broken word or what is no text; None for nothing."""
    (start, end), char = found.span(), found[0][0]
    if char in _ENDS:
        while start and text[start - 1] in _BLANKS:
            start -= 1
        return Edit(start, end, "\n")
    if char == "\ufffe":
        return _rejoined(text, start, start + 1, compounds)
    if char in _HYPHENS and (after := _NEXT_LINE.match(text, start + 1)):
        return _rejoined(text, start, after.end(), compounds)
    if char in "-\u2010":
        return None
    return Edit(start, start + 1, "\ufffd" if "\ud800" <= char <= "\udfff" else "")


def _rejoined(text: str, start: int, end: int, compounds: set[str]) -> Edit | None:
    """Return the edit that makes a word whole which a line's end may have broken between two offsets."""
    before = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
    after = _WORD_AFTER.match(text, end)
    first, second = before[0] if before else "", after[0] if after else ""
    if not first or not second or (end > start + 1 and not second.islower()):
        kept = start + 1 if text[start] in "-\u2010" else start
        return Edit(kept, end, "\n" if end > start + 1 else "")
    return Edit(start, end, "-" if f"{first}-{second}".lower() in compounds else "")
