"""Syncs the store at a path or address with its folders."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Protocol

from citeback.index.addresses import is_address
from citeback.index.any_store import object_store
from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.errors import StoreError
from citeback.index.generations.protocols import GenerationStore
from citeback.index.generations.store import Store
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.settings import Settings
from citeback.index.sync import sync as local_sync
from citeback.index.sync.choose_languages import ChooseLanguages
from citeback.index.sync.missing_files import ConfirmDeletion, delete_nothing
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import ProgressCallback, SyncReport, ignore_progress
from citeback.index.sync.watch import Watcher, WatchEvent


class Watching(Protocol):
    """A watcher of the folders of a store."""

    def run(self) -> None:
        """Watch until stopped."""


def sync(
    store: GenerationStore,
    folders: Iterable[Path | str] = (),
    *,
    load: LoadEncoder,
    settings: Settings | None = None,
    progress: ProgressCallback = ignore_progress,
    replace: bool = False,
    rebuild: bool = False,
    again: Collection[str] = (),
    decide: ConfirmDeletion = delete_nothing,
    workers: WorkerPool | None = None,
    cluster: str | None = None,
    choose: ChooseLanguages | None = None,
) -> SyncReport:
    """Update a store from its folders and those given (see `citeback.index.sync.sync.sync`).

    `cluster` is the address of a Ray cluster that reads and encodes the documents of an object store.
    Only for a store on a disk, `choose` chooses the language and the embedding model.
    """
    if isinstance(store, Store):
        if cluster:
            raise StoreError(
                f"Workers write to an object store, not to the directory {store.path}.",
                "citeback index FOLDER --store s3://BUCKET/NAME --workers HOST:PORT",
            )
        for address in filter(is_address, folders):
            raise StoreError(
                f"{address} can only be indexed into an object store, not into the directory {store.path}.",
                "citeback index s3://... --store s3://BUCKET/NAME",
            )
        return local_sync.sync(
            store,
            folders,
            load=load,
            settings=settings,
            progress=progress,
            replace=replace,
            rebuild=rebuild,
            again=again,
            decide=decide,
            workers=workers,
            choose=choose,
        )
    from citeback.index.object_store.indexing.sync import RemoteSync

    return RemoteSync(
        store=object_store(store), load=load, progress=progress, decide=decide, pool=workers, cluster=cluster
    ).run(folders, settings=settings, replacing=replace, rebuild=rebuild, again=again)


def watcher(store: GenerationStore, load: LoadEncoder, notify: Callable[[WatchEvent], None]) -> Watching:
    """Return what keeps a store up to date: as files change, or by looking every minute at buckets."""
    if isinstance(store, Store):
        return Watcher(store, load, notify)
    from citeback.index.object_store.indexing.watch import PollingWatcher

    return PollingWatcher(object_store(store), load, notify)


def preview_sync(
    store: GenerationStore, folders: Iterable[Path | str] = (), *, replace: bool = False
) -> Plan:
    """Return the plan of a sync without writing anything. Raises StoreError."""
    if isinstance(store, Store):
        return local_sync.preview_sync(store, folders, replace=replace)
    from citeback.index.object_store.indexing.start import preview

    return preview(object_store(store), folders, replacing=replace)


def changes_since(store: GenerationStore) -> Plan:
    """Return what has changed since the last sync, including folders that cannot be listed."""
    return local_sync.changes_since(store) if isinstance(store, Store) else preview_sync(store)
