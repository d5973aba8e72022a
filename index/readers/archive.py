"""Reads the members of archives (ZIP, TAR, gzip, bzip2, xz) in memory, within limits.

Declared sizes are checked before unpacking, and unpacked bytes are counted. Links and devices are skipped.
"""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO

from citeback.index.errors import ReadError
from citeback.index.files.scan import is_no_document
from citeback.index.readers.common.control_characters import encodable
from citeback.index.readers.common.parser_errors import raising_read_error

SUFFIXES = frozenset({".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz"})
MAX_MEMBERS = 10_000
TOO_MANY = f"more than {MAX_MEMBERS:,} files in an archive"
MAX_BYTES = 512 * 2**20
"""Unpacked bytes of all members together."""
MAX_DEPTH = 3
"""Levels of archives within archives."""

_DAMAGED = "damaged or invalid archive"
_OPENERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open))


Content = bytes | ReadError
"""The bytes of a file in an archive, or the reason why it alone cannot be unpacked."""


def members(data: bytes, stem: str) -> Iterator[tuple[str, Content]]:
    """Yield (path within the archive, content) for each file; `stem` names the file in a bare gzip.

    Raises:
        ReadError: the archive is damaged, encrypted or exceeds a limit; members may have been yielded before.
    """
    left = MAX_BYTES
    for number, (name, content) in enumerate(_opened(data, stem), start=1):
        if number > MAX_MEMBERS:
            raise ReadError(TOO_MANY)
        left -= len(content) if isinstance(content, bytes) else 0
        if left < 0:
            raise ReadError(_too_much())
        if not _hidden(name):
            yield _clean(name), content


def _opened(data: bytes, stem: str) -> Iterator[tuple[str, Content]]:
    if data.startswith(b"PK"):
        yield from _zip(data)
        return
    for mark, opener in _OPENERS:
        if data.startswith(mark):
            with raising_read_error(_DAMAGED, lzma.LZMAError), opener(BytesIO(data)) as file:
                data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise ReadError(_too_much())
            if not _is_tar(data):
                yield stem, data
                return
    yield from _tar(data)


def _zip(data: bytes) -> Iterator[tuple[str, Content]]:
    with raising_read_error(_DAMAGED):
        archive = zipfile.ZipFile(BytesIO(data))
    with archive:
        results = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if sum(info.file_size for info in results) > MAX_BYTES:
            raise ReadError(_too_much())
        if results and all(info.flag_bits & 1 for info in results):
            raise ReadError("encrypted archive: needs a password")
        for info in results:
            yield info.filename, _unpacked(archive, info)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Content:
    """Return the bytes of a member, or why it cannot be unpacked; the others are read all the same."""
    if info.flag_bits & 1:
        return ReadError("encrypted: needs a password")
    try:
        with raising_read_error("damaged: it cannot be unpacked"):
            return archive.read(info)
    except ReadError as error:
        return error


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with raising_read_error(_DAMAGED, tarfile.TarError):
        archive = tarfile.open(fileobj=BytesIO(data), mode="r:")  # noqa: SIM115  closed below
    with archive:
        while True:
            with raising_read_error(_DAMAGED, tarfile.TarError):
                info = archive.next()
                file = archive.extractfile(info) if info and info.isreg() else None
                content = file.read(MAX_BYTES + 1) if file else b""
            if info is None:
                return
            if file:
                yield info.name, content


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar" or tarfile.is_tarfile(BytesIO(data))


def _hidden(name: str) -> bool:
    """Return whether a member is skipped, as a hidden file on disk would be, or is macOS metadata."""
    parts = name.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts) or "__MACOSX" in parts
    return hidden or is_no_document(parts[-1])


def _clean(name: str) -> str:
    """Return a member's path without `..` or an absolute start; it is used only as a name."""
    parts = encodable(name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"


def _too_much() -> str:
    return f"more than {MAX_BYTES // 2**20:,} MB when it is unpacked"
