"""Reads one file into documents and sources, or into failures with reasons."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import TypeAlias

from index.errors import NotOpened, Overdue, ReadError
from index.files import File
from index.opening import digest
from index.records import AGAIN, WITHIN, Document, Failure, Member, Source

Read: TypeAlias = Callable[[Path], Source | tuple[Member, ...]]
"""Reads a file by its path; returns a source, or the members of a file that holds others."""

ReadFile: TypeAlias = Callable[[File], Source | tuple[Member, ...]]


class Missed(Failure):
    """A file that could not be read for a passing reason; documents indexed from it earlier are kept."""


Taken: TypeAlias = tuple[Document, Source] | Failure

# A file that changes during every attempt is still being written.
ATTEMPTS = 3


def by_path(read: Read) -> ReadFile:
    """Adapt a function that takes a path to one that takes a file."""
    return lambda file: read(Path(file.path))


def take(file: File, read: ReadFile) -> list[Taken]:
    """Read a file; its text, hash, size and date are guaranteed to be from the same moment."""
    path = Path(file.path)
    try:
        for _ in range(ATTEMPTS):
            before = path.lstat()
            if not S_ISREG(before.st_mode):
                return [_missed(file, "not a regular file any more")]
            found, sha256 = read(file), digest(file.path, file.folder)
            if _same(before, path.lstat()):
                if isinstance(found, Source):
                    return [_checked(file, before, sha256, found)]
                return [_member(file, before, member, sha256) for member in found]
    except NotOpened as error:
        return [_missed(file, str(error))]
    except Overdue as error:
        return [_missed(file, str(error), before.st_mtime_ns)]
    except ReadError as error:
        return [_failed(file, before, str(error))]
    except OSError as error:
        return [_missed(file, f"cannot be opened: {error.strerror}")]
    return [_missed(file, "kept changing while it was read")]


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    same = os.path.samestat(before, after)  # not another file that replaced it
    return same and (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _missed(file: File, reason: str, mtime_ns: int = AGAIN) -> Missed:
    """Return the failure; without a date, the next sync tries the file again."""
    return Missed(file.name, file.folder, file.path, file.size, mtime_ns, reason)


def _member(file: File, found: os.stat_result, member: Member, whole: str) -> Taken:
    """Return a member's document or failure; one without a name is the file itself, with hash `whole`."""
    if member.source is None:
        return _failed(file, found, member.reason, member.name)
    return _checked(file, found, member.sha256 if member.name else whole, member.source, member.name)


def _checked(file: File, found: os.stat_result, sha256: str, source: Source, member: str = "") -> Taken:
    try:
        (source.text + source.title).encode()
    except UnicodeEncodeError as error:
        return _failed(file, found, f"not Unicode: a lone surrogate at {error.start}", member)
    place = (_named(file, member), file.folder, file.path, found.st_size, found.st_mtime_ns, sha256)
    about = (source.title, source.kind, len(source.text), source.author, source.date, member)
    return Document(*place, *about), source


def _failed(file: File, found: os.stat_result, reason: str, member: str = "") -> Failure:
    place = (_named(file, member), file.folder, file.path, found.st_size, found.st_mtime_ns)
    return Failure(*place, reason, member)


def _named(file: File, member: str) -> str:
    return f"{file.name}{WITHIN}{member}" if member else file.name
