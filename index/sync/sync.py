"""Brings a store up to date with its folders: compare, read, chunk, encode, write, publish.

Unchanged documents are reused. A kill at any moment leaves the current generation intact and loses at most
one batch of vectors.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import nullcontext
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from time import perf_counter

from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.files.mounts import record_file_systems
from citeback.index.generations.generation import Generation
from citeback.index.generations.parts.manifest import Manifest
from citeback.index.generations.store import Store
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.read_file import ReadPath, by_path
from citeback.index.settings import Settings
from citeback.index.sync.building import journal
from citeback.index.sync.building.gather import GatheredDocuments
from citeback.index.sync.building.run import BuildResult, GenerationBuilder
from citeback.index.sync.building.start import (
    SyncStart,
    open_latest,
    plan_start,
    refuse_data_loss,
    verify_previous,
)
from citeback.index.sync.choose_languages import ChooseLanguages
from citeback.index.sync.missing_files import ConfirmDeletion, delete_nothing
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import ProgressCallback, SyncReport, ignore_progress

SHARED = (
    "Other users of this computer may read the index: its owner or file system does not let it be closed:"
)


def sync(
    store: Store,
    folders: Iterable[Path | str] = (),
    *,
    load: LoadEncoder,
    settings: Settings | None = None,
    read: ReadPath | None = None,
    progress: ProgressCallback = ignore_progress,
    replace: bool = False,
    rebuild: bool = False,
    again: Collection[str] = (),
    decide: ConfirmDeletion = delete_nothing,
    workers: WorkerPool | None = None,
    choose: ChooseLanguages | None = None,
) -> SyncReport:
    """Update a store from its folders and those given, and publish the result if anything has changed.

    Args:
        store: the store to update; it is created if necessary.
        folders: folders to add to those that the store remembers.
        load: loads the embedding model, if it is needed.
        settings: new settings; everything is chunked again if they affect chunking or encoding.
        read: reads files in this process instead of worker processes.
        progress: called with the progress of each stage.
        replace: forget the remembered folders.
        rebuild: read and chunk every file again.
        again: names of documents to read again.
        decide: chooses which folders that seem to be on a missing disk were deleted. Others are kept.
        workers: a pool to use and leave running; without one, a pool is started for this sync.
        choose: chooses the language and the embedding model by the files, whatever the settings say.

    Vectors of unchanged inputs are reused in any case. Files that cannot be read are in the report.

    Raises:
        StoreError: a folder does not exist or cannot be listed.
        StoreLocked: another process is writing.
        ModelError: the embedding model cannot be loaded.
    """
    started = perf_counter()
    with store.write_lock(), open_latest(store) as (previous, notices):
        settings, chosen = _chosen(store, previous, folders, settings, choose, read, workers)
        plan = partial(plan_start, store, previous, folders, settings, replacing=replace, rebuild=rebuild)
        start = refuse_data_loss(_confirmed_start(plan, decide, again))
        record_file_systems(store.path, start.plan.file_systems)
        outcome = _build(store, start, load, read, progress, workers)
        journal.remove(store.journal)
        manifest = outcome.manifest or _manifest(previous)
        store.prune(manifest.settings.keep, {manifest.number, *([previous.number] if previous else [])})
        notices = (*notices, *chosen, *outcome.notices, *_shared_notice(store))
        return _report(manifest, start, outcome, notices, perf_counter() - started)


def _chosen(
    store: Store,
    previous: Generation | None,
    folders: Iterable[Path | str],
    settings: Settings | None,
    choose: ChooseLanguages | None,
    read: ReadPath | None,
    workers: WorkerPool | None,
) -> tuple[Settings | None, tuple[str, ...]]:
    """Return the settings with the language and model chosen by the files, and what to tell users."""
    if choose is None:
        return settings, ()
    files = plan_start(store, previous, folders, settings).plan.all_files
    if read:
        choice = choose(files, by_path(read))
    else:
        with nullcontext(workers) if workers else WorkerPool() as pool:
            choice = choose(files, pool.read_file)
    chosen = {"language": choice.language, "model": choice.model}
    before = settings or (previous.settings if previous else Settings())
    return before.model_copy(update=chosen), choice.notices


def preview_sync(store: Store, folders: Iterable[Path | str] = (), *, replace: bool = False) -> Plan:
    """Return the plan of a sync without writing anything.

    Raises:
        StoreError: a folder does not exist or cannot be listed.
    """
    with open_latest(store) as (previous, _):
        return refuse_data_loss(plan_start(store, previous, folders, replacing=replace)).plan


def changes_since(store: Store) -> Plan:
    """Return what has changed since the last sync, including folders that cannot be listed."""
    with open_latest(store) as (previous, _):
        return plan_start(store, previous).plan


def _confirmed_start(
    plan: Callable[..., SyncStart], decide: ConfirmDeletion, again: Collection[str]
) -> SyncStart:
    """Return the start; if folders seem to be on a missing disk, after deciding which are deleted."""
    start = plan()
    asked = tuple(each for each in start.plan.absent if each.confirmable)
    start = plan(gone=decide(asked)) if asked else start
    return changed(start, plan=start.plan.rereading(again))


def _build(
    store: Store,
    start: SyncStart,
    load: LoadEncoder,
    read: ReadPath | None,
    progress: ProgressCallback,
    workers: WorkerPool | None,
) -> BuildResult:
    """Build and publish the next generation, if anything changed.

    Files are read by `read`, or in worker processes.
    """
    if start.nothing_to_do:
        reused = (*start.plan.unchanged, *start.plan.held)
        return BuildResult(GatheredDocuments(new=(), reused=reused, failures=start.plan.failed))
    build = partial(GenerationBuilder, store=store, start=verify_previous(start), load=load, watch=progress)
    if read:
        return build(read=by_path(read), readers=1).run()
    with nullcontext(workers) if workers else WorkerPool() as pool:
        return build(read=pool.read_file, readers=pool.count, find_boundaries=pool.cut).run()


def _shared_notice(store: Store) -> list[str]:
    return [f"{SHARED} {store.path}."] if store.shared else []


def _manifest(previous: Generation | None) -> Manifest:
    if previous is None:
        raise AssertionError("a sync that starts from nothing publishes")
    return previous.manifest


def _report(
    manifest: Manifest, start: SyncStart, outcome: BuildResult, notices: tuple[str, ...], seconds: float
) -> SyncReport:
    return sync_report(
        start.plan,
        outcome.gathered,
        generation=manifest.number,
        published=outcome.manifest is not None,
        chunks=manifest.counts.chunks,
        embedded=outcome.embedded,
        seconds=seconds,
        rebuilt=outcome.rebuilt,
        notices=notices,
    )


def sync_report(
    plan: Plan,
    gathered: GatheredDocuments,
    *,
    generation: int,
    published: bool,
    chunks: int,
    embedded: int,
    seconds: float,
    rebuilt: str | None,
    notices: tuple[str, ...],
) -> SyncReport:
    """Return the report of a sync that carried out a plan."""
    read = {document.file_name for document in gathered.new}
    kept = {document.name for document in gathered.reused}
    return SyncReport(
        generation=generation,
        published=published,
        added=tuple(file.name for file in plan.added if file.name in read),
        changed=tuple(file.name for file in plan.changed if file.name in read),
        renamed=tuple((before, file.name) for before, file in plan.renamed if file.name in read),
        deleted=plan.deleted,
        unchanged=tuple(sorted(kept.union(d.name for d in plan.unchanged if d.file_name in read))),
        failed=gathered.failures,
        chunks=chunks,
        embedded=embedded,
        seconds=seconds,
        rebuilt=rebuilt,
        notices=(*notices, *(each.message for each in plan.absent)),
        absent=plan.absent,
    )
