"""The directory of a store: its generations, its lock, and how a generation is published.

    .citeback/
        generations/000007/     a complete generation: it has a manifest (see `manifest`)
        building/               the next generation while it is written; worthless until it is renamed
        journal.sqlite          vectors computed by a running or interrupted sync
        lock, writer            held by the writer; tells waiting processes who that is

Everything is private to its owner: each writer first makes accessible files private. The generation with the
highest number is the current one, so no pointer needs to be updated: renaming one directory publishes.
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

from citeback.index.errors import (
    DamagedGeneration,
    NoGeneration,
    OutdatedFormat,
    StoreError,
    StoreLocked,
    WriteError,
)
from citeback.index.files import private_files
from citeback.index.generations.generation import Generation, check_generation
from citeback.index.generations.parts.manifest import FILENAME, Manifest, ManifestSummary, corrupt_files

_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


REMOVED_PREFIX = "removed"
KEPT_BESIDE = frozenset({"uploads", "conversations.sqlite", "conversations.sqlite-journal", "feedback.jsonl"})
"""What a page may write into a directory before anything is indexed there."""
"""The directory that deleted documents are moved to, with their own permissions."""

DIGITS = 18
"""Longer names in `generations/` are not generation numbers."""

EAGER_BYTES = 64 << 20
"""Bytes of sentence vectors above which opening verifies them lazily."""


class Store:
    """A store's directory; nothing is created before `write_lock`.

    Examples:
        >>> Store(Path("nowhere")).current()
        Traceback (most recent call last):
        citeback.index.errors.NoGeneration: Nothing is indexed in nowhere. Next: citeback index FOLDER
    """

    def __init__(self, path: Path, eager: int = EAGER_BYTES) -> None:
        self.path = path
        self._eager = eager

    @property
    def journal(self) -> Path:
        """Return the path of the journal of computed vectors."""
        return self.path / "journal.sqlite"

    def numbers(self) -> list[int]:
        """Return the numbers of all published generations, intact or damaged, newest first."""
        return sorted((int(path.name) for path in self._entries() if _is_generation(path)), reverse=True)

    def next_number(self) -> int:
        """Return a number above every name in `generations/` that looks like one."""
        return 1 + max((int(path.name) for path in self._entries() if _decimal(path.name)), default=0)

    def directory(self, number: int) -> Path:
        """Return the directory of a generation."""
        return self._generations / f"{number:06}"

    def current(self, *, thorough: bool = False) -> Generation:
        """Open the newest intact generation, adding notices about damaged ones that were skipped.

        `thorough` verifies everything now instead of lazily.

        Raises:
            NoGeneration: nothing has been published.
            DamagedGeneration: no generation is intact.
            OutdatedFormat: the newest generation has an older format.
        """
        notices: list[str] = []
        for number in self.numbers():
            try:
                eager = None if thorough else self._eager
                return Generation.open(self.directory(number), tuple(notices), eager=eager)
            except DamagedGeneration as error:
                if not self.directory(number).is_dir():
                    # It was removed after listing, because newer ones were published.
                    return self.current(thorough=thorough)
                notices.append(f"Generation {number} is damaged and was skipped: {error.message}")
            except OutdatedFormat:
                if not notices:
                    raise
        if notices:
            raise DamagedGeneration(" ".join(notices), self._remedy())
        raise NoGeneration(f"Nothing is indexed in {self.path}.", "citeback index FOLDER")

    def newest(self) -> int | None:
        """Return the number of the newest generation, or None without any."""
        return next(iter(self.numbers()), None)

    def outline(self) -> ManifestSummary | None:
        """Return the folders and settings of the newest generation with a readable manifest, or None."""
        for number in self.numbers():
            try:
                return ManifestSummary.read(self.directory(number))
            except DamagedGeneration:
                continue
        return None

    def check(self) -> list[str]:
        """Return all problems of all kept generations, newest first. Raises NoGeneration."""
        if not self.numbers():
            raise NoGeneration(f"Nothing is indexed in {self.path}.", "citeback index FOLDER")
        result = {number: check_generation(self.directory(number)) for number in self.numbers()}
        others = [path for path in self._entries() if not _is_generation(path)]
        return [
            *(problem for number in result if self.directory(number).is_dir() for problem in result[number]),
            *(f"{path} is not a generation." for path in others if path.exists()),
        ]

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Hold the store's lock, across processes, until the block ends or the process dies.

        Creates the directory if needed.

        Raises:
            StoreLocked: another process is writing; raised without waiting.
            StoreError: the path is not a store.
            WriteError: the disk is full or failing.
        """
        with _raising_unwritten(self.path):
            self._prepare()
            lock = FileLock(self.path / "lock", timeout=0, mode=0o600)
            try:
                lock.acquire()
            except Timeout as error:
                raise StoreLocked(
                    f"{self._writer()} is writing to {self.path}.", "wait, then try again"
                ) from error
            try:
                self._introduce()
                private_files.make_all_private(self.path, but=REMOVED_PREFIX)
                yield
            finally:
                lock.release()

    def new_build(self) -> Path:
        """Return an empty directory for the next generation. Requires the lock."""
        shutil.rmtree(self._building, ignore_errors=True)
        private_files.make_private_directory(self._building)
        return self._building

    def seal(self, manifest: Manifest) -> None:
        """Write the manifest last, and flush everything to disk. Requires the lock."""
        (self._building / FILENAME).touch(mode=0o600)
        for path in self._building.rglob("*"):
            private_files.make_private(path)
            _fsync(path)
        (self._building / FILENAME).write_bytes(manifest.render())
        _fsync(self._building / FILENAME)
        _fsync(self._building)

    def publish(self, manifest: Manifest) -> None:
        """Make the sealed generation the current one, atomically. Requires the lock."""
        self._building.rename(self.directory(manifest.number))
        _fsync(self._generations)

    def prune(self, keep: int, whole: Collection[int] = ()) -> None:
        """Remove all but the `keep` newest intact generations, and the remains of interrupted writers.

        Generations in `whole` are known to be intact. Requires the lock.
        """
        stay: list[int] = []
        for number in self.numbers():
            if len(stay) < keep and (number in whole or self._open_intact(number)):
                stay.append(number)
            else:
                # Rename first: a half-removed generation must not look like a damaged one.
                self.directory(number).rename(self.path / f"doomed-{number:06}")
        for left in [*self.path.glob("doomed-*"), self._building]:
            shutil.rmtree(left, ignore_errors=True)

    @property
    def shared(self) -> bool:
        """Return whether others can access the store, although writers make it private."""
        return private_files.is_shared(self.path)

    @property
    def _generations(self) -> Path:
        return self.path / "generations"

    @property
    def _building(self) -> Path:
        return self.path / "building"

    def _open_intact(self, number: int) -> bool:
        try:
            directory = self.directory(number)
            return not any(corrupt_files(directory, Manifest.read(directory)))
        except StoreError:
            return False

    def _remedy(self) -> str:
        return "citeback index" if self.outline() else "citeback index FOLDER"

    def _prepare(self) -> None:
        empty = not self.path.exists() or (
            self.path.is_dir() and all(each.name in KEPT_BESIDE for each in self.path.iterdir())
        )
        if not empty and not self._generations.is_dir():
            raise StoreError(f"{self.path} is not a store.", "citeback index --store NEW_DIRECTORY")
        private_files.make_private_directory(self.path)
        private_files.make_private_directory(self._generations)
        ignored = self.path / ".gitignore"
        if not ignored.exists():
            private_files.make_private_file(ignored)
            ignored.write_text("*\n")

    def _entries(self) -> list[Path]:
        try:
            return list(self._generations.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _introduce(self) -> None:
        text = json.dumps({"pid": os.getpid(), "since": _now()})
        with open(self.path / "writer", "w", opener=private_files.opener) as file:
            file.write(text)

    def _writer(self) -> str:
        try:
            result = json.loads((self.path / "writer").read_text())
            return f"Process {result['pid']}, since {result['since']},"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "Another process"  # it holds the lock but has not written the file yet


@contextmanager
def _raising_unwritten(path: Path) -> Iterator[None]:
    """Translate disk errors into WriteError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        raise WriteError(path, error.strerror or str(error)) from error


def _is_generation(path: Path) -> bool:
    """Return whether a path is named like a generation."""
    return _decimal(path.name) and path.name == f"{int(path.name):06}" and path.is_dir()


def _decimal(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= DIGITS


def _fsync(path: Path) -> None:
    """Flush a file or directory to disk; on Windows, directories cannot be flushed."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
