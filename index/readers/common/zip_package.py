"""Opens ZIP packages that are one document (office files, e-books), within limits.

Declared sizes are checked before anything is unpacked. XML is parsed without entities, DTDs or network
access.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error

_CORE = "docProps/core.xml"
MOST_PARTS = 20_000
MOST_BYTES = 512 * 2**20
"""Unpacked bytes of all parts together."""


@contextmanager
def open_package(data: bytes, what: str) -> Iterator[zipfile.ZipFile]:
    """Yield the open archive; `what` names the format in errors.

    Raises:
        ReadError: the bytes are not a ZIP file, encrypted, or exceed a limit.
    """
    with raising_read_error(f"damaged or invalid {what}"):
        archive = zipfile.ZipFile(BytesIO(data))
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise ReadError(f"{len(parts):,} parts; at most {MOST_PARTS:,} are read")
        if sum(part.file_size for part in parts) > MOST_BYTES:
            raise ReadError(f"more than {MOST_BYTES // 2**20:,} MB when it is unpacked")
        if any(part.flag_bits & 1 for part in parts):
            raise ReadError(f"encrypted {what}: needs a password")
        _correct_names(archive)
        yield archive


def _correct_names(archive: zipfile.ZipFile) -> None:
    """Replace backslashes in part names, which some programs write, with slashes."""
    for info in archive.infolist():
        if "\\" in info.filename:
            del archive.NameToInfo[info.filename]
            info.filename = info.filename.replace("\\", "/")
            archive.NameToInfo[info.filename] = info


def stream(data: bytes) -> BytesIO:
    """Return the bytes as a file object."""
    return BytesIO(data)


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack a part, up to its declared size. Raises ReadError."""
    with raising_read_error(f"damaged: its part {name[:100]} is missing or broken"):
        return archive.read(name)


def tree(data: bytes) -> etree._Element:
    """Parse an XML part. Raises ReadError."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    with raising_read_error("damaged: a part of it is no XML"):
        return etree.fromstring(data, parser)


def core_properties(archive: zipfile.ZipFile) -> tuple[str, str, str]:
    """Return (title, author, date) from an office file's core properties; "" for missing or damaged ones."""
    if _CORE not in archive.namelist():
        return "", "", ""
    try:
        properties = tree(part(archive, _CORE))
    except ReadError:
        return "", "", ""  # the document itself may be read all the same
    result = {etree.QName(each).localname: each.text or "" for each in properties.iter("{*}*")}
    return (
        result.get("title", ""),
        join_authors(result.get("creator")),
        first_date(result.get("modified"), result.get("created")),
    )
