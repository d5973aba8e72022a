"""Reads one file into documents and sources, or into failures with reasons."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import TypeAlias

from citeback.index.errors import FileNotOpened, ReadError, ReadTimeout
from citeback.index.files.safe_open import digest
from citeback.index.files.scan import File, file_mtime
from citeback.index.records import MEMBER_SEPARATOR, RETRY_MTIME, ArchiveMember, Document, Failure, Source

ReadPath: TypeAlias = Callable[[Path], Source | tuple[ArchiveMember, ...]]
"""Reads a file by its path; returns a source, or the members of a file that holds others."""

ReadFile: TypeAlias = Callable[[File], Source | tuple[ArchiveMember, ...]]


class PassingFailure(Failure):
    """A file that could not be read for a passing reason; documents indexed from it earlier are kept."""


ReadResult: TypeAlias = tuple[Document, Source] | Failure

# A file that changes during every attempt is still being written.
ATTEMPTS = 3


def by_path(read: ReadPath) -> ReadFile:
    """Adapt a function that takes a path to one that takes a file."""
    return lambda file: read(Path(file.path))


def read_consistently(file: File, read: ReadFile) -> list[ReadResult]:
    """Read a file; its text, hash, size and date are guaranteed to be from the same moment."""
    path = Path(file.path)
    try:
        for _ in range(ATTEMPTS):
            before = path.lstat()
            if not S_ISREG(before.st_mode):
                return [_passing_failure(file, "not a regular file any more")]
            result, sha256 = read(file), digest(file.path, file.folder)
            if _is_same_file(before, path.lstat()):
                if isinstance(result, Source):
                    return [_read_result(file, before, sha256, result)]
                return [_member_result(file, before, member, sha256) for member in result]
    except FileNotOpened as error:
        return [_passing_failure(file, str(error))]
    except ReadTimeout as error:
        return [_passing_failure(file, str(error), file_mtime(before))]
    except ReadError as error:
        return [_failure(file, before, str(error))]
    except OSError as error:
        return [_passing_failure(file, f"cannot be opened: {error.strerror}")]
    return [_passing_failure(file, "kept changing while it was read")]


def _is_same_file(before: os.stat_result, after: os.stat_result) -> bool:
    same = os.path.samestat(before, after)  # not another file that replaced it
    return same and (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _passing_failure(file: File, reason: str, mtime_ns: int = RETRY_MTIME) -> PassingFailure:
    """Return the failure; without a date, the next sync tries the file again."""
    return PassingFailure(
        name=file.name,
        folder=file.folder,
        path=file.path,
        size=file.size,
        mtime_ns=mtime_ns,
        reason=reason,
    )


def _member_result(file: File, results: os.stat_result, member: ArchiveMember, whole: str) -> ReadResult:
    """Return a member's document or failure; one without a name is the file itself, with hash `whole`."""
    if member.source is None:
        return _failure(file, results, member.reason, member.name)
    return _read_result(file, results, member.sha256 if member.name else whole, member.source, member.name)


def _read_result(
    file: File, results: os.stat_result, sha256: str, source: Source, member: str = ""
) -> ReadResult:
    try:
        (source.text + source.title).encode()
    except UnicodeEncodeError as error:
        return _failure(file, results, f"not Unicode: a lone surrogate at {error.start}", member)
    document = Document(
        name=_member_name(file, member),
        folder=file.folder,
        path=file.path,
        size=results.st_size,
        mtime_ns=file_mtime(results),
        sha256=sha256,
        title=source.title,
        kind=source.kind,
        chars=len(source.text),
        author=source.author,
        date=source.date,
        saved=source.saved,
        member=member,
    )
    return document, source


def _failure(file: File, results: os.stat_result, reason: str, member: str = "") -> Failure:
    return Failure(
        name=_member_name(file, member),
        folder=file.folder,
        path=file.path,
        size=results.st_size,
        mtime_ns=file_mtime(results),
        reason=reason,
        member=member,
    )


def _member_name(file: File, member: str) -> str:
    return f"{file.name}{MEMBER_SEPARATOR}{member}" if member else file.name
