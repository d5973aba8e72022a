"""Files embedded in Office documents as objects: workbooks, documents, PDFs and packages."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import olefile

from citeback.index.readers.common import zip_package
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.mail.attachments import file_name, numbered
from citeback.index.readers.sniff import OLE, sniffed_suffix

_FOLDER = re.compile(r"(?:word|ppt|xl)/embeddings/[^/]{1,200}\Z")
_CHART = re.compile(r"(?:word|ppt|xl)/charts/_rels/[^/]{1,200}\.rels\Z")
_TARGET = re.compile(rb"embeddings/([^\"'<>/]{1,200})[\"']")
_NATIVE = "\x01Ole10Native"
# Streams of old Office documents, which are stored in the object as a whole.
_OLD = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt"))
_WHOLE = ("Package", "CONTENTS", "EmbeddedOdf")


def attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file embedded in an Office document. Raises ReadError."""
    if b"/embeddings/" in data and data.startswith(b"PK"):
        with zip_package.open_package(data, "Office document") as archive:
            yield from numbered(_files(archive))


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield the embedded files, but not the workbooks of charts, whose values are read with the chart."""
    of_charts = {
        name
        for part in archive.namelist()
        if _CHART.match(part)
        for name in _TARGET.findall(zip_package.part(archive, part))
    }
    for part in archive.namelist():
        name = posixpath.basename(part)
        if not _FOLDER.match(part) or name.encode() in of_charts:
            continue
        content = zip_package.part(archive, part)
        if content.startswith(OLE):
            with raising_read_error(f"damaged: the object {name[:100]} cannot be opened"):
                name, content = _object(name, content)
        yield file_name(name, ""), content


def _object(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the name and bytes of the file in an OLE object; the object itself if it holds none."""
    stem = posixpath.splitext(name)[0]
    with olefile.OleFileIO(BytesIO(content)) as opened:
        if opened.exists(_NATIVE):
            return _native(opened.openstream(_NATIVE).read(), name)
        for stream in _WHOLE:
            if opened.exists(stream):
                inner = opened.openstream(stream).read()
                return f"{stem}{sniffed_suffix(inner[:4096], '.bin')}", inner
        suffix = next((suffix for stream, suffix in _OLD if opened.exists(stream)), "")
    return (f"{stem}{suffix}" if suffix else name), content


def _native(data: bytes, name: str) -> tuple[str, bytes]:
    """Return the name and bytes of a packaged file: size, kind, label, path, kind, path, size, bytes."""
    label, at = _string(data, 6)
    _, at = _string(data, at)
    at += 4
    at += 4 + int.from_bytes(data[at : at + 4], "little")  # the path from which it was read
    size = int.from_bytes(data[at : at + 4], "little")
    return label.decode("cp1252", "replace") or name, data[at + 4 : at + 4 + size]


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    """Return a string that ends with a zero byte, and the offset after it."""
    end = data.index(b"\0", start)
    return data[start:end], end + 1
