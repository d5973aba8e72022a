"""The directory that generations live in: which is current, who may write, how one is published.

    .citeback/
        generations/000007/     complete: it has a manifest (see `manifest`)
        building/               what the writer has so far; worth nothing until it is renamed
        journal.sqlite          vectors computed by the sync that is running or was interrupted
        lock, writer            held by the writer; what it says to those who wait

Only its owner may open any of it: every writer begins by closing what was open to others. Must never know
documents, nor how a generation is built. The generation with the highest number is the current one: there
is no pointer to keep in step, and one rename of a directory publishes.
"""

import errno
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index import private
from index.errors import Damaged, Locked, NoGeneration, Outdated, StoreError, Unwritten
from index.generation import Generation, check
from index.parts.manifest import FILENAME, Manifest, Outline, wrong_files

_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


REMOVED = "removed"
"""The directory that deleted documents are moved into, with the permissions that they had."""

DIGITS = 18
"""A longer name in `generations/` is no number of ours."""

EAGER = 64 << 20
"""Bytes of sentence vectors above which opening does not wait for all of them to be compared."""


class Store:
    """A store's directory; nothing is created before `writing`.

    >>> Store(Path("nowhere")).current()
    Traceback (most recent call last):
    index.errors.NoGeneration: Nothing is indexed in nowhere. Next: citeback index FOLDER
    """

    def __init__(self, path: Path, eager: int = EAGER) -> None:
        self.path = path
        self._eager = eager

    @property
    def journal(self) -> Path:
        """Return where vectors are noted as they are computed."""
        return self.path / "journal.sqlite"

    def numbers(self) -> list[int]:
        """Return the numbers of all published generations, whole or damaged, newest first."""
        return sorted((int(path.name) for path in self._entries() if _numbered(path)), reverse=True)

    def next_number(self) -> int:
        """Return a number above that of every generation, and above every other name that looks like one."""
        return 1 + max((int(path.name) for path in self._entries() if _decimal(path.name)), default=0)

    def directory(self, number: int) -> Path:
        """Return where a generation lives."""
        return self._generations / f"{number:06}"

    def current(self, *, thorough: bool = False) -> Generation:
        """Open the newest generation that is whole; `thorough` leaves nothing to be compared later.

        Each damaged one that was passed over is told in its `notices`. Raises NoGeneration where
        nothing was published yet, Damaged where nothing whole is left, Outdated where it was written in
        an older format.
        """
        notices: list[str] = []
        for number in self.numbers():
            try:
                eager = None if thorough else self._eager
                return Generation.open(self.directory(number), tuple(notices), eager=eager)
            except Damaged as error:
                if not self.directory(number).is_dir():
                    # Newer ones were published, and it was removed, since it was listed.
                    return self.current(thorough=thorough)
                notices.append(f"Generation {number} is damaged and was passed over: {error.message}")
            except Outdated:
                if not notices:
                    raise
        if notices:
            raise Damaged(" ".join(notices), self._remedy())
        raise NoGeneration(f"Nothing is indexed in {self.path}.", "citeback index FOLDER")

    def outline(self) -> Outline | None:
        """Return the folders and settings of the newest generation that still tells them."""
        for number in self.numbers():
            try:
                return Outline.read(self.directory(number))
            except Damaged:
                continue
        return None

    def check(self) -> list[str]:
        """Return every problem of every kept generation, newest first. Raises NoGeneration."""
        if not self.numbers():
            raise NoGeneration(f"Nothing is indexed in {self.path}.", "citeback index FOLDER")
        found = {number: check(self.directory(number)) for number in self.numbers()}
        others = [path for path in self._entries() if not _numbered(path)]
        return [
            *(problem for number in found if self.directory(number).is_dir() for problem in found[number]),
            *(f"{path} is no generation." for path in others if path.exists()),
        ]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer, in any process, until the block ends or the process dies.

        Makes the directory where there is none. Raises Locked at once where someone else writes,
        StoreError where the path is something other than a store, and Unwritten where the disk is full.
        """
        with _told(self.path):
            self._prepare()
            lock = FileLock(self.path / "lock", timeout=0, mode=0o600)
            try:
                lock.acquire()
            except Timeout as error:
                raise Locked(
                    f"{self._writer()} is writing to {self.path}.", "wait, then type it again"
                ) from error
            try:
                self._introduce()
                private.narrow_all(self.path, but=REMOVED)
                yield
            finally:
                lock.release()

    def begin(self) -> Path:
        """Return an empty directory to build in. The lock is held."""
        shutil.rmtree(self._building, ignore_errors=True)
        private.directory(self._building)
        return self._building

    def seal(self, manifest: Manifest) -> None:
        """Write what was built through to the disk, and its manifest last. The lock is held."""
        (self._building / FILENAME).touch(mode=0o600)
        for path in self._building.rglob("*"):
            private.narrow(path)
            _through(path)
        (self._building / FILENAME).write_bytes(manifest.render())
        _through(self._building / FILENAME)
        _through(self._building)

    def publish(self, manifest: Manifest) -> None:
        """Make what was sealed the current generation, in one step. The lock is held."""
        self._building.rename(self.directory(manifest.number))
        _through(self._generations)

    def prune(self, keep: int, whole: Collection[int] = ()) -> None:
        """Remove all but the `keep` newest whole generations, and what interrupted writers left behind.

        Those in `whole` are known to be. The lock is held.
        """
        stay: list[int] = []
        for number in self.numbers():
            if len(stay) < keep and (number in whole or self._whole(number)):
                stay.append(number)
            else:
                # Renamed before it is removed: a half-removed generation must not look like a damaged one.
                self.directory(number).rename(self.path / f"doomed-{number:06}")
        for left in [*self.path.glob("doomed-*"), self._building]:
            shutil.rmtree(left, ignore_errors=True)

    @property
    def shared(self) -> bool:
        """Tell whether others may open it although a writer tried to close it to them."""
        return private.shared(self.path)

    @property
    def _generations(self) -> Path:
        return self.path / "generations"

    @property
    def _building(self) -> Path:
        return self.path / "building"

    def _whole(self, number: int) -> bool:
        try:
            directory = self.directory(number)
            return not any(wrong_files(directory, Manifest.read(directory)))
        except StoreError:
            return False

    def _remedy(self) -> str:
        return "citeback index" if self.outline() else "citeback index FOLDER"

    def _prepare(self) -> None:
        empty = not self.path.exists() or (self.path.is_dir() and not any(self.path.iterdir()))
        if not empty and not self._generations.is_dir():
            raise StoreError(f"{self.path} is not a store.", "citeback index --store NEW_DIRECTORY")
        private.directory(self.path)
        private.directory(self._generations)
        ignored = self.path / ".gitignore"
        if not ignored.exists():
            private.file(ignored)
            ignored.write_text("*\n")

    def _entries(self) -> list[Path]:
        try:
            return list(self._generations.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _introduce(self) -> None:
        said = json.dumps({"pid": os.getpid(), "since": _now()})
        with open(self.path / "writer", "w", opener=private.opener) as file:
            file.write(said)

    def _writer(self) -> str:
        try:
            found = json.loads((self.path / "writer").read_text())
            return f"Process {found['pid']}, since {found['since']},"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "Another process"  # it holds the lock and has not introduced itself yet


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Have a full disk told as an error of ours."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        raise Unwritten(path, error.strerror or str(error)) from error


def _numbered(path: Path) -> bool:
    """Tell whether a path may be a generation: a directory called as one is."""
    return _decimal(path.name) and path.name == f"{int(path.name):06}" and path.is_dir()


def _decimal(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= DIGITS


def _through(path: Path) -> None:
    """Have a file or directory written to the disk; Windows has no such call for directories."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
