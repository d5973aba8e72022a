"""Opens and saves Word documents with python-docx, within limits."""

from io import BytesIO
from typing import TYPE_CHECKING

from citeback.index.errors import ReadError, SettingsError
from citeback.index.readers.common.zip_package import open_package

if TYPE_CHECKING:
    from docx.document import Document

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_UNPACKED = 64 * 2**20
"""Unpacked bytes of a document that is given back with comments."""


def opened(data: bytes) -> "Document":
    """Open a Word document. Raises SettingsError if it is damaged, encrypted or too large."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        with open_package(data, "Word document") as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise ReadError(f"more than {MOST_UNPACKED // 2**20} MB when it is unpacked")
        return Document(BytesIO(data))
    except ReadError as error:
        raise SettingsError(f"The draft cannot be opened: {error.message}.") from error
    except (OpcError, XMLSyntaxError, KeyError, ValueError) as error:
        raise SettingsError("The draft is a damaged or invalid Word document.") from error


def new_document(title: str) -> "Document":
    """Return an empty document with a title among its properties."""
    from docx import Document

    document = Document()
    document.core_properties.title = xml_text(title)[:255]
    document.core_properties.author = "Citeback"
    document.core_properties.comments = ""
    return document


def saved(document: "Document") -> bytes:
    """Return the bytes of a document."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def xml_text(text: str) -> str:
    r"""Return a text whose characters XML can hold; others become U+FFFD.

    >>> xml_text("a\x00b\ud800\tc")
    'a\ufffdb\ufffd\tc'
    """
    return "".join(each if _allowed(ord(each)) else "\ufffd" for each in text)


def _allowed(code: int) -> bool:
    plane = 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    return plane or code in {0x9, 0xA, 0xD}
