"""Opens ZIP packages that are one document (office files, e-books), within limits.

Declared sizes are checked before anything is unpacked. XML is parsed without entities, DTDs or network
access.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from lxml import etree

from index.errors import ReadError
from index.readers.about import author, day
from index.readers.broken import told_as

_CORE = "docProps/core.xml"
MOST_PARTS = 20_000
MOST_BYTES = 512 * 2**20
"""Unpacked bytes of all parts together."""


@contextmanager
def opened(data: bytes, what: str) -> Iterator[zipfile.ZipFile]:
    """Yield the open archive; `what` names the format in errors.

    Raises:
        ReadError: the bytes are not a ZIP file, encrypted, or exceed a limit.
    """
    with told_as(f"damaged or invalid {what}"):
        archive = zipfile.ZipFile(BytesIO(data))
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise ReadError(f"{len(parts):,} parts; at most {MOST_PARTS:,} are read")
        if sum(part.file_size for part in parts) > MOST_BYTES:
            raise ReadError(f"more than {MOST_BYTES // 2**20:,} MB when it is unpacked")
        if any(part.flag_bits & 1 for part in parts):
            raise ReadError(f"encrypted {what}: needs a password")
        yield archive


def stream(data: bytes) -> BytesIO:
    """Return the bytes as a file object."""
    return BytesIO(data)


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack a part, up to its declared size. Raises ReadError."""
    with told_as(f"damaged: its part {name[:100]} is missing or broken"):
        return archive.read(name)


def tree(data: bytes) -> etree._Element:
    """Parse an XML part. Raises ReadError."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    with told_as("damaged: a part of it is no XML"):
        return etree.fromstring(data, parser)


def about(archive: zipfile.ZipFile) -> tuple[str, str, str]:
    """Return (title, author, date) from an office file's core properties; "" for missing ones."""
    if _CORE not in archive.namelist():
        return "", "", ""
    said = {etree.QName(each).localname: each.text or "" for each in tree(part(archive, _CORE)).iter("{*}*")}
    return (
        said.get("title", ""),
        author(said.get("creator")),
        day(said.get("modified"), said.get("created")),
    )
