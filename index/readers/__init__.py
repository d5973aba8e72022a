"""Document readers: bytes to Source, one module per family of formats.

Text is normalized here, once, and nowhere else. All offsets refer to the text that the readers return.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from citeback.index.errors import FileNotOpened, ReadError
from citeback.index.files.safe_open import open_regular_file
from citeback.index.readers import archive, nested_files, ocr
from citeback.index.readers.common.control_characters import encodable
from citeback.index.readers.format_loaders import ReadBytes
from citeback.index.readers.formats import FORMATS, PICTURE
from citeback.index.readers.sniff import PICTURES, SNIFFED, content_problem, sniffed_suffix
from citeback.index.readers.stated_date import stated_date
from citeback.index.readers.unread_formats import UNREAD
from citeback.index.records import ArchiveMember, Source

__all__ = ["KINDS", "MAX_ARCHIVE", "MAX_BYTES", "read", "read_any", "read_member", "reading"]

KINDS: Mapping[str, str] = MappingProxyType({suffix: each.kind for suffix, each in FORMATS.items()})
"""Maps suffixes to document kinds."""

_MB = 2**20
MAX_BYTES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(KINDS.values(), 64 * _MB)
    | {"markdown": 16 * _MB, "rst": 16 * _MB, "html": 8 * _MB, "pdf": 256 * _MB, "xml": 16 * _MB}
)
"""Maps document kinds to the largest file size in bytes."""
MAX_ARCHIVE = 256 * _MB

MAX_IMAGE_PIXELS = 64 * _MB


def read(
    path: Path, max_bytes: Mapping[str, int] = MAX_BYTES, recognise: bool = False, root: str = ""
) -> Source:
    """Read a file into a Source.

    The suffix determines the format; content that contradicts it is refused. A file without a known suffix is
    read if its first bytes identify it. If `root` is given, no symbolic link below it is followed.
    `recognise` also reads text in pictures, which takes seconds a page. Threads gain nothing: PDFs are read
    one at a time (see `pdf`).

    Raises:
        NeedsOcr: there are pictures to read, and `recognise` is false.
        ReadError: the file cannot be read; the message is the reason shown to users.
    """
    suffix = path.suffix.lower()
    if not _supported(suffix):
        suffix = sniffed_suffix(_first(path, SNIFFED, root), suffix)
    limit = max_bytes.get(_kind(suffix), MAX_IMAGE_PIXELS)
    return _source(_bytes(path, limit, root), suffix, encodable(path.stem), recognise)


def read_any(
    path: Path, recognise: bool = False, unread: str = "", root: str = ""
) -> Source | tuple[ArchiveMember, ...]:
    """Read a file like `read`, or an archive into its members, sorted by name.

    A mail with attachments is a member without a name, its attachments are the others. `unread` is the reason
    for listing these by name only; empty to read them.

    Raises:
        ReadError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in nested_files.HOLDERS:
        source = read(path, recognise=recognise, root=root)
        return tuple(nested_files.with_unread_parts(source, "", "")) if source.unread else source
    data = _bytes(path, MAX_ARCHIVE if suffix in archive.SUFFIXES else MAX_BYTES[_kind(suffix)], root)
    name = PurePosixPath(encodable(path.name))
    archive_members = nested_files.members(data, name, partial(_member, recognise=recognise), unread)
    return (
        archive_members[0].source
        if len(archive_members) == 1 and not archive_members[0].name and archive_members[0].source
        else archive_members
    )


def read_member(path: Path, name: str, root: str = "") -> bytes:
    """Return the bytes of a file within a file, by its name. Raises ReadError."""
    suffix = path.suffix.lower()
    data = _bytes(path, MAX_ARCHIVE if suffix in archive.SUFFIXES else MAX_BYTES[_kind(suffix)], root)
    content = nested_files.content(data, PurePosixPath(encodable(path.name)), name)
    if len(content) > MAX_BYTES["word"]:
        raise ReadError(f"too large: more than {MAX_BYTES['word'] / _MB:,.0f} MB")
    return content


def _supported(suffix: str) -> bool:
    return suffix in FORMATS or (suffix in PICTURES and ocr.available())


def _kind(suffix: str) -> str:
    """Return the document kind of a suffix. Raises ReadError for an unsupported one."""
    if _supported(suffix):
        return FORMATS.get(suffix, PICTURE).kind
    shown = f"({encodable(suffix)})" if suffix else "(no suffix)"
    raise ReadError(f"not read: {UNREAD.get(suffix, 'unknown format')} {shown}")


def _source(data: bytes, suffix: str, stem: str, recognise: bool) -> Source:
    if not data:
        raise ReadError("empty file")
    if reason := content_problem(data, suffix):
        raise ReadError(reason)
    source = reading(suffix, recognise)(data, stem)
    if not source.text.lstrip("\ufeff").strip():
        raise ReadError("no text: only white space")
    return source if source.date else replace(source, date=stated_date(source.text, stem))


def _member(data: bytes, path: PurePosixPath, recognise: bool = False) -> Source:
    suffix = path.suffix.lower()
    suffix = suffix if _supported(suffix) else sniffed_suffix(data[:SNIFFED], suffix)
    limit = MAX_BYTES.get(_kind(suffix), MAX_IMAGE_PIXELS)
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / _MB:,.0f} MB")
    return _source(data, suffix, path.stem, recognise)


def reading(suffix: str, recognise: bool = False) -> ReadBytes:
    """Return the reading function for a suffix; its libraries are imported only now."""
    read_as = FORMATS.get(suffix, PICTURE)
    return read_as.load_with_ocr() if recognise and read_as.load_with_ocr else read_as.load()


def _bytes(path: Path, limit: int, root: str) -> bytes:
    """Return a file's bytes, reading no more than the limit even if it grows meanwhile."""
    data = _first(path, limit + 1, root)
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / _MB:,.0f} MB")
    if not data:
        raise ReadError("empty file")
    return data


def _first(path: Path, most: int, root: str) -> bytes:
    try:
        with open_regular_file(path, root) as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileNotOpened(f"cannot be opened: {reason}") from error
