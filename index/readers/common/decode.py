"""Decodes bytes whose encoding is unknown.

The first that fits: a byte order mark; UTF-8; the declared encoding; the 7-bit Japanese and Korean encodings;
the best guess (`encoding_guess`); UTF-8 or the declared encoding with a few damaged bytes, which become
U+FFFD. Newlines are unchanged. A UTF-8 byte order mark stays as U+FEFF, so that offsets equal those of the
file opened as "utf-8".
"""

import codecs
import re
from collections.abc import Iterable, Iterator

from charset_normalizer import from_bytes
from charset_normalizer.constant import IANA_SUPPORTED

from citeback.index.errors import ReadError
from citeback.index.readers.common.encoding_guess import best_encoding, narrowest_encoding

BINARY = "binary data, not text: it holds NUL bytes"
UNKNOWN = "not text in any encoding known here"

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be")
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{,200}?encoding|<meta[^>]{,500}?charset)\s{,9}=\s{,9}["']?\s{,9}([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 64 * 1024
_C1 = re.compile("[\x80-\x9f]")
# A UTF-8 lead byte and a continuation byte, each decoded as a character of its own.
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u2018-\u203a\u0152-\u0192\u02c6\u02dc\u2122]")
_ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]|\x1b\$\)C")
_TILDES = re.compile(rb"~\{(?:[!-w][!-~]){1,200}~\}")
_SEVEN_BIT = ("iso2022_kr", "iso2022_jp", "iso2022_jp_2")

# Encodings whose labels pages use for supersets of them (as in the WHATWG Encoding Standard).
_SUPERSETS = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis_620": "cp874",
}

# EBCDIC and other encodings that are not ASCII-compatible: the declaration itself would not be readable.
_NEVER = {
    *("cp037", "cp1026", "cp1140", "cp273", "cp424", "cp500", "cp875"),
    *("utf_7", "utf_16", "utf_32", *_WIDE),
}
# Text with one damaged character in this many non-ASCII ones still counts as that encoding. Text in
# single-byte encodings hardly ever contains a valid UTF-8 sequence.
_DAMAGED_ONE_IN = 20


def decode(data: bytes) -> str:
    """Decode the bytes of a file.

    Raises:
        ReadError: the bytes are not text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding:
        return _first_reading(
            (_decode_strict(data, encoding), _decode_damaged(data, encoding, ascii_counts=True))
        )
    if b"\0" in data:
        return _decode_wide(data)
    if data.isascii() and _ESCAPES.search(data):
        return _first_reading(_decode_strict(data, encoding) for encoding in (*_SEVEN_BIT, "utf-8"))
    if data.isascii() and _TILDES.search(data) and (text := _decode_strict(data, "hz")):
        return text
    text = _decode_strict(data, "utf-8")
    return _first_reading(_readings(data)) if text is None else text


def _readings(data: bytes) -> Iterator[str | None]:
    """Yield possible readings of bytes that are not UTF-8, most likely first; None for one that fails."""
    declared = _declaration(data)
    named = [name for name in (declared, _SUPERSETS.get(declared or "")) if name]
    for encoding in named:
        text = _decode_strict(data, encoding)
        # Letters in 0x80 to 0x9F mean that the declaration is wrong.
        yield None if text is None or _C1.search(text) else text
    for encoding in ("utf-8", *named[-1:]):
        yield _decode_damaged(data, encoding)
    yield _guessed(data)
    yield _decode_damaged(data, "utf-8", ascii_counts=True)


def _decode_wide(data: bytes) -> str:
    """Decode UTF-16 or UTF-32 without a byte order mark; other bytes with NUL are binary data."""
    best = from_bytes(data, cp_isolation=list(_WIDE)).best()
    text = _decode_strict(data, best.encoding) if best else None
    if text is None or "\0" in text:
        raise ReadError(BINARY)
    return text


def _first_reading(readings: Iterable[str | None]) -> str:
    """Return the first reading that succeeded."""
    result = next((text for text in readings if text is not None), None)
    if result is None:
        raise ReadError(UNKNOWN)
    return result


def _declaration(data: bytes) -> str | None:
    """Return Python's name of the encoding in an XML declaration or a meta element."""
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    try:
        name = codecs.lookup(match[1].decode("ascii")).name.replace("-", "_") if match else ""
    except (LookupError, ValueError):
        return None
    name = "latin_1" if name == "iso8859_1" else name
    # A document must not choose codecs that are not charsets (punycode, unicode_escape).
    return name if name in IANA_SUPPORTED and name not in _NEVER else None


def _guessed(data: bytes) -> str | None:
    """Return the text in the most plausible encoding."""
    codec = best_encoding(data)
    if codec is None:
        return None
    return _decode_strict(data, narrowest_encoding(data, codec)) or _decode_damaged(data, codec)


def _decode_damaged(data: bytes, encoding: str, ascii_counts: bool = False) -> str | None:
    """Return the text with U+FFFD for damaged bytes, or None if there are too many.

    ASCII characters indicate text, but not its encoding, so they count only if `ascii_counts`.
    """
    text = data.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    result = len(text) if ascii_counts else len(text) - len(text.encode("ascii", "ignore"))
    return text if bad * _DAMAGED_ONE_IN <= result - bad else None


def _decode_strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except ValueError:
        return None


def windows_1252(text: str) -> str:
    r"""Read the control characters of ISO-8859-1 as windows-1252, which is what programs mean by it.

    >>> windows_1252("\x8050 \x96 firm")
    '€50 – firm'
    """
    return _C1.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "replace"), text)


def fix_double_encoding(text: str) -> str:
    """Repair text whose UTF-8 was decoded as windows-1252; return other text unchanged.

    >>> fix_double_encoding("BÃ¥ten"), fix_double_encoding("Båten")
    ('Båten', 'Båten')
    """
    if not _TWICE.search(text):
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except ValueError:
            continue
    return text
