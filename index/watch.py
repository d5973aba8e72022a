"""Folders whose files change -> one sync after another. Must never know terminals, pages or models.

Changes are told by the operating system (watchfiles). What it does not tell, such as a disk that is
taken away, is looked for every few seconds.
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
"""Seconds between two looks at whether the folders are still there, and before what failed is tried again."""

RETRY = 12
"""Looks after which files and folders are tried again that the system refused."""

QUIET, LONGEST = 500, 5000
"""Milliseconds without a change that end a burst of changes, and the most that a burst is waited for."""

Told = Report | StoreError
"""What a person is told: a sync that published or worked again, or why one cannot go on for now."""


class Follower:
    """Keeps a store in line with its folders until `stop` is set.

    `tell` is called for every sync that published, and once for every reason why none can be made: a
    folder that is gone, another process that writes, a full disk. Then it is tried until it works. A folder
    that looks as if its disk were missing is told once, its documents are kept, and it is waited for.
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
        """Follow. Raises NoGeneration where nothing is indexed yet, ModelError from `load`."""
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
        # What writes here changes under the folders may have hidden a change from watchfiles, which forgets
        # what comes between handing out a burst and clearing it; a burst of our own files leads to no sync.
        self._unsure = report.published

    def _synced(self, workers: Workers) -> Report:
        if not self._store.numbers():  # it went away with its folder: a sync would make another one there
            raise NoGeneration(f"The index {self._store.path} is not there.", "citeback index FOLDER")
        return sync(self._store, load=self._load, read=self._read, workers=workers)

    def _moments(self, folders: tuple[str, ...]) -> Iterator[None]:
        """Yield whenever something may have changed, first at once and then after listening has begun."""
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
        """Return those of the absent folders that are there: the system does not tell that a disk is back."""
        return _there(tuple(each.folder for each in self._absent))

    def _changes(self, folders: tuple[str, ...]) -> Iterator[object]:
        """Yield bursts of changes, and an empty one after every `look` seconds without."""
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
    """Tells which changes count: not those of the store itself, nor of names that begin with a dot."""

    def __init__(self, folders: tuple[str, ...], store: Path) -> None:
        self._folders = tuple(map(Path, folders))
        self._store = store.resolve()

    def __call__(self, _: Change, path: str) -> bool:
        """Tell whether a file that an index would hold may have changed."""
        found = Path(path)
        if found.is_relative_to(self._store):
            return False
        within = (found.relative_to(folder) for folder in self._folders if found.is_relative_to(folder))
        return any(not any(part.startswith(".") for part in inner.parts) for inner in within)


class Loaded:
    """A model that stays loaded from one sync to the next."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._last: tuple[object, Encoder] | None = None

    def __call__(self, settings: Settings) -> Encoder:
        """Return the model of these settings."""
        if self._last is None or self._last[0] != settings.cutting:
            self._last = (settings.cutting, self._load(settings))
        return self._last[1]


def _there(folders: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Return the folders that are there, each with device and inode: another may come in its place."""
    found = {}
    for folder in folders:
        try:
            status = Path(folder).stat()
        except OSError:
            continue
        found[folder] = (status.st_dev, status.st_ino)
    return found
