"""Reads messages saved by Outlook (MSG): mail, appointments, contacts, and messages attached to them.

Uses python-oxmsg (MIT); extract-msg supports more but is licensed under the GPL.
"""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

from oxmsg import Message
from oxmsg.storage import Storage, Stream

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.readers.mail.attachments import file_name, is_file, numbered
from citeback.index.readers.mail.compressed_rtf import decompressed
from citeback.index.readers.office import rtf
from citeback.index.records import Source

_CONTENT_ID = 0x3712  # PidTagAttachContentId
_RTF_COMPRESSED = 0x1009  # PidTagRtfCompressed
_EMBEDDED = "__substg1.0_3701000D"  # PidTagAttachDataObject: a message that is attached
_PROPERTIES = "__properties_version1.0"
_HEADER, _RESERVED = 24, 8  # bytes: a message that is attached lacks those that end the header of a file
_DEEPEST = 10  # messages attached to messages
_TIMES = ((0x0060, "Start"), (0x0061, "End"))  # of appointments
_CONTACT = "IPM.Contact"
_OF_CONTACTS = (
    (0x3001, "Name"),
    (0x3A16, "Organization"),
    (0x3A17, "Title"),
    (0x3A08, "Phone (work)"),
    (0x3A09, "Phone (home)"),
    (0x3A1C, "Phone (mobile)"),
    (0x3A15, "Address"),
)


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a MSG file; `stem` is the fallback title. Raises ReadError."""
    with raising_read_error("damaged or invalid Outlook message"):
        message: Any = Message.load(BytesIO(data))
        subject, sender, sent = message.subject or "", message.sender or "", message.sent_date
        blocks = list(_blocks(message, 0))
    joined_blocks = join_blocks(Block(text) for text in blocks if text.strip())
    return Source(
        text=joined_blocks.text,
        title=title(subject, stem),
        kind="mail",
        author=join_authors(sender),
        date=first_date(sent),
    )


def _blocks(message: Any, depth: int) -> Iterator[str]:
    """Yield the headers and the body of a message, the names of files, and the messages attached to it."""
    yield "\n".join(f"{name}: {line(value)}" for name, value in _headers(message) if value.strip())
    yield clean(message_body(message)).strip()
    for each in message.attachments:
        inner = _attached_message(each)
        if inner is not None and depth < _DEEPEST:
            yield from _blocks(inner, depth + 1)
        elif each.file_name:
            yield f"Attachment: {clean(each.file_name)}"


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    sent = message.sent_date
    yield "Subject", message.subject or ""
    yield "From", message.sender or ""
    yield (
        "To",
        ", ".join(f"{r.name} <{r.email_address}>" if r.email_address else r.name for r in message.recipients),
    )
    yield "Date", sent.isoformat(" ") if sent else ""
    for key, name in _TIMES:
        moment = message.properties.date_prop_value(key)
        yield name, moment.isoformat(" ", "minutes") if moment else ""
    if message.message_class.startswith(_CONTACT):
        yield from ((name, message.properties.str_prop_value(key) or "") for key, name in _OF_CONTACTS)


def _attached_message(attachment: Any) -> Any:
    """Return the message that is attached, None if the attachment is a file."""
    storages = attachment._storage.storages
    found = next((each for each in storages if each.name == _EMBEDDED), None)
    if found is None or all(stream.name != _PROPERTIES for stream in found.streams):
        return None
    streams = tuple(
        Stream(each.path, each.bytes_[:_HEADER] + bytes(_RESERVED) + each.bytes_[_HEADER:])
        if each.name == _PROPERTIES
        else each
        for each in found.streams
    )
    return Message(Storage(found.path, streams, found.storages))


def message_body(message: Any) -> str:
    """Return the body as plain text, from the first form that has text: plain, HTML, rich text."""
    if (message.body or "").strip():
        return str(message.body)
    if message.html_body:
        with suppress(ReadError):  # a page without text
            return web_page.visible_text(message.html_body.encode())
    compressed = message.properties.binary_prop_value(_RTF_COMPRESSED)
    return rtf.read(decompressed(compressed), "").text if compressed else ""


def attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file attached to a message, or to one attached to it. Raises ReadError."""
    with raising_read_error("damaged Outlook message: what is attached cannot be found"):
        files = list(_files(Message.load(BytesIO(data)), 0))
    yield from numbered(files)


def _files(message: Any, depth: int) -> Iterator[tuple[str, bytes]]:
    for each in message.attachments:
        shown = each.properties.str_prop_value(_CONTENT_ID) or ""
        inner = _attached_message(each)
        if inner is not None:
            yield from _files(inner, depth + 1) if depth < _DEEPEST else ()
        elif each.file_bytes and is_file(each.mime_type, shown, attached=not shown):
            yield file_name(each.file_name or "", each.mime_type), each.file_bytes
