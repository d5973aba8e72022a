"""Office files from before 2007 within archives, mails and other files: converted one by one, and read.

A worker process lists such a member as not read. It is asked for the member's bytes, LibreOffice converts
them as it does a file on disk, and a worker reads the result.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from time import monotonic

from citeback.index.errors import ReadError
from citeback.index.readers.sniff import OLE
from citeback.index.records import MEMBER_SEPARATOR, ArchiveMember, Source
from citeback.index.sandbox.old_office import CURRENT, OfficeConverter

MOST_CONVERTED = 50
"""Office files from before 2007 that are converted of one archive or mail."""
MOST_SECONDS = 600.0
"""Seconds after which no other member is converted."""

TOO_MANY = f"not read: more than {MOST_CONVERTED} Office files from before 2007 in one file"
TOO_LONG = f"not read: converting the Office files from before 2007 takes more than {MOST_SECONDS:.0f} s"

Result = Source | tuple[ArchiveMember, ...]


def with_old_members(
    result: Result,
    converter: OfficeConverter,
    fetch: Callable[[str], bytes],
    read: Callable[[Path], Result],
) -> Result:
    """Return the members of a file, its old Office files converted and read.

    `fetch` returns a member's bytes by its name, `read` reads a converted file. Both raise ReadError.
    """
    if isinstance(result, Source) or not any(map(_is_old, result)) or not converter.find():
        return result
    return tuple(_converted(result, converter, fetch, read))


def _is_old(member: ArchiveMember) -> bool:
    """Return whether a member was not read because it is an old Office file."""
    return member.source is None and bool(member.sha256) and _suffix(member) in CURRENT


def _suffix(member: ArchiveMember) -> str:
    return PurePosixPath(member.name.rpartition(MEMBER_SEPARATOR)[2]).suffix.lower()


def _converted(
    members: Sequence[ArchiveMember],
    converter: OfficeConverter,
    fetch: Callable[[str], bytes],
    read: Callable[[Path], Result],
) -> Iterator[ArchiveMember]:
    start, count = monotonic(), 0
    for member in members:
        if not _is_old(member):
            yield member
            continue
        count += 1
        if count > MOST_CONVERTED:
            yield replace(member, reason=TOO_MANY)
        elif monotonic() - start > MOST_SECONDS:
            yield replace(member, reason=TOO_LONG)
        else:
            try:
                yield from _read_member(member, converter, fetch, read)
            except ReadError as error:
                yield replace(member, reason=str(error))


def _read_member(
    member: ArchiveMember,
    converter: OfficeConverter,
    fetch: Callable[[str], bytes],
    read: Callable[[Path], Result],
) -> list[ArchiveMember]:
    """Return a member as a document, followed by the files embedded in it. Raises ReadError."""
    data = fetch(member.name)
    if not data.startswith(OLE):
        return [member]
    name = PurePosixPath(member.name.rpartition(MEMBER_SEPARATOR)[2]).name
    with converter.converted_bytes(data, name) as path:
        result = read(path)
    if isinstance(result, Source):
        return [replace(member, source=result, reason="")]
    return [
        replace(each, name=f"{member.name}{MEMBER_SEPARATOR}{each.name}")
        if each.name
        else replace(each, name=member.name, sha256=member.sha256)
        for each in result
    ]
