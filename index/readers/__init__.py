"""Bytes on disk to Source, one module a family of formats. Must never know chunks.

The only place where text is normalised, once; every offset in Citeback counts in what comes out here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from index.errors import NotOpened, ReadError
from index.readers import html, markdown, pdf, text
from index.readers.clean import encodable
from index.records import Source

__all__ = ["KINDS", "MAX_BYTES", "read"]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((".txt", ".text", ".log"), "text"),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), "markdown"),
        **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
        ".pdf": "pdf",
    }
)
"""Suffix (lower case, with its dot) to the kind of document; other suffixes are not read."""

MAX_BYTES: Mapping[str, int] = MappingProxyType(
    {"text": 64 * 2**20, "markdown": 16 * 2**20, "html": 8 * 2**20, "pdf": 256 * 2**20}
)
"""Kind to the most bytes a file of it may have."""

_READERS: Mapping[str, Callable[[bytes, str], Source]] = MappingProxyType(
    {"text": text.read, "markdown": markdown.read, "html": html.read, "pdf": pdf.read}
)

_PDF = b"%PDF-"
# A PDF may have junk before its header; readers agree to look for it in the first 1,024 bytes.
_PDF_WITHIN = 1024
_PAGE = (b"<!doctype html", b"<html")


def read(path: Path, max_bytes: Mapping[str, int] = MAX_BYTES) -> Source:
    """Return a file as the text that spans count in.

    The suffix decides how it is read; content that contradicts it is refused, not guessed at. Not for
    several threads at once: PDFs wait for each other (`pdf`).

    Raises ReadError, whose message is the reason a person is given, and nothing else.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        suffix = f" ({encodable(path.suffix)})" if path.suffix else " (no suffix)"
        raise ReadError(f"not read: unknown format{suffix}")
    data = _bytes(path, max_bytes[kind])
    _check_content(data, kind)
    source = _READERS[kind](data, encodable(path.stem))
    if not source.text.lstrip("\ufeff").strip():
        raise ReadError("no text: nothing but white space")
    return source


def _bytes(path: Path, limit: int) -> bytes:
    """Return the file's bytes, reading no more than the limit even if it grows meanwhile."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotOpened(f"cannot be opened: {reason}") from error
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / 2**20:,.0f} MB")
    if not data:
        raise ReadError("empty file")
    return data


def _check_content(data: bytes, kind: str) -> None:
    """Refuse content that is plainly another format than the suffix says."""
    start = data[:_PDF_WITHIN]
    if kind != "pdf" and data.startswith(_PDF):
        raise ReadError("a PDF under another suffix: rename it to end in .pdf")
    if kind == "pdf" and _PDF not in start:
        page = start.lstrip().lower().startswith(_PAGE)
        raise ReadError("a web page, not a PDF: rename it to end in .html" if page else "not a PDF")
