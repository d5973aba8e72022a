"""Files for the phrases of the manual about archives."""

from collections.abc import Mapping
from types import MappingProxyType

from samples import packed
from shown_file import WORDS, Shown


def archive(**parts: bytes) -> Shown:
    return Shown(
        "a.zip", lambda: packed({"osby.txt": b"Osby."} | {k.replace("_", "."): v for k, v in parts.items()})
    )


def spoiled(flag: bool) -> bytes:
    data = bytearray(packed({"osby.txt": b"Osby.", "x.txt": b"spoiled" * 9}))
    entry = data.rfind(b"PK\x01\x02")
    if flag:
        data[entry + 8] |= 1
    else:
        data[entry + 16] ^= 1  # of its checksum
    return bytes(data)


ARCHIVES: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("archives", "read", "each file in them"): archive(birds_txt=WORDS.encode()),
        ("archives", "listed", "encrypted files"): Shown(
            "a.zip", lambda: spoiled(True), "encrypted: needs a password"
        ),
        ("archives", "listed", "damaged files"): Shown(
            "a.zip", lambda: spoiled(False), "damaged: it cannot be unpacked"
        ),
        ("archives", "listed", "unknown formats"): Shown(
            "a.zip", archive(birds_xyz=b"x").make, "unknown format (.xyz)"
        ),
        ("archives", "passed over", "hidden files"): archive(_birds_txt=WORDS.encode()),
        ("archives", "passed over", "files of the system"): Shown(
            "a.zip", archive(desktop_ini=WORDS.encode()).make, WORDS
        ),
    }
)
"""Files by format, column and phrase of the table."""
