"""Reads files within files: members of archives, attachments of mails and PDFs.

Each is a member with a path of its own. Nested archives and mails are opened too, within limits. A mail is
its own first member, and is read even if its attachments cannot be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import PurePosixPath

from citeback.index.errors import NeedsOcr, ReadError
from citeback.index.readers import archive
from citeback.index.readers.formats import ATTACHMENTS
from citeback.index.readers.ocr import MAX_OCR_PAGES
from citeback.index.records import MEMBER_SEPARATOR, PART_PREFIX, ArchiveMember, Source

HOLDERS = archive.SUFFIXES | ATTACHMENTS.keys()
MAX_ATTACHMENTS = 1_000
"""Most attachments of a file, or of all messages in a mailbox."""

ReadMember = Callable[[bytes, PurePosixPath], Source]


@dataclass(frozen=True, slots=True)
class MemberReader:
    """How members are read; `scanned` is called with the number of scanned pages found.

    `unread` is the reason for listing attachments by name only; empty to read them.
    """

    read: ReadMember
    scanned: Callable[[int], None]
    unread: str = ""

    def read_member(self, data: bytes, path: PurePosixPath, name: str) -> Iterator[ArchiveMember]:
        """Read one file into a member, followed by its parts that are not read."""
        digest = sha256(data).hexdigest()
        try:
            yield from with_unread_parts(self.read(data, path), name, digest)
        except ReadError as error:
            if isinstance(error, NeedsOcr):
                self.scanned(error.pages)
            yield ArchiveMember(name=name, source=None, sha256=digest, reason=str(error))


def with_unread_parts(source: Source, name: str, sha256: str) -> Iterator[ArchiveMember]:
    """Yield a source as a member, followed by a member with a reason for each of its unread parts."""
    yield ArchiveMember(name=name, source=source, sha256=sha256)
    for part in source.unread:
        inner = f"{name}{MEMBER_SEPARATOR}{part.name}" if name else part.name
        yield ArchiveMember(name=inner, source=None, sha256="", reason=f"{PART_PREFIX}: {part.reason}")


def members(
    data: bytes, path: PurePosixPath, read: ReadMember, unread: str = ""
) -> tuple[ArchiveMember, ...]:
    """Read all files within a file, sorted by name; a mail itself has the name "".

    `path` names the file with these bytes.

    Raises:
        NeedsOcr: there are pictures to recognize first.
        ReadError: the archive is empty, damaged or exceeds a limit.
    """
    scanned: list[int] = []
    result: dict[str, ArchiveMember] = {}
    for member in _members(data, path, 1, MemberReader(read=read, scanned=scanned.append, unread=unread)):
        if len(result) == archive.MAX_MEMBERS:
            raise ReadError(archive.TOO_MANY)
        result.setdefault(member.name, member)
    if not result:
        raise ReadError("empty archive")
    if "" in result and not any(member.source for member in result.values()):
        raise ReadError(result[""].reason)
    if 0 < sum(scanned) <= MAX_OCR_PAGES:
        raise NeedsOcr("pictures within a file", sum(scanned))
    return tuple(result[name] for name in sorted(result))


def content(data: bytes, path: PurePosixPath, name: str) -> bytes:
    """Return the bytes of a member, by its path. Raises ReadError if there is none."""
    for each, inner in _listed(data, path):
        if isinstance(inner, ReadError):
            continue
        if name == each:
            return inner
        if name.startswith(f"{each}{MEMBER_SEPARATOR}"):
            return content(inner, PurePosixPath(each), name.removeprefix(f"{each}{MEMBER_SEPARATOR}"))
    raise ReadError(f"{path} no longer contains {name}.")


def _listed(data: bytes, path: PurePosixPath) -> Iterator[tuple[str, archive.Content]]:
    """Yield (name, content) of the files directly within a file."""
    suffix = path.suffix.lower()
    if suffix in ATTACHMENTS:
        yield from ATTACHMENTS[suffix]()(data)
    else:
        yield from archive.members(data, path.stem)


def _members(data: bytes, path: PurePosixPath, depth: int, look: MemberReader) -> Iterator[ArchiveMember]:
    if path.suffix.lower() in ATTACHMENTS:
        yield from look.read_member(data, path, "")
        yield from _attachments(data, path, depth, look)
        return
    for name, inner in _listed(data, path):
        yield from _nested_members(name, inner, depth, look)


def _attachments(data: bytes, path: PurePosixPath, depth: int, look: MemberReader) -> Iterator[ArchiveMember]:
    """Yield a mail's attachments; an excess or error becomes a member with a reason."""
    deep = f"files within files, more than {archive.MAX_DEPTH} deep" if depth > archive.MAX_DEPTH else ""
    unread = look.unread or deep
    try:
        for name, inner in _at_most(_listed(data, path)):
            if unread and isinstance(inner, bytes):
                yield ArchiveMember(name=name, source=None, sha256=sha256(inner).hexdigest(), reason=unread)
            else:
                yield from _nested_members(name, inner, depth, look)
    except ReadError as error:
        yield ArchiveMember(name="attachments", source=None, sha256="", reason=str(error))


def _at_most(results: Iterator[tuple[str, archive.Content]]) -> Iterator[tuple[str, archive.Content]]:
    yield from islice(results, MAX_ATTACHMENTS)
    if next(results, None):
        raise ReadError(f"more than {MAX_ATTACHMENTS:,} attachments: the others are not read")


def _nested_members(
    name: str, data: archive.Content, depth: int, look: MemberReader
) -> Iterator[ArchiveMember]:
    """Yield a file as a member, followed by those within it."""
    if isinstance(data, ReadError):
        yield ArchiveMember(name=name, source=None, sha256="", reason=str(data))
        return
    path, digest = PurePosixPath(name), sha256(data).hexdigest()
    suffix = path.suffix.lower()
    if suffix not in HOLDERS:
        yield from look.read_member(data, path, name)
    elif suffix in archive.SUFFIXES and depth == archive.MAX_DEPTH:
        yield ArchiveMember(
            name=name, source=None, sha256=digest, reason=f"archives within archives, more than {depth} deep"
        )
    else:
        try:
            for each in _members(data, path, depth + 1, look):
                yield replace(each, name=f"{name}{MEMBER_SEPARATOR}{each.name}" if each.name else name)
        except ReadError as error:
            yield ArchiveMember(name=name, source=None, sha256=digest, reason=str(error))
