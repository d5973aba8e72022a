"""Reads e-books (EPUB) chapter by chapter in reading order.

The package document gives the order (EPUB 3.3, section 5); chapters are web pages. ebooklib, which would do
the same, is licensed under the AGPL.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.html import web_page
from citeback.index.records import Source

_CONTAINER = "META-INF/container.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENCRYPTION = "META-INF/encryption.xml"
_LABEL_CHARS = 100
_LINK = re.compile(
    rb"<link\b[^<>]{0,500}?\bhref\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,300}\.css)[\"']", re.IGNORECASE
)
_HEAD_BYTES, _MOST_STYLES = 64 * 1024, 256 * 1024


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an EPUB; `stem` is the fallback title.

    Raises:
        ReadError: the file is damaged or encrypted.
    """
    with zip_package.open_package(data, "e-book") as archive:
        where = _first_attribute(zip_package.tree(zip_package.part(archive, _CONTAINER)), "full-path")
        book = zip_package.tree(zip_package.part(archive, where))
        joined_blocks = join_blocks(_chapters(archive, book, posixpath.dirname(where)))
        locked = _ENCRYPTION in archive.namelist()
    if not joined_blocks.text and locked:
        raise ReadError("encrypted e-book: it is protected against copying")
    creators = [_text(element) for element in book.iter(f"{_DC}creator")]
    dates = [_text(element) for element in book.iter(f"{_DC}date")]
    named = title(*(_text(element) for element in book.iter(f"{_DC}title")), stem)
    return Source(
        text=joined_blocks.text,
        title=named,
        kind="ebook",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        author=join_authors(*creators),
        date=first_date(*dates),
    )


def _chapters(archive: ZipFile, book: etree._Element, folder: str) -> Iterator[Block]:
    """Yield the blocks of all chapters, each chapter a location."""
    files = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in book.iter("{*}item")
        if "nav" not in (item.get("properties") or "").split()  # the table of contents repeats the headings
    }
    names = set(archive.namelist())
    spine = [files.get(item.get("idref"), "") for item in book.iter("{*}itemref")]
    for n, name in enumerate((name for name in spine if name in names), start=1):
        try:
            data = zip_package.part(archive, name)
            blocks = web_page.visible_blocks(data, _styles(archive, names, data, posixpath.dirname(name)))
        except web_page.PartlyRead as error:
            raise ReadError(f"{posixpath.basename(name)}: {error.message}") from error
        except ReadError:
            continue  # a page of pictures, or an encrypted one
        head = next((block.text for block in blocks if block.level), "")
        label = f"chapter “{head[:_LABEL_CHARS]}”" if head else f"part {n}"
        for block in blocks:
            yield replace(block, locations=location(" ".join(label.split())))


def _styles(archive: ZipFile, names: set[str], chapter: bytes, folder: str) -> str:
    """Return the style sheets that a chapter links to."""
    links = (match[1].decode(errors="replace") for match in _LINK.finditer(chapter[:_HEAD_BYTES]))
    paths = (posixpath.normpath(posixpath.join(folder, unquote(link))) for link in links)
    return "\n".join(
        zip_package.part(archive, path)[:_MOST_STYLES].decode(errors="replace")
        for path in dict.fromkeys(paths)
        if path in names
    )


def _first_attribute(root: etree._Element, name: str) -> str:
    result = next((element.get(name) for element in root.iter("{*}rootfile") if element.get(name)), None)
    if not result:
        raise ReadError("damaged e-book: it does not name its contents")
    return str(result)


def _text(element: etree._Element) -> str:
    return clean("".join(element.itertext())).strip()
