"""One file -> its document and source, or the reason why not. Must never know generations."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import TypeAlias

from index.errors import NotOpened, ReadError
from index.files import File
from index.manifest import digest
from index.records import Document, Failure, Source

Read: TypeAlias = Callable[[Path], Source]

# A file that changes under every reading is being written to right now.
ATTEMPTS = 3


def take(file: File, read: Read) -> tuple[Document, Source] | Failure:
    """Read a file so that its text, hash, size and date are of the same moment."""
    path = Path(file.path)
    try:
        for _ in range(ATTEMPTS):
            before = path.lstat()
            if not S_ISREG(before.st_mode):
                return file.failed("not a regular file any more", again=True)
            source, sha256 = read(path), digest(path)
            if _same(before, path.lstat()):
                return _checked(file, before, sha256, source)
    except NotOpened as error:
        return file.failed(str(error), again=True)
    except ReadError as error:
        return _failed(file, before, str(error))
    except OSError as error:
        return file.failed(f"cannot be opened: {error.strerror}", again=True)
    return file.failed("kept changing while it was read", again=True)


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _checked(
    file: File, found: os.stat_result, sha256: str, source: Source
) -> tuple[Document, Source] | Failure:
    try:
        (source.text + source.title).encode()
    except UnicodeEncodeError as error:
        return _failed(file, found, f"not Unicode: a lone surrogate at {error.start}")
    values = (file.name, file.folder, file.path, found.st_size, found.st_mtime_ns, sha256)
    about = (source.title, source.kind, len(source.text), source.author, source.date)
    return Document(*values, *about), source


def _failed(file: File, found: os.stat_result, reason: str) -> Failure:
    return Failure(file.name, file.folder, file.path, found.st_size, found.st_mtime_ns, reason)
