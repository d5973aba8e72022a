"""Zip files that are one document (office files, e-books): their parts, under limits. Must never know which.

XML is parsed without entities, without a DTD and without the network. What the directory of the archive
promises is compared with the limits before anything is unpacked, and nothing is unpacked beyond them.
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
"""Of all parts together, unpacked."""


@contextmanager
def opened(data: bytes, what: str) -> Iterator[zipfile.ZipFile]:
    """Yield the archive. Raises ReadError where it is none, or too large; `what` names the format."""
    with told_as(f"damaged {what}, or none at all"):
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
    """Return the bytes as the file that libraries want."""
    return BytesIO(data)


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part, unpacked: never more than the directory promised. Raises ReadError."""
    with told_as(f"damaged: its part {name[:100]} is missing or broken"):
        return archive.read(name)


def tree(data: bytes) -> etree._Element:
    """Return the root of an XML part. Raises ReadError."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    with told_as("damaged: a part of it is no XML"):
        return etree.fromstring(data, parser)


def about(archive: zipfile.ZipFile) -> tuple[str, str, str]:
    """Return title, author and date as an office file's core properties give them, "" for each it lacks."""
    if _CORE not in archive.namelist():
        return "", "", ""
    said = {etree.QName(each).localname: each.text or "" for each in tree(part(archive, _CORE)).iter("{*}*")}
    return (
        said.get("title", ""),
        author(said.get("creator")),
        day(said.get("modified"), said.get("created")),
    )
