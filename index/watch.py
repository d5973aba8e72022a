"""Watches folders and syncs the store whenever files change.

The operating system reports changes (watchfiles). What it does not report, such as a disk being unmounted, is
polled.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from index.absent import Absence
from index.encoder import Encoder, Load
from index.errors import NoGeneration, StoreError
from index.intake.take import Read
from index.intake.workers import Workers
from index.report import Report
from index.settings import Settings
from index.store import Store
from index.sync import sync

LOOK = 5.0
"""Seconds between polls of the folders, and between retries of a failed sync."""

RETRY = 12
"""Polls between retries of files and folders that could not be accessed."""

QUIET, LONGEST = 500, 5000
"""Milliseconds without changes that end a burst, and the longest burst."""

Told = Report | StoreError
"""What `tell` is called with: a report, or the reason why syncing is impossible for now."""


class Follower:
    """Keeps a store up to date until `stop` is set.

    `tell` receives the report of every sync that published, and each reason why syncing fails once: a missing
    folder, another writer, a full disk. Syncing is retried until it succeeds. A folder that seems to be on a
    missing disk is reported once and keeps its documents until it is back.
    """

    def __init__(
        self,
        store: Store,
        load: Load,
        tell: Callable[[Told], None],
        stop: Event | None = None,
        look: float = LOOK,
        read: Read | None = None,
    ) -> None:
        self._store = store
        self._load = Loaded(load)
        self._tell = tell
        self._stop = stop or Event()
        self._look = look
        self._read = read
        self._failing = ""
        self._absent: tuple[Absence, ...] = ()
        self._missed = False
        self._unsure = False

    def __call__(self) -> None:
        """Watch until stopped.

        Raises:
            NoGeneration: nothing has been indexed yet.
            ModelError: the embedding model cannot be loaded.
        """
        outline = self._store.outline()
        if outline is None:
            raise NoGeneration(f"Nothing is indexed in {self._store.path}.", "citeback index FOLDER")
        with Workers() as workers:
            for _ in self._moments(outline.folders):
                self._sync(workers)

    def _sync(self, workers: Workers) -> None:
        try:
            report = self._synced(workers)
        except (StoreError, OSError) as error:
            told = error if isinstance(error, StoreError) else StoreError(f"{error}.")
            if told.message != self._failing:
                self._tell(told)
            self._failing = told.message
            return
        if report.published or self._failing or report.absent != self._absent:
            self._tell(report)
        self._failing, self._absent = "", report.absent
        self._missed = any(failure.again for failure in report.failed)
        # watchfiles loses changes between returning a burst and clearing it, so writes of our own below the
        # folders may have hidden one. A burst of our own files alone triggers no sync.
        self._unsure = report.published

    def _synced(self, workers: Workers) -> Report:
        if not self._store.numbers():  # deleted together with its folder: a sync would create it again
            raise NoGeneration(f"The index {self._store.path} is not there.", "citeback index FOLDER")
        return sync(self._store, load=self._load, read=self._read, workers=workers)

    def _moments(self, folders: tuple[str, ...]) -> Iterator[None]:
        """Yield when something may have changed: immediately, and again once watching has begun."""
        yield
        while not self._stop.is_set():
            there, places = _there(folders), self._places()
            if not there:
                self._stop.wait(self._look)
                yield
            for n, changes in enumerate(self._changes(tuple(there))):
                retry = self._missed and n % RETRY == RETRY - 1
                if changes or n == 0 or retry or self._failing or self._unsure:
                    yield
                if _there(folders) != there or self._places() != places:
                    yield
                    break

    def _places(self) -> dict[str, tuple[int, int]]:
        """Return the missing folders that are back; the system does not report mounts."""
        return _there(tuple(each.folder for each in self._absent))

    def _changes(self, folders: tuple[str, ...]) -> Iterator[object]:
        """Yield bursts of changes, and an empty one after every `look` seconds without changes."""
        if folders:
            yield from watch(
                *folders,
                watch_filter=Seen(folders, self._store.path),
                step=QUIET,
                debounce=LONGEST,
                stop_event=self._stop,
                rust_timeout=int(self._look * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )


class Seen:
    """Selects relevant changes: not to the store itself, nor to hidden files."""

    def __init__(self, folders: tuple[str, ...], store: Path) -> None:
        self._folders = tuple(map(Path, folders))
        self._store = store.resolve()

    def __call__(self, _: Change, path: str) -> bool:
        """Return whether a file that can be indexed may have changed."""
        found = Path(path)
        if found.is_relative_to(self._store):
            return False
        within = (found.relative_to(folder) for folder in self._folders if found.is_relative_to(folder))
        return any(not any(part.startswith(".") for part in inner.parts) for inner in within)


class Loaded:
    """Keeps an embedding model loaded between syncs."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._last: tuple[object, Encoder] | None = None

    def __call__(self, settings: Settings) -> Encoder:
        """Return the model for these settings."""
        if self._last is None or self._last[0] != settings.cutting:
            self._last = (settings.cutting, self._load(settings))
        return self._last[1]


def _there(folders: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Map existing folders to device and inode, which reveal a replaced folder."""
    found = {}
    for folder in folders:
        try:
            status = Path(folder).stat()
        except OSError:
            continue
        found[folder] = (status.st_dev, status.st_ino)
    return found
