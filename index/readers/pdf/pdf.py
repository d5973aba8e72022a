"""Reads the text layer of PDFs page by page.

Lines are in column order (`text_layer`), running headers and footers are removed, and hyphenated words are
joined (`unwrap`). Pages are separated by a blank line. All changes are edits of pdfium's text, so every span
maps back to its characters, and from there to boxes (`drawing`).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from citeback.index.errors import NeedsOcr, ReadError
from citeback.index.readers.common import unwrap
from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.offset_map import EditedText
from citeback.index.readers.common.page_joints import BETWEEN_PAGES, joint
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.common.running_lines import running_lines
from citeback.index.readers.mail.attachments import file_name, numbered
from citeback.index.readers.ocr import OcrEngine
from citeback.index.readers.pdf.embedded_files import MOST_FILES, listed_files, mentions, placed_files
from citeback.index.readers.pdf.legibility import is_legible
from citeback.index.readers.pdf.outline import author_of, outline, outline_headings, saved_on, title_of
from citeback.index.readers.pdf.scans import page_picture, scanned_pages, shows_something
from citeback.index.readers.pdf.text_layer import TextLayer, text_layer
from citeback.index.records import Source, Span, UnreadPart

# pdfium has global state and is not thread-safe: two concurrent readers crash the process. Hence this lock
# for the whole process; callers should still read from one thread.
PDFIUM = threading.Lock()
_MAX_PAGES = 20_000
_MAX_CHARS = 50_000_000
_MOST_RUNS = 20  # runs of pages that are named
_WRONG_FONT = "its font gives wrong characters"

_REASONS = {
    raw.FPDF_ERR_PASSWORD: "encrypted PDF: needs a password",
    raw.FPDF_ERR_SECURITY: "encrypted PDF: its protection is not supported",
}


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as read, the text layer it came from, and the separator after it."""

    edited: EditedText
    layer: TextLayer | None = None
    after: str = BETWEEN_PAGES
    legible: bool = True

    @property
    def text(self) -> str:
        """Return the page's text."""
        return self.edited.text

    def original_spans(self, span: Span) -> Iterator[Span]:
        """Yield the spans of pdfium's text that a span of the page comes from."""
        if self.layer:
            yield from self.layer.original_spans(self.edited, span)


@dataclass(frozen=True, slots=True)
class PdfPages:
    """The pages of a document as read."""

    pages: tuple[PdfPage, ...]

    @property
    def text(self) -> str:
        """Return the text of all pages."""
        return "".join(f"{page.text}{page.after}" for page in self.pages[:-1]) + self.pages[-1].text

    @property
    def starts(self) -> tuple[int, ...]:
        """Return the start offset of each page."""
        lengths = (len(page.text) + len(page.after) for page in self.pages[:-1])
        return tuple(accumulate(lengths, initial=0))


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a PDF; `stem` is the fallback title.

    Raises:
        NeedsOcr: pages are pictures whose text can be recognized.
        ReadError: the file is encrypted, damaged, too long, or has no text layer.
    """
    with PDFIUM, open_pdf(data) as document:
        if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
            raise ReadError("an XFA form, which is not read: print it as a PDF")
        pdf_pages = pages_of(document)
        if pictures := scanned_pages(document, _blank(pdf_pages), _illegible(pdf_pages)):
            raise NeedsOcr(_no_text(document, pdf_pages), len(pictures))
        return _source(document, pdf_pages, stem)


def attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file embedded in a PDF or attached to a page. Raises ReadError."""
    placed = mentions(data, b"/FileAttachment")
    if not placed and b"/EmbeddedFile" not in data and b"/ObjStm" not in data:
        return
    with (
        PDFIUM,
        open_pdf(data) as document,
        raising_read_error("damaged PDF: what is embedded cannot be found"),
    ):
        results = chain(listed_files(document), placed_files(document) if placed else ())
        files = [(file_name(name, ""), content) for name, content in islice(results, MOST_FILES)]
    yield from numbered(dict.fromkeys(files))  # outside the lock, since an embedded file may be a PDF


def read_with_ocr(data: bytes, stem: str) -> Source:
    """Read a PDF, recognizing the text of scanned pages; `stem` is the fallback title. Raises ReadError."""
    with PDFIUM, open_pdf(data) as document:
        pdf_pages = pages_of(document)
        pages, recognise = list(pdf_pages.pages), OcrEngine()
        for number in scanned_pages(document, _blank(pdf_pages), _illegible(pdf_pages)):
            pages[number] = PdfPage(unwrap.of_picture(recognise(page_picture(document, number)).text))
        return _source(document, PdfPages(tuple(pages)), stem)


def _blank(pdf_pages: PdfPages) -> list[int]:
    return [number for number, page in enumerate(pdf_pages.pages) if not page.text and page.legible]


def _illegible(pdf_pages: PdfPages) -> list[int]:
    return [number for number, page in enumerate(pdf_pages.pages) if not page.text and not page.legible]


def _source(document: pdfium.PdfDocument, pdf_pages: PdfPages, stem: str) -> Source:
    text, starts = pdf_pages.text, pdf_pages.starts
    if not text.strip():
        raise ReadError(_no_text(document, pdf_pages))
    headings = tuple(outline_headings(text, starts, list(outline(document))))
    return Source(
        text=text,
        title=title(title_of(document), stem),
        kind="pdf",
        headings=headings,
        pages=starts,
        author=author_of(document),
        saved=saved_on(document),
        unread=tuple(_unread_parts(document, pdf_pages)),
    )


def _unread_parts(document: pdfium.PdfDocument, pdf_pages: PdfPages) -> Iterator[UnreadPart]:
    """Yield the pages without text that are not empty, and those whose text is not legible."""
    count = len(pdf_pages.pages)
    drawn = [number for number in _blank(pdf_pages) if shows_something(document, number)]
    for numbers, what in ((drawn, "no text"), (_illegible(pdf_pages), f"unreadable text ({_WRONG_FONT})")):
        if numbers:
            named = _page_list(numbers)
            have = "has" if len(numbers) == 1 else "have"
            yield UnreadPart(named, f"{len(numbers)} of {count} pages {have} {what}: {named}")


def _page_list(numbers: Sequence[int]) -> str:
    """Return the names of pages, given from 0, runs of them shortened.

    >>> _page_list([1]), _page_list([0, 2, 3, 4, 8])
    ('page 2', 'pages 1, 3-5, 9')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number:
            runs[-1][1] = number + 1
        else:
            runs.append([number + 1, number + 1])
    named = [f"{a}" if a == b else f"{a}, {b}" if a + 1 == b else f"{a}-{b}" for a, b in runs]
    more = f" and {len(named) - _MOST_RUNS} more" if len(named) > _MOST_RUNS else ""
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(named[:_MOST_RUNS])}{more}"


def _no_text(document: pdfium.PdfDocument, pdf_pages: PdfPages) -> str:
    count = len(document)
    pages = f"{count} page{'s' if count > 1 else ''}"
    return f"unreadable text ({_WRONG_FONT}); {pages}" if _illegible(pdf_pages) else f"no text layer; {pages}"


def pages_of(document: pdfium.PdfDocument) -> PdfPages:
    """Return the pages of an open document; those without text are empty. Raises ReadError."""
    layers = _layers(document)
    texts = [layer.text for layer in layers]
    runs = running_lines(texts)
    joints = _joints(texts, runs)
    if any(layer.notes for layer in layers):
        bare = [layer.text_without_notes for layer in layers]
        joints = _joints(bare, running_lines(bare))
        layers = [
            layer.with_notes_above() if layer.notes and gap != BETWEEN_PAGES else layer
            for layer, gap in zip(layers, joints, strict=True)
        ]
        texts = [layer.text for layer in layers]
        runs = running_lines(texts)
    hyphenated = {word for text in texts if "-" in text for word in unwrap.hyphenated_words(text)}
    return PdfPages(
        tuple(
            PdfPage(
                edited=unwrap.unwrap_lines(text, own, hyphenated, layer.annotations, not gap),
                layer=layer,
                after=gap,
            )
            if is_legible(text)
            else PdfPage(
                edited=unwrap.unwrap_lines("", [], set(), layer.annotations),
                layer=layer,
                after=gap,
                legible=False,
            )
            for layer, text, own, gap in zip(layers, texts, runs, joints, strict=True)
        )
    )


def _joints(texts: Sequence[str], runs: Sequence[Sequence[Span]]) -> list[str]:
    """Return the separator after each page, given its text and running lines."""
    bodies = [_without(text, own) for text, own in zip(texts, runs, strict=True)]
    return [*(joint(one, other) for one, other in pairwise(bodies)), BETWEEN_PAGES]


def _without(text: str, spans: Sequence[Span]) -> str:
    """Return a page's text without some spans and surrounding white space."""
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text.strip()


@contextmanager
def open_pdf(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """Yield the open document; requires the PDFIUM lock. Raises ReadError."""
    with _opened(data) as document:
        yield document


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadError(_REASONS.get(error.err_code, "damaged or invalid PDF")) from error


def _layers(document: pdfium.PdfDocument) -> list[TextLayer]:
    """Return the text layer of each page."""
    count = len(document)
    if count > _MAX_PAGES:
        raise ReadError(f"{count:,} pages; at most {_MAX_PAGES:,} are read")
    layers: list[TextLayer] = []
    chars = 0
    for number in range(count):
        layers.append(text_layer(document, number))
        chars += len(layers[-1].pdfium_text)
        if chars > _MAX_CHARS:
            raise ReadError(f"more than {_MAX_CHARS:,} characters up to page {number + 1} of {count}")
    return layers
