"""Actions on the folders behind the page: add and remove files, sync the index, roll it back."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from citeback.index.errors import CitebackError, NoGeneration, ReadError, SettingsError, StoreError
from citeback.index.files import private_files, safe_open
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.generations.rollback import history, rollback
from citeback.index.generations.store import REMOVED_PREFIX, Store
from citeback.index.records import Document
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress, ProgressCallback, SyncReport
from citeback.index.sync.sync import changes_since
from citeback.page.state.streaming import run_streaming

LARGEST = 100 * 1024 * 1024  # bytes of one upload
FIRST_FOLDER = "Citeback documents"  # made beside a store without folders for the first files
SHOWN = 200  # characters of a path that does not exist
LONGEST = 255  # maximum bytes of a file name on every common file system


SyncStep = Progress | SyncReport | str
"""A step of a sync: its progress, and at the end its report, or a message for users who may not see that."""


class FolderActions(Protocol):
    """The actions that the page offers on a store's folders."""

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy a file into the first folder or a subfolder of it; return its name. Raises CitebackError."""

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[SyncStep]:
        """Sync the index with the folders; yield each step as it happens, and finally the outcome."""

    def upload_folder(self) -> str:
        """Return the folder that added files are copied to."""

    def forget(self, folder: str) -> Iterator[SyncStep]:
        """Stop searching a folder, whose files stay; yield each step, and finally the outcome."""

    def remove(self, document: Document, whole: bool = False) -> str:
        """Move a document's file out of its folder; return its new path.

        A document that is part of a file can only be removed with the `whole` file.
        """

    def put_back(self, removed: "RemovedFile") -> None:
        """Move a removed file back to its folder. Raises CitebackError."""

    def since(self) -> Plan:
        """Return the changes in the folders since the last sync."""

    def kept_generations(self) -> Sequence[KeptGeneration]:
        """Return the kept generations, newest first."""

    def go_back(self, number: int) -> str:
        """Go back to an earlier generation; return a message."""


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """A file that was deleted on the page: what it was called, where it stood and where it is kept."""

    name: str
    folder: str
    path: str
    kept: str


class SyncFolders(Protocol):
    """Syncs the index with the folders (`citeback.index.sync.sync.sync` with the other arguments bound)."""

    def __call__(
        self,
        watch: ProgressCallback,
        folders: Sequence[str] = (),
        again: Sequence[str] = (),
        gone: Sequence[str] = (),
        replace: bool = False,
    ) -> SyncReport:
        """Return the report; `gone` lists folders and files that are deleted for good.

        With `replace`, the folders given replace those that the store remembers.
        """


class NameTaken(ReadError):
    """A file of that name is already in the folder."""


@dataclass(frozen=True)
class StoreFolder:
    """The folders of a store: `folders` lists them, and `sync` syncs the index with them."""

    store: Store
    folders: Callable[[], Sequence[str]]
    sync: SyncFolders

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy `upload` into the first folder or a subfolder of it, under its own name.

        Raises NameTaken unless `replace`.
        """
        return "/".join(
            filter(None, (inside, add_file(upload, self._target_directory(inside), replace=replace)))
        )

    def _target_directory(self, inside: str) -> Path:
        """Return the target directory of an upload. Raises ReadError if it is outside the folder."""
        folder = Path(self.upload_folder())
        if not self._remembered():
            private_files.make_private_directory(folder)
        place = folder / inside
        try:
            if not place.resolve().is_relative_to(folder.resolve()):
                raise ReadError(f"{inside!r} leads out of its folder, so nothing was added.")
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReadError(f"{inside!r} cannot be created in its folder: {error.strerror}.") from error
        return place

    def upload_folder(self) -> str:
        """Return the first folder or, without any, one beside the store."""
        return next(iter(self._remembered()), str(self.store.path.absolute().parent / FIRST_FOLDER))

    def _remembered(self) -> Sequence[str]:
        try:
            return self.folders()
        except NoGeneration:
            return ()

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[SyncStep]:
        """Yield each step of a sync as it happens, and finally its outcome."""
        places = [str(existing_folder(each)) for each in folders]
        if not places and not self._remembered() and Path(self.upload_folder()).is_dir():
            places = [self.upload_folder()]
        yield from self._synced(partial(self.sync, folders=places, again=again, gone=gone))

    def forget(self, folder: str) -> Iterator[SyncStep]:
        """Sync without a folder. Raises StoreError for the only one, and for one that is not remembered."""
        rest = [each for each in self._remembered() if each != folder]
        if not rest or len(rest) == len(self._remembered()):
            raise StoreError(f"{folder} is the only folder, or is not searched any more.")
        yield from self._synced(partial(self.sync, folders=rest, replace=True))

    def _synced(self, work: Callable[[ProgressCallback], SyncReport]) -> Iterator[SyncStep]:
        yield from run_streaming(work)

    def remove(self, document: Document, whole: bool = False) -> str:
        """Move a document's file from its folder into the store, where it is not indexed."""
        if document.member and not whole:
            raise StoreError(
                f"{document.name} is part of {document.file_name} and cannot be deleted on its own. "
                "Delete the whole file, or remove the part from it."
            )
        kept = self.store.path / REMOVED_PREFIX
        private_files.make_private_directory(kept)
        target = free_path(kept, Path(document.path).name)
        try:
            safe_open.move_file(document.path, document.folder, target)
        except OSError as error:
            raise StoreError(f"{document.name} was not deleted: {error.strerror}.") from error
        return str(target)

    def put_back(self, removed: RemovedFile) -> None:
        """Move a file from the store back to where it stood, if no other has taken its place."""
        target, folder = Path(removed.path), Path(removed.folder)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise StoreError(f"{removed.name} was not put back: its place is outside of its folder now.")
        if target.exists() or target.is_symlink():
            raise StoreError(f"{removed.name} was not put back: another file has its name now.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            safe_open.move_file(removed.kept, str(self.store.path / REMOVED_PREFIX), target)
        except OSError as error:
            raise StoreError(f"{removed.name} was not put back: {error.strerror}.") from error

    def since(self) -> Plan:
        """Return what a sync would do, judging by names, sizes and dates alone."""
        return changes_since(self.store)

    def kept_generations(self) -> Sequence[KeptGeneration]:
        """Return the kept generations, newest first."""
        return history(self.store)

    def go_back(self, number: int) -> str:
        """Publish an earlier generation again. The folders stay as they are."""
        made = rollback(self.store, number)
        return f"Questions are answered from state {number} again; it is state {made.number} now."


def existing_folder(path: str) -> Path:
    """Return the folder at a path that a person typed. Raises SettingsError."""
    # Path's own methods raise errors for a path that is too long, holds NUL or names an unknown user.
    folder = os.path.expanduser(path)  # noqa: PTH111
    if os.path.isfile(folder):  # noqa: PTH113
        above = os.path.dirname(folder)  # noqa: PTH120
        raise SettingsError(f"{path} is a file.", f"add its folder, {above}, or drop the file above")
    if not os.path.isdir(folder):  # noqa: PTH112
        raise SettingsError(f"There is no folder {path[:SHOWN]} on this computer.", "check its path")
    return Path(folder)


def add_file(upload: Path, folder: Path, largest: int = LARGEST, replace: bool = False) -> str:
    """Copy `upload` into `folder` under its own name and return the name.

    Raises ReadError for a hidden or invalid name and for a file above `largest` bytes. Raises NameTaken if
    the name exists; with `replace`, that file is replaced atomically unless it is a link. Concurrent uploads
    never write to the same file.
    """
    name = upload.name
    if reason := upload_problem(name, upload.stat().st_size, largest):
        raise ReadError(f"{name!r} was not added: {reason}.")
    if replace and (folder / name).is_symlink():
        raise ReadError(f"{name!r} was not replaced: it is a link that may lead out of the folder.")
    try:
        if replace:
            _replaced(upload, folder / name)
        else:
            with upload.open("rb") as source, (folder / name).open("xb") as target:
                _copy(source, target)
    except FileExistsError:
        raise NameTaken(
            f"{name!r} was not added: that name is taken.", "replace the file, or rename yours"
        ) from None
    except OSError as error:
        raise ReadError(f"{name!r} was not added: {error.strerror}.") from error
    return name


def _replaced(upload: Path, target: Path) -> None:
    new = free_path(target.parent, f".{target.name}.new")
    with upload.open("rb") as source, new.open("xb") as file:
        _copy(source, file)
    new.replace(target)


def free_path(folder: Path, name: str) -> Path:
    """Return an unused path in `folder`: the name itself, or with a number."""
    path, n = folder / name, 1
    while path.exists() or path.is_symlink():
        n += 1
        path = folder / f"{Path(name).stem} ({n}){Path(name).suffix}"
    return path


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    try:
        shutil.copyfileobj(source, target)
    except OSError:
        Path(target.name).unlink()  # half a file must not be indexed
        raise


def upload_problem(name: str, size: int = 0, largest: int = LARGEST) -> str:
    """Return why a file of this name and size (bytes) cannot be added, or ""."""
    if not name or name.startswith("."):
        return "hidden files are not indexed"
    if "/" in name or "\\" in name or not name.isprintable():
        return "its name contains characters that are not allowed in a file name"
    if len(name.encode(errors="replace")) > LONGEST:
        return "its name is too long"
    return f"it is larger than {largest:,} bytes" if size > largest else ""


def document_of(documents: Sequence[Document], name: str) -> Document:
    """Return a document by its name, which comes from a browser. Raises CitebackError."""
    for document in documents:
        if document.name == name:
            return document
    raise CitebackError(f"No document {name!r} is indexed.")
