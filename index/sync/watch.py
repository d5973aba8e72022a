"""Watches folders and syncs the store whenever files change.

The operating system reports changes (watchfiles). What it does not report, such as a disk being unmounted, is
polled.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from citeback.index.embedding.protocols import Encoder, LoadEncoder
from citeback.index.errors import NoGeneration, StoreError
from citeback.index.generations.store import Store
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.read_file import ReadPath
from citeback.index.settings import Settings
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import sync

POLL_SECONDS = 5.0
"""Seconds between polls of the folders, and between retries of a failed sync."""

RETRY_EVERY = 12
"""Polls between retries of files and folders that could not be accessed."""

QUIET, LONGEST = 500, 5000
"""Milliseconds without changes that end a burst, and the longest burst."""

WatchEvent = SyncReport | StoreError
"""What `tell` is called with: a report, or the reason why syncing is impossible for now."""


class Watcher:
    """Keeps a store up to date until `stop` is set.

    `tell` receives the report of every sync that published, and each reason why syncing fails once: a missing
    folder, another writer, a full disk. Syncing is retried until it succeeds. A folder that seems to be on a
    missing disk is reported once and keeps its documents until it is back.
    """

    def __init__(
        self,
        store: Store,
        load: LoadEncoder,
        notify: Callable[[WatchEvent], None],
        stop: Event | None = None,
        look: float = POLL_SECONDS,
        read: ReadPath | None = None,
    ) -> None:
        self._store = store
        self._load = CachedEncoder(load)
        self._notify = notify
        self._stop = stop or Event()
        self._look = look
        self._read = read
        self._failing = ""
        self._absent: tuple[MissingFolder, ...] = ()
        self._missed = False
        self._unsure = False

    def run(self) -> None:
        """Watch until stopped.

        Raises:
            NoGeneration: nothing has been indexed yet.
            ModelError: the embedding model cannot be loaded.
        """
        outline = self._store.outline()
        if outline is None:
            raise NoGeneration(f"Nothing is indexed in {self._store.path}.", "citeback index FOLDER")
        with WorkerPool() as workers:
            for _ in self._sync_times(outline.folders):
                self._sync(workers)

    def _sync(self, workers: WorkerPool) -> None:
        try:
            report = self._synced(workers)
        except (StoreError, OSError) as error:
            store_error = error if isinstance(error, StoreError) else StoreError(f"{error}.")
            if store_error.message != self._failing:
                self._notify(store_error)
            self._failing = store_error.message
            return
        if report.published or self._failing or report.absent != self._absent:
            self._notify(report)
        self._failing, self._absent = "", report.absent
        self._missed = any(failure.retryable for failure in report.failed)
        # watchfiles loses changes between returning a burst and clearing it, so writes of our own below the
        # folders may have hidden one. A burst of our own files alone triggers no sync.
        self._unsure = report.published

    def _synced(self, workers: WorkerPool) -> SyncReport:
        if not self._store.numbers():  # deleted together with its folder: a sync would create it again
            raise NoGeneration(f"The index {self._store.path} is not there.", "citeback index FOLDER")
        return sync(self._store, load=self._load, read=self._read, workers=workers)

    def _sync_times(self, folders: tuple[str, ...]) -> Iterator[None]:
        """Yield when something may have changed: immediately, and again once watching has begun."""
        yield
        while not self._stop.is_set():
            there, places = _existing(folders), self._returned_folders()
            if not there:
                self._stop.wait(self._look)
                yield
            for n, changes in enumerate(self._changes(tuple(there))):
                retry = self._missed and n % RETRY_EVERY == RETRY_EVERY - 1
                if changes or n == 0 or retry or self._failing or self._unsure:
                    yield
                if _existing(folders) != there or self._returned_folders() != places:
                    yield
                    break

    def _returned_folders(self) -> dict[str, tuple[int, int]]:
        """Return the missing folders that are back; the system does not report mounts."""
        return _existing(tuple(each.folder for each in self._absent))

    def _changes(self, folders: tuple[str, ...]) -> Iterator[object]:
        """Yield bursts of changes, and an empty one after every `look` seconds without changes."""
        if folders:
            yield from watch(
                *folders,
                watch_filter=ChangeFilter(folders, self._store.path),
                step=QUIET,
                debounce=LONGEST,
                stop_event=self._stop,
                rust_timeout=int(self._look * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )


class ChangeFilter:
    """Selects relevant changes: not to the store itself, nor to hidden files."""

    def __init__(self, folders: tuple[str, ...], store: Path) -> None:
        self._folders = tuple(map(Path, folders))
        self._store = store.resolve()

    def __call__(self, _: Change, path: str) -> bool:
        """Return whether a file that can be indexed may have changed."""
        result = Path(path)
        if result.is_relative_to(self._store):
            return False
        within = (result.relative_to(folder) for folder in self._folders if result.is_relative_to(folder))
        return any(not any(part.startswith(".") for part in inner.parts) for inner in within)


class CachedEncoder:
    """Keeps an embedding model loaded between syncs."""

    def __init__(self, load: LoadEncoder) -> None:
        self._load = load
        self._last: tuple[object, Encoder] | None = None

    def __call__(self, settings: Settings) -> Encoder:
        """Return the model for these settings."""
        if self._last is None or self._last[0] != settings.cutting:
            self._last = (settings.cutting, self._load(settings))
        return self._last[1]


def _existing(folders: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Map existing folders to device and inode, which reveal a replaced folder."""
    result = {}
    for folder in folders:
        try:
            status = Path(folder).stat()
        except OSError:
            continue
        result[folder] = (status.st_dev, status.st_ino)
    return result
