"""Files that stand in folders, with the names they go by. Must never know what was indexed before.

Passed over without a word: names that begin with a dot, the store itself, and links within a folder
(what they lead to is found where it stands). Everything else that cannot be read is told.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Self

from index.errors import StoreError
from index.records import Document, Failure

_SYSTEM = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "__macosx", "$recycle.bin"})
DIRECTORY, ALIAS = "a directory", "a link within the folder"


@dataclass(frozen=True, slots=True)
class File:
    """A regular file as it was found, not opened yet."""

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, placed: Document | Failure) -> Self:
        """Return the file that a document or failure came from, be it within an archive."""
        return cls(placed.file_name, placed.folder, placed.path, placed.size, placed.mtime_ns)

    def failed(self, reason: str, *, again: bool = False) -> Failure:
        """Return the failure to read this file; `again` has the next sync try whatever its date is."""
        return Failure(self.name, self.folder, self.path, self.size, -1 if again else self.mtime_ns, reason)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that stands in the folders: files to read, and what will not be read."""

    files: tuple[File, ...]
    refused: tuple[Failure, ...]


def walk(folders: Iterable[str], store: Path) -> Found:
    """Return every file of some folders (absolute paths, or single files), each once, names unique.

    A file goes by its path relative to its folder. One that stands in two folders belongs to the first.
    Where two folders hold the same relative path, the later one's is called "folder's name/path" and,
    where that is taken too, by its absolute path.

    Raises StoreError for a folder that is gone or cannot be listed: its documents must not count as
    deleted because a disk is not there.
    """
    files: list[File] = []
    refused: list[Failure] = []
    taken: set[str] = set()
    seen: set[str] = set()
    for folder in folders:
        for file, reason in sorted(_in(Path(folder), store.resolve()), key=lambda found: found[0].name):
            if file.path not in seen:
                seen.add(file.path)
                free = _free(file, taken)
                named = file if free == file.name else replace(file, name=free)
                taken.add(free)
                refused.append(named.failed(reason)) if reason else files.append(named)
    return Found(tuple(files), tuple(refused))


def _free(file: File, taken: set[str]) -> str:
    if file.name not in taken:
        return file.name
    longer = f"{Path(file.folder).name}/{file.name}"
    return longer if longer not in taken else file.path


def _in(folder: Path, store: Path) -> Iterator[tuple[File, str]]:
    """Yield (file, reason not to read it or "") of a folder, in no order.

    Paths are strings here: pathlib took two thirds of the time that 5,000 files take to be looked at.
    """
    root, own = str(folder), str(store)
    try:
        if not folder.is_dir():
            yield _look(root, str(folder.parent))
            return
        listed = _list(root)
    except OSError as error:
        message = f"The folder {folder} cannot be listed: {error.strerror}. Nothing was changed."
        raise StoreError(message, "citeback index --replace FOLDER") from error
    while listed:
        path = listed.pop()
        if path == own:
            continue
        try:
            file, reason = _look(path, root)
            if reason == DIRECTORY:
                listed += _list(path)
            elif reason != ALIAS:
                yield file, reason
        except FileNotFoundError:
            continue  # it went away while its folder was being listed: as if never seen
        except OSError as error:
            yield _file(path, root, None), f"cannot be listed: {error.strerror}"


def _is_no_document(name: str) -> bool:
    """Tell whether a name is hidden, or one that a system or an office program uses for itself."""
    return name.startswith((".", "~$", ".~lock.")) or name.casefold() in _SYSTEM


def _list(directory: str) -> list[str]:
    with os.scandir(directory) as entries:
        return [entry.path for entry in entries if not _is_no_document(entry.name)]


def _look(path: str, folder: str) -> tuple[File, str]:
    """Return the file at a path and what speaks against reading it. Nothing is opened."""
    found = os.lstat(path)
    file = _file(path, folder, found)
    last = path.rpartition(os.sep)[2]
    if last != _printable(last):
        return file, "its name is not UTF-8: rename it"
    if S_ISREG(found.st_mode):
        return file, ""
    if S_ISDIR(found.st_mode):
        return file, DIRECTORY
    if not S_ISLNK(found.st_mode):
        return file, "not a regular file"
    if not Path(path).exists():
        return file, "a link to nothing"
    inside = Path(path).resolve().is_relative_to(folder)
    return file, ALIAS if inside else "a link that leads out of its folder"


def _file(path: str, folder: str, found: os.stat_result | None) -> File:
    name = _printable(path.removeprefix(folder).lstrip(os.sep).replace(os.sep, "/"))
    size, mtime_ns = (found.st_size, found.st_mtime_ns) if found else (0, -1)
    return File(name, folder, _printable(path), size, mtime_ns)


def _printable(name: str) -> str:
    """Return a name without the lone surrogates that stand for bytes that are not UTF-8."""
    return name if name.isascii() else os.fsencode(name).decode(errors="backslashreplace")
