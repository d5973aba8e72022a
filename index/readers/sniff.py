"""Detects formats by a file's first bytes.

A suffix that contradicts the content is refused with advice, not corrected silently: an error page saved as
`report.pdf` would fill the index with noise.
"""

import codecs

SNIFFED = 4096
"""Bytes examined to identify a file without a known suffix."""

# A PDF may have junk before its header; readers commonly search the first 1,024 bytes.
_PDF, _PDF_WITHIN = b"%PDF-", 1024
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
_PAGE = (b"<!doctype html", b"<html")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of Office files from before 2007, and of Outlook messages."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = {
    *(".docx", ".docm", ".dotx", ".dotm"),
    *(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    *(".xlsx", ".xlsm", ".xltx", ".xltm"),
}
_ZIPPED = _OFFICE | {".odt", ".ott", ".ods", ".ots", ".odp", ".otp", ".epub"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Byte patterns near the start of ZIP files that are documents.
_WITHIN_ZIP = (
    (b"mimetypeapplication/epub+zip", ".epub"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", ".odt"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ".ods"),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", ".odp"),
    (b"word/", ".docx"),
    (b"ppt/", ".pptx"),
    (b"xl/", ".xlsx"),
)
_RTF = b"{\\rtf"
_TNEF = b"\x78\x9f\x3e\x22"
_BINARY = (
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (OLE, "an Office file from before 2007, or an encrypted one"),
    (_ZIP[0], "an archive (ZIP)"),
)


def sniffed_suffix(head: bytes, suffix: str) -> str:
    """Return the suffix that matches a file's first bytes, or else its own.

    Plain text is recognized only without a suffix, since a suffix may name any other format.
    """
    if _PDF in head[:_PDF_WITHIN] and head.lstrip().startswith(_PDF):
        return ".pdf"
    if head.startswith(_RTF):
        return ".rtf"
    if head.startswith(_TNEF):
        return ".tnef"
    if head.startswith(_ZIP):
        return next((named for mark, named in _WITHIN_ZIP if mark in head), suffix)
    if head.lstrip().lower().startswith(_PAGE):
        return ".html"
    return ".txt" if not suffix and _is_text(head) else suffix


def content_problem(data: bytes, suffix: str) -> str:
    """Return why the content does not match the suffix, and what to do; "" if it matches."""
    if suffix == ".pdf":
        return "" if _PDF in data[:_PDF_WITHIN] else _no(data, "a PDF")
    if data.startswith(_PDF):
        return "a PDF under another suffix: rename it to end in .pdf"
    if suffix in _ZIPPED:
        return _no_package(data, suffix)
    if suffix == ".msg":
        return "" if data.startswith(OLE) else _no(data, "an Outlook message")
    if suffix == ".rtf":
        return "" if data.lstrip().startswith(_RTF[:5]) else _no(data, "rich text (RTF)")
    if suffix in PICTURES:
        return ""  # the decoder detects which kind of picture it is
    if result := _binary(data):
        return f"not text: it is {result}"
    return ""


def _no_package(data: bytes, suffix: str) -> str:
    if data.startswith(_ZIP):
        return ""
    if data.startswith(OLE) and suffix in _OFFICE:
        if _ENCRYPTED in data:
            return "encrypted: needs a password"
        return "saved in the format from before 2007: open it and save it in the current one"
    return _no(data, f"what {suffix} says it is")


def _no(data: bytes, wanted: str) -> str:
    """Return the message for a mismatch, naming the actual format if it is evident."""
    start = data[:_PDF_WITHIN].lstrip().lower()
    if start.startswith(_PAGE):
        return f"a web page, not {wanted}: rename it to end in .html"
    if data.startswith(_RTF):
        return f"rich text, not {wanted}: rename it to end in .rtf"
    result = _binary(data)
    return f"not {wanted}: it is {result}" if result else f"not {wanted}"


def _binary(data: bytes) -> str:
    return next((problem for mark, problem in _BINARY if data.startswith(mark)), "")


def _is_text(head: bytes) -> bool:
    """Return whether bytes begin a UTF-8 text without control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < SNIFFED)
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(char.isprintable() or char in "\t\n\r\f\ufeff" for char in text)
