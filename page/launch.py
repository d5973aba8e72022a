"""The page of a store, served until Ctrl-C."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import current_thread, main_thread
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING

from citeback.index import any_store, any_sync
from citeback.index.generations.store import Store
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.settings import Settings
from citeback.index.sync.report import ProgressCallback, SyncReport
from citeback.index.sync.watch import CachedEncoder
from citeback.page.app import WARM, site
from citeback.page.layout import build
from citeback.page.state.folders import StoreFolder
from citeback.page.state.object_store_folder import ObjectStoreFolder
from citeback.page.workspace import PageServices
from citeback.rag.corpus import DEFAULT_OPTIONS, DEFAULT_STORE, CorpusOptions, load_encoder
from citeback.rag.current_corpus import CurrentCorpus
from citeback.rag.filtered_corpus import RestrictedCorpus
from citeback.serving.access.middleware import AccessMiddleware, AccessRules
from citeback.serving.http.server import RunningServer
from citeback.serving.http.server import serve as listen

if TYPE_CHECKING:
    from citeback.index.embedding.sentence_encoder import SentenceEncoder

FINISHING = 10.0  # seconds that running answers get when the server is stopped


def site_of(
    path: Path | str,
    load: "Callable[[Settings], SentenceEncoder]" = load_encoder,
    rules: AccessRules | None = None,
    options: CorpusOptions = DEFAULT_OPTIONS,
    workers: WorkerPool | None = None,
    copy: Path | None = None,
) -> AccessMiddleware:
    """Return the site of the store at a path or address; its models are loaded while the page opens.

    `options` say how questions are answered; `load` loads the model that indexes documents. `workers` read
    files for indexing and, like the embedding model, are kept between syncs; without them, each sync starts
    its own. `copy` is a directory for a copy of an index on an object store.
    """
    store = any_store.open_store(path, copy)
    latest, loaded = CurrentCorpus(store, options), CachedEncoder(load)

    def brought_in_line(
        watch: ProgressCallback,
        folders: Sequence[str] = (),
        again: Sequence[str] = (),
        gone: Sequence[str] = (),
        replace: bool = False,
    ) -> SyncReport:
        following = partial(any_sync.sync, store, load=loaded, progress=watch, workers=workers)
        return following(folders, again=again, decide=lambda _: gone, replace=replace)

    folders = partial(StoreFolder, folders=lambda: latest().folders, sync=brought_in_line)
    tend = folders(store) if isinstance(store, Store) else ObjectStoreFolder(store)
    kept = any_store.machine_directory(path, copy)
    services = PageServices.for_store(kept, latest, tend, lambda may: RestrictedCorpus(latest(), may))

    def warm() -> None:
        latest.warm()
        services.prepare()

    behind = replace(services, warm=warm)
    return site(behind, build(behind), rules)


def print_address(address: str) -> None:
    """Print the address of the page."""
    print(f"Citeback is at {address} (press Ctrl-C to stop)", flush=True)  # noqa: T201


def serve(
    path: Path | str = DEFAULT_STORE,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] = print_address,
    rules: AccessRules | None = None,
    options: CorpusOptions = DEFAULT_OPTIONS,
    copy: Path | None = None,
) -> None:
    """Serve the page of the store at `path` until Ctrl-C; `ready` is called with its address.

    `options` say how questions are answered; by default the documents are quoted. `copy` is as in `site_of`.
    SIGTERM works like Ctrl-C: running answers may finish, and new questions are refused. Raises CitebackError
    if the address cannot be used or the server stops by itself.
    """
    with _terminated(), suppress(KeyboardInterrupt):
        with WorkerPool() as workers:
            made = site_of(path, rules=rules, options=options, workers=workers, copy=copy)
            served: RunningServer = listen(made, host, port)
            ready(served.address)
            ended = _until_stopped(made, served)
        if not ended:
            os._exit(0)  # a thread cannot be stopped, and Python would wait for it; nothing is half written


def _until_stopped(made: AccessMiddleware, served: RunningServer) -> bool:
    """Serve until Ctrl-C, then let running answers finish; return whether no thread works any longer.

    Requests that take longer are refused, so that no connection is closed without a response.
    """
    finished = True
    try:
        served.wait()
    except KeyboardInterrupt:
        finished = made.underway.end(FINISHING)
        served.run(made.underway.give_up())
    warming = any(thread.name == WARM for thread in enumerate_threads())
    return served.stop() and finished and not warming


@contextmanager
def _terminated() -> Iterator[None]:
    """Handle SIGTERM like Ctrl-C; signals reach only the main thread."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
