"""Files embedded in a PDF: in its list of files, as in a portfolio, or attached to a place on a page."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from ctypes import byref, c_ulong, c_ushort, create_string_buffer
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

MOST_FILES = 1_000
_MOST_ANNOTATIONS = 2_000  # of a page
_MOST_BYTES = 256 * 2**20  # of one file
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s{0,4}stream\r?\n|endstream")
_MOST_UNPACKED = 4 * 2**20  # bytes of one stream of objects
_LONGEST_NAME = 1_000  # bytes


def mentions(data: bytes, name: bytes) -> bool:
    """Return whether the objects of a PDF have a name, also those in compressed streams of objects."""
    return name in data or any(name in unpacked for unpacked in _streams_of_objects(data))


def _streams_of_objects(data: bytes) -> Iterator[bytes]:
    """Yield the unpacked streams of objects, in one pass over the file."""
    start = 0
    for match in _OBJECTS.finditer(data):
        if match[0] != b"endstream":
            start = match.end()
        elif start:
            packed, start = data[start : match.start()], 0
            with suppress(zlib.error):  # damaged, encrypted, or of another kind
                yield zlib.decompressobj().decompress(packed, _MOST_UNPACKED)


def listed_files(document: pdfium.PdfDocument) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file in the document's list of files."""
    for n in range(min(document.count_attachments(), MOST_FILES)):
        attachment = document.get_attachment(n)
        yield attachment.get_name(), bytes(attachment.get_data())


def placed_files(document: pdfium.PdfDocument) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file that is attached to a place on a page."""
    for number in range(len(document)):
        page = raw.FPDF_LoadPage(document, number)
        for n in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS) if page else 0):
            annotation = raw.FPDFPage_GetAnnot(page, n)
            if not annotation:
                continue
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                attachment = raw.FPDFAnnot_GetFileAttachment(annotation)
                if attachment:
                    yield _name(attachment), _bytes(attachment)
            raw.FPDFPage_CloseAnnot(annotation)
        if page:
            raw.FPDF_ClosePage(page)


def _name(attachment: Any) -> str:
    units = (c_ushort * (_LONGEST_NAME // 2))()
    size = raw.FPDFAttachment_GetName(attachment, units, _LONGEST_NAME)
    return bytes(memoryview(units))[: min(size, _LONGEST_NAME)].decode("utf-16-le", "ignore").rstrip("\0")


def _bytes(attachment: Any) -> bytes:
    size = c_ulong()
    if not raw.FPDFAttachment_GetFile(attachment, None, 0, byref(size)) or size.value > _MOST_BYTES:
        return b""
    buffer = create_string_buffer(size.value)
    raw.FPDFAttachment_GetFile(attachment, buffer, size.value, byref(size))
    return buffer.raw
