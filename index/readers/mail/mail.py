"""Reads mail (EML, MBOX), and web pages saved as mail (MHTML).

Python's email package parses the messages. Of alternative bodies, plain text is preferred to HTML.
Attachments are listed by name here and read by `nested_files`. Nothing that a message refers to is fetched.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode, fix_double_encoding
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.readers.mail.attachments import file_name, is_file, numbered
from citeback.index.readers.mail.calendar import calendar_text
from citeback.index.readers.mail.headers import POLICY, REPORTS, header, line, mended, report_lines
from citeback.index.readers.mail.plain_body import unflowed, without_encoded_files
from citeback.index.records import Source

_SAID = ("Subject", "From", "To", "Cc", "Date")
_FROM = re.compile(rb"(?:\A|\r?\n\r?\n|\n)From (?=[^\r\n]*\d{4}[^\r\n]*\r?\n[!-9;-~]+:)")
# Without one of these headers, there are no attachments and the message need not be parsed again.
_HOLDS_FILES = re.compile(rb"content-disposition|content-type\s*:\s*(?!text/)", re.IGNORECASE)
_STUB = 300  # characters; shorter plain text may only say that the message is in HTML
_SHARED = 0.4  # share of the HTML's words in the plain text, below which the latter is a stub
_LATIN = {"iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii"}
# Alternatives that are not the message in a richer form: its plain text, an invitation, a page with scripts.
_NOT_RICH = {"text/plain", "text/calendar", "text/x-amp-html", "text/watch-html"}
_MOZILLA, _FLAGS, _DELETED = b"X-Mozilla-Status", re.compile("[0-9A-Fa-f]{4}"), 0x0008
_HEAD_BYTES = 4096
_QUOTED_FROM = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)
_FRAMES = re.compile(rb"<frameset\b", re.IGNORECASE)


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of one message; `stem` is the fallback title.

    Raises:
        ReadError: the bytes are not a message.
    """
    message = _parsed(data)
    if not message.keys():
        raise ReadError("not a message: it has no headers")
    joined_blocks = join_blocks(_message(message))
    return Source(
        text=joined_blocks.text,
        title=title(header(message, "Subject"), stem),
        kind="mail",
        locations=joined_blocks.locations,
        author=join_authors(header(message, "From")),
        date=first_date(header(message, "Date")),
    )


def box(data: bytes, stem: str) -> Source:
    """Read a mailbox, message by message; `stem` is the title. Raises ReadError."""
    spans = _spans(data)
    blocks: list[Block] = []
    dates: list[str] = []
    for n, (start, end) in enumerate(spans, start=1):
        message = _parsed(_unquoted(data[start:end]))
        if _is_deleted(message):
            continue
        dates.append(first_date(header(message, "Date")))
        result = join_blocks(_message(message))
        label = f"message {n} of {len(spans)}"
        subject = " ".join(clean(header(message, "Subject")).split())
        if subject:
            blocks.append(Block(subject, 1, locations=location(label)))
        blocks.append(Block(result.text, locations=location(label)))
    joined_blocks = join_blocks(blocks)
    return Source(
        text=joined_blocks.text,
        title=title(stem),
        kind="mail",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        date=max(dates, default=""),
    )


def _spans(data: bytes) -> list[tuple[int, int]]:
    """Return the (start, end) of each message in a mailbox. Raises ReadError if there is none."""
    starts = [match.end() - len(b"From ") for match in _FROM.finditer(data)]
    if not starts:
        raise ReadError("not a mailbox: no message begins in it")
    ends = [*starts[1:], len(data)]
    return [(data.find(b"\n", start) + 1, end) for start, end in zip(starts, ends, strict=True)]


def _unquoted(message: bytes) -> bytes:
    """Return a mailbox message with the quoting of lines that begin with "From" removed."""
    return _QUOTED_FROM.sub(rb"\1", message) if b">From " in message else message


def _is_deleted(message: EmailMessage) -> bool:
    """Return whether a message is deleted in Thunderbird, which removes it from the file later."""
    flags = str(message.get("X-Mozilla-Status") or "").strip()
    return bool(_FLAGS.fullmatch(flags)) and bool(int(flags, 16) & _DELETED)


def attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each attachment of a message. Raises ReadError."""
    if _HOLDS_FILES.search(data):
        yield from numbered(_files(_parsed(data)))


def attached_to_any(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of each attachment in a mailbox. Raises ReadError."""
    for n, (start, end) in enumerate(_spans(data), start=1):
        if _MOZILLA in data[start : start + _HEAD_BYTES] and _is_deleted(_parsed(data[start:end])):
            continue
        for name, content in attached(data[start:end]):
            yield f"message {n}/{name}", content


def _files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the parts that are files, including those of nested messages."""
    with raising_read_error("damaged message: what is attached cannot be found"):
        for part in message.walk():
            if not part.is_multipart() and _is_file(part):
                yield file_name(part.get_filename() or "", part.get_content_type()), _bytes(part)


def _is_file(part: EmailMessage) -> bool:
    attached = part.get_content_disposition() == "attachment"
    return is_file(part.get_content_type(), str(part.get("Content-ID") or ""), attached)


def page(data: bytes, stem: str) -> Source:
    """Read a web page that was saved as MHTML; `stem` is the fallback title. Raises ReadError."""
    pages = [_bytes(part) for part in _parsed(data).walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise ReadError("no web page in this file")
    if not _FRAMES.search(pages[0]):
        return web_page.read(pages[0], stem)
    framed = join_blocks(block for page in pages[1:] for block in _page_text(page))
    if not framed.text:
        return web_page.read(pages[0], stem)
    return Source(
        text=framed.text,
        title=title(framed.first_heading, stem),
        kind="html",
        headings=framed.headings,
        locations=framed.locations,
    )


def _page_text(page: bytes) -> list[Block]:
    try:
        return web_page.visible_blocks(page)
    except ReadError:
        return []  # a frame without text


def _parsed(data: bytes) -> EmailMessage:
    with raising_read_error("damaged message"):
        message: EmailMessage = message_from_bytes(mended(data.removeprefix(BOM_UTF8)), policy=POLICY)
        return message


def _message(message: EmailMessage) -> Iterator[Block]:
    """Yield the main headers, the text, and the names of attachments."""
    headers = _headers(message)
    if headers:
        yield Block("\n".join(headers))
    with raising_read_error("damaged message"):
        attached = list(_bodies(message))
    for text, name in attached:
        if text.strip():
            yield Block(text)
        elif name:
            yield Block(f"Attachment: {name}")


def _headers(message: EmailMessage) -> list[str]:
    return [f"{name}: {value}" for name in _SAID if (value := line(header(message, name)))]


def _bodies(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Yield (text, "") for each displayed part, and ("", name) for each attachment."""
    if message.get_content_type() == "multipart/alternative":
        parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
        shown = [(part, list(_bodies(part))) for part in parts]
        yield from _fuller(shown)
    elif message.get_content_type() in REPORTS:
        yield "\n".join(report_lines(message)), ""
    elif message.is_multipart():
        for part in (
            message.iter_parts() if message.get_content_maintype() == "multipart" else message.get_payload()
        ):
            if isinstance(part, EmailMessage):
                if message.get_content_maintype() == "message":
                    yield "\n".join(_headers(part)), ""
                yield from _bodies(part)
    elif message.get_content_maintype() == "text" and message.get_content_disposition() != "attachment":
        yield _text(message), ""
    elif name := line(message.get_filename() or ""):
        yield "", name


def _fuller(shown: list[tuple[EmailMessage, list[tuple[str, str]]]]) -> list[tuple[str, str]]:
    """Return the plain text of alternative bodies, or a richer one if the plain text is a stub."""
    saying = [(part.get_content_type(), content) for part, content in shown if _says(content)]
    plain = next((content for kind, content in saying if kind == "text/plain"), None)
    rich = max(
        (content for kind, content in saying if kind not in _NOT_RICH),
        key=_length,
        default=[],
    )
    if plain is None or (_length(plain) < _STUB and _shared(rich, plain) < _SHARED):
        return rich or next((content for _, content in saying), [])
    return plain


def _shared(rich: list[tuple[str, str]], plain: list[tuple[str, str]]) -> float:
    """Return the share of the rich text's distinct words that the plain text contains."""
    words, others = ({w for text, _ in content for w in text.casefold().split()} for content in (rich, plain))
    return len(words & others) / max(1, len(words))


def _length(results: list[tuple[str, str]]) -> int:
    return sum(len("".join(text.split())) for text, _ in results)


def _says(results: list[tuple[str, str]]) -> bool:
    return any(text.strip() for text, _ in results)


def _text(part: EmailMessage) -> str:
    """Return the text of a part; HTML as displayed."""
    data = _bytes(part)
    if not data.strip():
        return ""
    if part.get_content_type() == "text/html":
        try:
            return web_page.visible_text(data)
        except ReadError:
            return ""  # nothing is displayed
    if part.get_content_type() == "text/calendar":
        return calendar_text(_decoded(data, part.get_content_charset() or ""))
    text = clean(fix_double_encoding(_decoded(data, part.get_content_charset() or ""))).strip()
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflowed(text, joined=str(part.get_param("delsp", "")).lower() == "yes")
    return without_encoded_files(text)


def _decoded(data: bytes, charset: str) -> str:
    """Decode bytes in the declared charset or, if that fails, a guessed one.

    As in browsers, ISO-8859-1 means windows-1252, which in turn may be UTF-8.
    """
    if charset.lower() in _LATIN:
        return decode(b'<meta charset="windows-1252">' + data).partition(">")[2]
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return decode(data)


def _bytes(part: EmailMessage) -> bytes:
    result = part.get_payload(decode=True)
    return result if isinstance(result, bytes) else b""
