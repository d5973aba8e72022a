"""Reads the headers of messages: encoded words, raw bytes in any encoding, and headers of any length."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from citeback.index.errors import ReadError
from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.common.decode import decode, windows_1252
from citeback.index.readers.common.parser_errors import raising_read_error

_LONG_HEADER = 2_000
REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
    }
)
"""Content types of the part of a report that consists of headers, such as why a mail came back."""


_HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|[ \t]|From ")
_KNOWN = re.compile(
    rb"(?:subject|from|to|date|received|return-path|message-id|mime-version|content-type|delivered-to):",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MOST_HEAD, _MOST_WRONG = 2**16, 3  # bytes that are looked at, lines that are left out


class _Policy(EmailPolicy):
    """The standard policy with a limit: maliciously long headers take it a minute to parse."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Parse a header; decode a long one as plain words, and truncate one about the content."""
        if len(value) <= _LONG_HEADER:
            return super().header_fetch_parse(name, value)
        if name.lower().startswith("content-"):
            return super().header_fetch_parse(name, value[:_LONG_HEADER])
        words = "".join(value.splitlines())
        try:
            return str(make_header(decode_header(words)))
        except (HeaderParseError, LookupError, ValueError):
            return words


POLICY: Any = _Policy()  # generic to type checkers only


def mended(data: bytes) -> bytes:
    """Return a message without invalid lines among its headers, such as a storage marker.

    The parser would treat everything after them as the body. A line is removed only if headers follow it.
    """
    end = _BLANK_LINE.search(data, 0, _MOST_HEAD)
    head = data[: end.start() if end else 0].split(b"\n")
    wrong = [n for n, each in enumerate(head) if not _HEADER.match(each)]
    if not wrong or len(wrong) > _MOST_WRONG or not any(map(_KNOWN.match, head[wrong[-1] + 1 :])):
        return data
    return b"\n".join(each for n, each in enumerate(head) if n not in wrong) + data[len(b"\n".join(head)) :]


def header(message: EmailMessage, name: str) -> str:
    """Return a header as a person reads it, "" if there is none. Raises ReadError."""
    with raising_read_error("damaged message: a header cannot be read"):
        stored = next((str(v) for key, v in message.raw_items() if key.lower() == name.lower()), "")
        if not stored.isascii() and "=?" not in stored:
            return " ".join(_from_bytes(stored.encode("ascii", "surrogateescape"), message).split())
        return windows_1252(str(message.get(name) or ""))


def _from_bytes(data: bytes, message: EmailMessage) -> str:
    """Decode the bytes of a header: as UTF-8, or in the encoding of the message's text, or as a guess."""
    texts = (part for part in message.walk() if part.get_content_maintype() == "text")
    charset = next((found for part in texts if (found := part.get_content_charset())), "")
    for encoding in ("utf-8", charset):
        try:
            return windows_1252(data.decode(encoding or "utf-8"))
        except (LookupError, ValueError):
            continue
    try:
        return decode(data)
    except ReadError:
        return data.decode("utf-8", "replace")


def report_lines(report: EmailMessage) -> Iterator[str]:
    """Yield the headers of each block of a report as "name: value"."""
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, EmailMessage):
            names = dict.fromkeys(block.keys())
            yield from (f"{name}: {value}" for name in names if (value := line(header(block, name))))


def line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join(clean(text).split())
