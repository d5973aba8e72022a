"""Watches buckets and folders by listing them again and again: object stores do not report changes."""

from collections.abc import Callable
from threading import Event

from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.errors import StoreError
from citeback.index.object_store.indexing.sync import RemoteSync
from citeback.index.object_store.store import ObjectStore
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sync.report import SyncReport
from citeback.index.sync.watch import CachedEncoder, WatchEvent

POLL_SECONDS = 60.0


class PollingWatcher:
    """Keeps an object store up to date until `stop` is set; see `Watcher` for what `notify` receives."""

    def __init__(
        self,
        store: ObjectStore,
        load: LoadEncoder,
        notify: Callable[[WatchEvent], None],
        stop: Event | None = None,
        look: float = POLL_SECONDS,
    ) -> None:
        self._store = store
        self._load = CachedEncoder(load)
        self._notify = notify
        self._stop = stop or Event()
        self._look = look
        self._failing = ""

    def run(self) -> None:
        """Watch until stopped. Raises ModelError if the embedding model cannot be loaded."""
        with WorkerPool() as pool:
            while not self._stop.wait(self._look):
                event = self._synced(pool)
                failing = event.message if isinstance(event, StoreError) else ""
                published = isinstance(event, SyncReport) and event.published
                if published or failing != self._failing:
                    self._notify(event)
                self._failing = failing

    def _synced(self, pool: WorkerPool) -> WatchEvent:
        try:
            return RemoteSync(store=self._store, load=self._load, pool=pool).run()
        except StoreError as error:
            return error
