"""The folders behind the page: files put in and taken out, the index rebuilt, an earlier one brought back.

Must never know HTML or Gradio.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Protocol, TypeVar

from index import private
from index.errors import CitebackError, ReadError, StoreError
from index.history import Kept, history, rollback
from index.plan import Plan
from index.records import Document
from index.report import Progress, Report, Watch
from index.store import REMOVED, Store
from index.sync import preview

LARGEST = 100 * 1024 * 1024  # bytes of one upload
LONGEST = 255  # bytes of a file name on every common file system

T = TypeVar("T")
R = TypeVar("R")


class Tend(Protocol):
    """What the page may do to a store's folders."""

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy a file into the first folder, or one inside it; return its name, or raise with the reason."""

    def rebuild(self, folders: Sequence[str] = (), again: Sequence[str] = ()) -> Iterator[Progress | str]:
        """Bring the index in line with the folders: each step as it happens, the outcome in words last."""

    def remove(self, document: Document) -> str:
        """Take a document's file out of its folder; return where it was put."""

    def since(self) -> Plan:
        """Return what has changed in the folders since the index was built."""

    def kept(self) -> Sequence[Kept]:
        """Return the generations that are kept, newest first."""

    def go_back(self, number: int) -> str:
        """Make an earlier generation the current one; return what was done."""


class Sync(Protocol):
    """Brings the index in line with the folders (`index.sync.sync` with all but these given)."""

    def __call__(self, watch: Watch, folders: Sequence[str] = (), again: Sequence[str] = ()) -> Report:
        """Return what was done."""


class Taken(ReadError):
    """A file of that name stands in the folder already."""


@dataclass(frozen=True)
class Folder:
    """A store's own folders: `folders` lists them, `sync` brings the index in line with them."""

    store: Store
    folders: Callable[[], Sequence[str]]
    sync: Sync

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy `upload` into the first folder, or one inside it, under its own name.

        Raises Taken unless `replace`.
        """
        return "/".join(filter(None, (inside, add(upload, self._place(inside), replace=replace))))

    def _place(self, inside: str) -> Path:
        """Return where a file is to be put. Raises ReadError for what leads out of the folder."""
        folder = Path(self.folders()[0])
        place = folder / inside
        if not place.resolve().is_relative_to(folder.resolve()):
            raise ReadError(f"{inside!r} leads out of its folder, so nothing was added.")
        place.mkdir(parents=True, exist_ok=True)
        return place

    def rebuild(self, folders: Sequence[str] = (), again: Sequence[str] = ()) -> Iterator[Progress | str]:
        """Yield each step of a sync as it happens, then its outcome."""

        def work(watch: Watch) -> Report:
            return self.sync(watch, folders, again)

        for told in stream(work):
            yield told if isinstance(told, Progress) else outcome(told)

    def remove(self, document: Document) -> str:
        """Move a document's file out of its folder into the store, where nothing reads it."""
        kept = self.store.path / REMOVED
        if not Path(document.path).resolve().is_relative_to(Path(document.folder).resolve()):
            raise StoreError(f"{document.name} does not stand in its folder.")
        private.directory(kept)
        target = free(kept, Path(document.path).name)
        try:
            shutil.move(document.path, target)
        except OSError as error:
            raise StoreError(f"{document.name} was not deleted: {error.strerror}.") from error
        return str(target)

    def since(self) -> Plan:
        """Return what a rebuild would do; nothing is read but names, sizes and dates."""
        return preview(self.store)

    def kept(self) -> Sequence[Kept]:
        """Return the generations that are kept, newest first."""
        return history(self.store)

    def go_back(self, number: int) -> str:
        """Publish an earlier generation again. The folders stay as they are."""
        made = rollback(self.store, number)
        return f"Questions are answered from generation {number} again, which is now number {made.number}."


def outcome(report: Report) -> str:
    """Return what a sync did, in words.

    Only what happened is named; nothing happened is said as well.
    """
    unread = sum(failure.unread for failure in report.failed)
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "deleted": len(report.deleted),
        "failed": len(report.failed) - unread,
        "of formats that are not read": unread,
    }
    done = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    first = f"Up to date: {done}." if done else "Up to date: nothing has changed."
    return " ".join((first, f"It took {report.seconds:.1f} s.", *report.notices))


def add(upload: Path, folder: Path, largest: int = LARGEST, replace: bool = False) -> str:
    """Copy `upload` into `folder` under its own name and return the name.

    Refused with a reason: a name that is hidden or not a plain one, and more than `largest` bytes. A name
    that is taken raises Taken; with `replace` the file of that name is replaced in one step, if it is a
    file of the folder and no link. Two uploads at the same instant never write into each other.
    """
    name = upload.name
    if reason := unfit(name, upload.stat().st_size, largest):
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
        raise Taken(
            f"{name!r} was not added: that name is taken.", "replace the file, or rename yours"
        ) from None
    except OSError as error:
        raise ReadError(f"{name!r} was not added: {error.strerror}.") from error
    return name


def _replaced(upload: Path, target: Path) -> None:
    new = free(target.parent, f".{target.name}.new")
    with upload.open("rb") as source, new.open("xb") as file:
        _copy(source, file)
    new.replace(target)


def free(folder: Path, name: str) -> Path:
    """Return a path in `folder` that nothing has: the name itself, or with a number."""
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


def unfit(name: str, size: int = 0, largest: int = LARGEST) -> str:
    """Return why a file of this name and size (bytes) cannot go into the folder, empty when it can."""
    if not name or name.startswith("."):
        return "hidden files are not indexed"
    if "/" in name or "\\" in name or not name.isprintable():
        return "its name has characters that a file name should not have"
    if len(name.encode(errors="replace")) > LONGEST:
        return "its name is too long"
    return f"it is larger than {largest:,} bytes" if size > largest else ""


def stream(work: Callable[[Callable[[T], None]], R]) -> Iterator[T | R]:
    """Yield what `work` tells while it runs in a thread of its own, then what it returns or raises.

    `work` always runs to its end, also when nobody reads on.
    """
    told: SimpleQueue[T | None] = SimpleQueue()
    with ThreadPoolExecutor(1, "rebuild") as pool:
        done = pool.submit(work, told.put)
        done.add_done_callback(lambda _: told.put(None))
        while (step := told.get()) is not None:
            yield step
        yield done.result()


def document_of(documents: Sequence[Document], name: str) -> Document:
    """Return a document by its name, which comes from a browser. Raises CitebackError."""
    for document in documents:
        if document.name == name:
            return document
    raise CitebackError(f"No document {name!r} is indexed.")
