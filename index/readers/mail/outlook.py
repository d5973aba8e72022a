"""Reads messages saved by Outlook (MSG).

Uses python-oxmsg (MIT); extract-msg supports more but is licensed under the GPL.
"""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

from oxmsg import Message

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.readers.mail.attachments import file_name, is_file, numbered
from citeback.index.readers.mail.compressed_rtf import decompressed
from citeback.index.readers.office import rtf
from citeback.index.records import Source

_CONTENT_ID = 0x3712  # PidTagAttachContentId
_RTF_COMPRESSED = 0x1009  # PidTagRtfCompressed


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a MSG file; `stem` is the fallback title. Raises ReadError."""
    with raising_read_error("damaged or invalid Outlook message"):
        message: Any = Message.load(BytesIO(data))
        subject, sender = message.subject or "", message.sender or ""
        sent = message.sent_date
        to = ", ".join(
            f"{r.name} <{r.email_address}>" if r.email_address else r.name for r in message.recipients
        )
        result = message_body(message)
        attached = [each.file_name for each in message.attachments if each.file_name]
    headers = (
        ("Subject", subject),
        ("From", sender),
        ("To", to),
        ("Date", sent.isoformat(" ") if sent else ""),
    )
    lines = [f"{name}: {' '.join(clean(value).split())}" for name, value in headers if value.strip()]
    blocks = ["\n".join(lines), clean(result).strip(), *(f"Attachment: {clean(name)}" for name in attached)]
    joined_blocks = join_blocks(Block(text) for text in blocks if text.strip())
    return Source(
        joined_blocks.text, title(subject, stem), "mail", author=join_authors(sender), date=first_date(sent)
    )


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
    """Yield (name, bytes) of each attachment of a MSG file. Raises ReadError."""
    yield from numbered(_files(data))


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    with raising_read_error("damaged Outlook message: what is attached cannot be found"):
        message: Any = Message.load(BytesIO(data))
        for each in message.attachments:
            shown = each.properties.str_prop_value(_CONTENT_ID) or ""
            if each.file_bytes and is_file(each.mime_type, shown, attached=not shown):
                yield file_name(each.file_name or "", each.mime_type), each.file_bytes
