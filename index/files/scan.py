"""Walks folders and lists their files with unique names.

Hidden files, the store itself, files of operating systems and office programs, and links within a folder are
skipped silently. Everything else that cannot be read is listed with a reason.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Self

from citeback.index.files import safe_open
from citeback.index.files.mounts import file_system
from citeback.index.records import RETRY_MTIME, Document, Failure

_SYSTEM = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "__macosx", "$recycle.bin"})
LINK_REASON = "a link within the folder"
ATTEMPTS = 3
"""Attempts at listing a folder whose directories disappear meanwhile."""

_LATEST_MTIME = 2**63 - 1


@dataclass(frozen=True, slots=True)
class File:
    """A regular file as found by the walk, not opened yet; `etag` as in `Document`."""

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    etag: str = ""

    @classmethod
    def of(cls, placed: Document | Failure) -> Self:
        """Return the file on disk that a document or failure came from."""
        return cls(
            name=placed.file_name,
            folder=placed.folder,
            path=placed.path,
            size=placed.size,
            mtime_ns=placed.mtime_ns,
            etag=placed.etag,
        )

    def failed(self, reason: str, *, again: bool = False) -> Failure:
        """Return the failure to read this file; `again` makes the next sync retry it even if unchanged."""
        return Failure(
            name=self.name,
            folder=self.folder,
            path=self.path,
            size=self.size,
            mtime_ns=RETRY_MTIME if again else self.mtime_ns,
            reason=reason,
            etag=self.etag,
        )


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The files to read, and the ones that cannot be read with their reasons."""

    files: tuple[File, ...]
    rejected: tuple[Failure, ...]


@dataclass(slots=True)
class FolderScan:
    """The contents of one folder, or the reason why it cannot be listed.

    Nothing is known of the `unlisted` paths, nor of anything below them. `file_systems` maps the folder, and
    each mount point in it, to its file system.
    """

    folder: str
    reason: str = ""
    files: list[tuple[File, str]] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    vanished: set[str] = field(default_factory=set)
    file_systems: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Return whether nothing was found in the folder except what cannot be listed."""
        return not any(f.folder == self.folder and f.path not in self.unlisted for f, _ in self.files)


def scan_folders(folders: Iterable[str], store: Path) -> tuple[FolderScan, ...]:
    """List the contents of folders, or of single files, given by absolute paths; opens only directories."""
    return tuple(_scan_folder(folder, str(store.resolve())) for folder in folders)


def list_files(folders: Iterable[str], store: Path) -> FolderListing:
    """Return the named files of some folders."""
    return assign_names(scan_folders(folders, store), {})


def assign_names(folder_scans: Iterable[FolderScan], reserved: Mapping[str, str]) -> FolderListing:
    """Return the files of some folders, each once, under unique names.

    A file is named by its path relative to its folder; one found in two folders belongs to the first. If two
    folders hold the same relative path, the second file is named "folder/path" or, if that is taken too, by
    its absolute path. `reserved` maps names to the paths that own them, whether or not those exist now.
    """
    files: list[File] = []
    refused: list[Failure] = []
    taken: dict[str, str] = dict(reserved)
    seen: set[str] = set()
    for tree in folder_scans:
        for file, reason in sorted(tree.files, key=lambda each: each[0].name):
            if file.path not in seen:
                seen.add(file.path)
                free = _unique_name(file, taken)
                own = file if free == file.name else replace(file, name=free)
                taken[free] = file.path
                refused.append(own.failed(reason)) if reason else files.append(own)
    return FolderListing(tuple(files), tuple(refused))


def _unique_name(file: File, taken: Mapping[str, str]) -> str:
    longer = f"{Path(file.folder).name}/{file.name}"
    names = (name for name in (file.name, longer) if taken.get(name, file.path) == file.path)
    return next(names, file.path)


def _scan_folder(folder: str, store: str) -> FolderScan:
    """List a folder, again if directories were renamed or removed meanwhile."""
    for _ in range(ATTEMPTS):
        tree = FolderScan(folder)
        try:
            _scan_into(tree, store)
        except OSError as error:
            return FolderScan(folder, error.strerror or str(error))
        if not tree.vanished:
            break
    tree.unlisted |= tree.vanished
    return tree


def _scan_into(tree: FolderScan, store: str) -> None:
    """Add the contents of a folder to `tree`, in no particular order.

    Paths are strings here: pathlib took two thirds of the time to scan 5,000 files.

    Raises:
        OSError: the folder itself cannot be listed.
    """
    if not Path(tree.folder).is_dir():
        tree.files.append(_file_and_reason(tree.folder, os.lstat(tree.folder), str(Path(tree.folder).parent)))
        return
    root = Path(tree.folder).stat()
    tree.file_systems[tree.folder] = file_system(tree.folder, root)
    pending = [*_classify_entries(tree, _scan_directory(tree.folder, None), root)]
    while pending:
        path, seen = pending.pop()
        if path != store:
            try:
                pending += _classify_entries(tree, _scan_directory(path, seen), seen)
            except OSError as error:
                _record_unlisted(tree, path, error)


def _scan_directory(path: str, seen: os.stat_result | None) -> list[tuple[str, os.stat_result | OSError]]:
    """Return the path and status of each entry of a directory, or its error, without following links.

    `seen` is the directory's status as listed in its parent.

    Raises:
        OSError: the directory cannot be listed.
    """
    identity = (seen.st_dev, seen.st_ino) if seen else None
    with safe_open.scan_directory(path, identity) as place, os.scandir(place) as entries:
        shown = [entry for entry in entries if not is_no_document(entry.name)]
        return [(f"{path.rstrip(os.sep)}{os.sep}{entry.name}", _status(entry)) for entry in shown]


def _status(entry: os.DirEntry[str]) -> os.stat_result | OSError:
    try:
        # DirEntry.stat on Windows lacks the device and inode.
        return entry.stat(follow_symlinks=False) if safe_open.SUPPORTS_DIR_FD else os.lstat(entry.path)
    except OSError as error:
        return error


def _classify_entries(
    tree: FolderScan, listed: Iterable[tuple[str, os.stat_result | OSError]], above: os.stat_result
) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the subdirectories of a listing, and add its other entries to `tree`."""
    for path, status in listed:
        if isinstance(status, OSError):
            _record_unlisted(tree, path, status)
        elif S_ISDIR(status.st_mode) and _unicode(path.rpartition(os.sep)[2]):
            if status.st_dev != above.st_dev:
                tree.file_systems[path] = file_system(path, status)
            yield path, status
        else:
            file, reason = _file_and_reason(path, status, tree.folder)
            if reason != LINK_REASON:
                tree.files.append((file, reason))


def is_no_document(name: str) -> bool:
    """Return whether a name is hidden, or used internally by an operating system or office program."""
    return name.startswith((".", "~$", ".~lock.")) or name.casefold() in _SYSTEM


def _record_unlisted(tree: FolderScan, path: str, error: OSError) -> None:
    """Record a path that disappeared or cannot be accessed."""
    if isinstance(error, FileNotFoundError):
        tree.vanished.add(path)
    else:
        tree.unlisted.add(path)
        tree.files.append((_file(path, tree.folder, None), f"cannot be listed: {error.strerror}"))


def _file_and_reason(path: str, status: os.stat_result, folder: str) -> tuple[File, str]:
    """Return the file at a path that is no directory, and the reason not to read it, or ""."""
    file = _file(path, folder, status)
    if not _unicode(path.rpartition(os.sep)[2]):
        return file, "its name is not UTF-8: rename it"
    if S_ISREG(status.st_mode):
        return file, ""
    if not S_ISLNK(status.st_mode):
        return file, "not a regular file"
    try:
        leads = Path(path).resolve(strict=True)
    except (FileNotFoundError, RuntimeError):  # a circular link raises RuntimeError
        return file, "a broken link"
    except OSError as error:
        return file, f"a link that cannot be followed: {error.strerror}"
    return file, LINK_REASON if leads.is_relative_to(folder) else "a link that leads out of its folder"


def file_mtime(results: os.stat_result) -> int:
    """Return a file's date in nanoseconds, within what SQLite stores: the years 1677 to 2262."""
    return max(-_LATEST_MTIME, min(results.st_mtime_ns, _LATEST_MTIME))


def _file(path: str, folder: str, results: os.stat_result | None) -> File:
    name = _printable(path.removeprefix(folder).lstrip(os.sep).replace(os.sep, "/"))
    size, mtime_ns = (results.st_size, file_mtime(results)) if results else (0, RETRY_MTIME)
    return File(name=name, folder=folder, path=_printable(path), size=size, mtime_ns=mtime_ns)


def _unicode(name: str) -> bool:
    return name.isascii() or name == _printable(name)


def _printable(name: str) -> str:
    """Escape lone surrogates, which stand for bytes that are not UTF-8."""
    return name if name.isascii() else os.fsencode(name).decode(errors="backslashreplace")
