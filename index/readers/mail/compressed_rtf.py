"""Decompresses the rich text bodies of Outlook messages (MS-OXRTFCP)."""

from citeback.index.errors import ReadError

_HEADER = 16  # bytes: sizes of the compressed and the plain text, kind, checksum
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
_SHORTEST = 2  # bytes of a repeated run
_MOST = 64 * 2**20
# What compressor and decompressor begin with, as the specification gives it (2.1.3.1.1).
_INITIAL = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompressed(data: bytes) -> bytes:
    """Return the rich text of a compressed body.

    Raises:
        ReadError: the bytes are not compressed rich text, or expand to more than 64 MB.
    """
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if size > _MOST:
        raise ReadError(f"its body is more than {_MOST // 2**20} MB of rich text")
    if kind == _PLAIN:
        return data[_HEADER : _HEADER + size]
    if kind != _COMPRESSED:
        raise ReadError("its body is not in Outlook's compressed format")
    return _expanded(data, size)


def _expanded(data: bytes, size: int) -> bytes:
    """Expand literal bytes and references to the last 4,096 bytes; a control byte precedes each eight."""
    out = bytearray(_INITIAL)
    end, at = len(_INITIAL) + size, _HEADER
    while at < len(data) and len(out) < end:
        control, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data) or len(out) >= end:
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            word, at = int.from_bytes(data[at : at + 2], "big"), at + 2
            start, length = word >> 4, (word & 15) + _SHORTEST
            back = (len(out) - start) % _WINDOW  # a reference to the write position ends the text
            if not back or back > len(out):
                return bytes(out[len(_INITIAL) :])
            for _ in range(length):
                out.append(out[-back])
    return bytes(out[len(_INITIAL) : end])
