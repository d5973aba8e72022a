"""A copy of the current generation on a fast disk: the files of its tables, fetched once.

Files of a table never change, so only new ones are fetched, and those that no open generation uses are
removed. Whatever happens to the directory, it can be deleted and made again.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from threading import Lock
from uuid import uuid4

import obstore
from filelock import FileLock, Timeout

from citeback.index.errors import DamagedGeneration, StoreError, WriteError
from citeback.index.files import private_files
from citeback.index.object_store.manifest import PublishedManifest
from citeback.index.object_store.place import Place, StoredObject, unreachable
from citeback.index.object_store.tables import open_version, table_path

FETCHERS = 8


class LocalCopy:
    """The tables of the generations that this process has open. Safe to share between threads.

    Raises (all methods):
        StoreError: another process uses the directory, or the object store cannot be reached.
        WriteError: the disk is full or failing.
    """

    def __init__(self, directory: Path, place: Place) -> None:
        self.directory = directory
        self._place = place
        self._lock = Lock()
        self._used: FileLock | None = None
        self._before: set[str] = set()

    def bring(self, manifest: PublishedManifest) -> str:
        """Fetch the missing files of a generation; return the address to open it at."""
        with self._lock:
            try:
                self._reserve()
                wanted = {path for name in manifest.tables for path in self._files(manifest, name)}
                self._fetch(wanted)
                self._remove_except(wanted | self._before)
                self._before = wanted
            except OSError as error:
                raise WriteError(self.directory, error.strerror or str(error)) from error
            return str(self.directory)

    def _reserve(self) -> None:
        """Keep other processes out until this one ends."""
        if self._used is None:
            private_files.make_private_directory(self.directory)
            lock = FileLock(self.directory / "lock", timeout=0, mode=0o600)
            try:
                lock.acquire()
            except Timeout as error:
                raise StoreError(
                    f"Another server uses {self.directory}.", "give each one a directory of its own"
                ) from error
            self._used = lock

    def _files(self, manifest: PublishedManifest, name: str) -> Iterable[str]:
        """Yield the paths of a table's version, relative to the place."""
        version, place = manifest.tables[name], self._place
        dataset = open_version(place.address, name, version, place.lance_options, place.session)
        listed = dataset.tracked_files(min_version=version).read_all()
        for number, path in zip(listed["version"].to_pylist(), listed["path"].to_pylist(), strict=True):
            if number == version:
                yield _inside(f"{table_path(name)}/{path}")

    def _fetch(self, wanted: set[str]) -> None:
        there = {found.path: found for found in self._place.list("tables/")}
        lost = sorted(path for path in wanted if path not in there)
        if lost:
            raise DamagedGeneration(f"{self._place.url(lost[0])} is missing.", "citeback check")
        missing = [there[path] for path in sorted(wanted) if not self._has(there[path])]
        with ThreadPoolExecutor(FETCHERS) as fetchers:
            for _ in fetchers.map(self._fetch_one, missing):
                pass

    def _has(self, found: StoredObject) -> bool:
        try:
            return (self.directory / found.path).stat().st_size == found.size
        except FileNotFoundError:
            return False

    def _fetch_one(self, found: StoredObject) -> None:
        target = self.directory / found.path
        private_files.make_private_directory(target.parent)
        part = target.with_name(f"{uuid4().hex}.part")
        try:
            with open(part, "wb", opener=private_files.opener) as file:
                for block in obstore.get(self._place.objects, found.path).stream():
                    file.write(block)
                    if file.tell() > found.size:
                        break
                written = file.tell()
            if written != found.size:
                raise StoreError(f"{self._place.url(found.path)} changed while it was copied.", "try again")
            part.replace(target)
        except obstore.exceptions.BaseError as error:
            raise unreachable(self._place.url(found.path), error) from error
        finally:
            part.unlink(missing_ok=True)

    def _remove_except(self, kept: set[str]) -> None:
        for path in (self.directory / "tables").rglob("*"):
            if path.is_file() and path.relative_to(self.directory).as_posix() not in kept:
                path.unlink(missing_ok=True)


def _inside(path: str) -> str:
    """Return a relative path without detours. Raises DamagedGeneration for any other."""
    parts = PurePosixPath(path).parts
    if PurePosixPath(path).is_absolute() or ".." in parts or "\\" in path or "\0" in path:
        problem = f"A table lists the file {path[:80]!r}, which is not its own."
        raise DamagedGeneration(problem, "citeback check")
    return "/".join(parts)
