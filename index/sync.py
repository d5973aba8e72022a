"""Brings a store up to date with its folders: compare, read, chunk, encode, write, publish.

Unchanged documents are reused. A kill at any moment leaves the current generation intact and loses at most
one batch of vectors.
"""

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from time import perf_counter

from index.absent import Decide, keep
from index.encoder import Load
from index.generation import Generation
from index.intake.take import Read, by_path
from index.intake.workers import Workers
from index.making import journal
from index.making.begin import Start, begin, latest, listed, sound
from index.making.gather import Gathered
from index.making.next import Outcome, Run
from index.parts.manifest import Manifest
from index.places import note
from index.plan import Plan
from index.report import Report, Watch, ignore
from index.settings import Settings
from index.store import Store

SHARED = (
    "Other users of this computer may read the index: its owner or file system does not let it be closed:"
)


def sync(
    store: Store,
    folders: Iterable[Path | str] = (),
    *,
    load: Load,
    settings: Settings | None = None,
    read: Read | None = None,
    progress: Watch = ignore,
    replace: bool = False,
    rebuild: bool = False,
    again: Collection[str] = (),
    decide: Decide = keep,
    workers: Workers | None = None,
) -> Report:
    """Update a store from its folders and those given, and publish the result if anything has changed.

    Args:
        store: the store to update; it is created if necessary.
        folders: folders to add to those that the store remembers.
        load: loads the embedding model, if it is needed.
        settings: new settings; if they affect chunking or encoding, everything is chunked again.
        read: reads files in this process instead of worker processes.
        progress: called with the progress of each stage.
        replace: forget the remembered folders.
        rebuild: read and chunk every file again.
        again: names of documents to read again.
        decide: chooses which folders that seem to be on a missing disk were deleted; the others keep their
            documents.
        workers: a pool to use and leave running; without one, a pool is started for this sync.

    Vectors of unchanged inputs are reused in any case. Files that cannot be read do not raise: they are
    listed in the report.

    Raises:
        StoreError: a folder does not exist or cannot be listed.
        Locked: another process is writing.
        ModelError: the embedding model cannot be loaded.
    """
    started = perf_counter()
    with store.writing(), latest(store) as (previous, notices):
        beginning = partial(begin, store, previous, folders, settings, replacing=replace, rebuild=rebuild)
        start = beginning()
        if asked := tuple(each for each in start.plan.absent if each.asked):
            start = beginning(gone=decide(asked))
        start = listed(changed(start, plan=start.plan.again(again)))
        note(store.path, start.plan.places)
        with nullcontext(workers) if workers else Workers() as processes:
            reader, readers = (by_path(read), 1) if read else (processes.read_file, processes.count)
            cut = None if read else processes.cut
            run = partial(Run, store, load=load, read=reader, readers=readers, watch=progress, cut=cut)
            outcome = _idle(start) if start.idle else run(sound(start))()
        journal.remove(store.journal)
        manifest = outcome.manifest or _manifest(previous)
        notices = (*notices, *([f"{SHARED} {store.path}."] if store.shared else []))
        store.prune(manifest.settings.keep, {manifest.number, *([previous.number] if previous else [])})
        return _report(manifest, start, outcome, notices, perf_counter() - started)


def preview(store: Store, folders: Iterable[Path | str] = (), *, replace: bool = False) -> Plan:
    """Return the plan of a sync without writing anything.

    Raises:
        StoreError: a folder does not exist or cannot be listed.
    """
    with latest(store) as (previous, _):
        return listed(begin(store, previous, folders, replacing=replace)).plan


def since(store: Store) -> Plan:
    """Return what has changed since the last sync, including folders that cannot be listed."""
    with latest(store) as (previous, _):
        return begin(store, previous).plan


def _idle(start: Start) -> Outcome:
    return Outcome(Gathered((), (*start.plan.unchanged, *start.plan.held), start.plan.failed))


def _manifest(previous: Generation | None) -> Manifest:
    if previous is None:
        raise AssertionError("a sync that starts from nothing publishes")
    return previous.manifest


def _report(
    manifest: Manifest, start: Start, outcome: Outcome, notices: tuple[str, ...], seconds: float
) -> Report:
    plan, gathered = start.plan, outcome.gathered
    read = {document.file_name for document in gathered.read}
    kept = {document.name for document in gathered.kept}
    return Report(
        generation=manifest.number,
        published=outcome.manifest is not None,
        added=tuple(file.name for file in plan.added if file.name in read),
        changed=tuple(file.name for file in plan.changed if file.name in read),
        renamed=tuple((before, file.name) for before, file in plan.renamed if file.name in read),
        deleted=plan.deleted,
        unchanged=tuple(sorted(kept.union(d.name for d in plan.unchanged if d.file_name in read))),
        failed=outcome.gathered.failures,
        chunks=manifest.counts.chunks,
        embedded=outcome.embedded,
        seconds=seconds,
        rebuilt=outcome.rebuilt,
        notices=(*notices, *(each.told for each in plan.absent)),
        absent=plan.absent,
    )
