"""Folders -> the next generation: what is new is read, cut and encoded, the rest is taken over.

    compare -> read, split and embed at a time -> write -> publish

Must never know questions, nor which model or formats there are: it is handed `load` and `read`.
A kill at any moment leaves the current generation as it was, and costs at most one batch of vectors.
"""

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from time import perf_counter

from index.encoder import Load
from index.generation import Generation
from index.intake.take import Read
from index.intake.workers import Workers
from index.making import journal
from index.making.begin import Start, begin, latest, sound
from index.making.gather import Gathered
from index.making.next import Outcome, Run
from index.parts.manifest import Manifest
from index.plan import Plan
from index.report import Report, Watch, ignore
from index.settings import Settings
from index.store import Store

SHARED = "Others on this computer may open the index: its owner or its file system does not let it be closed:"


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
    workers: Workers | None = None,
) -> Report:
    """Bring a store in line with its folders and those given, which it remembers from then on.

    Files are read by `workers`, which stay as they are for the next sync, by processes for this sync alone,
    or by `read` in this process. `replace` forgets the remembered folders;
    `settings` other than the store's mean that everything is cut and encoded again; `rebuild` has
    everything read again too, `again` only the documents of these names.
    Vectors of the same text from the same model are always taken over.

    Raises StoreError where a folder is gone, Locked where another process writes, ModelError from
    `load`. Files that cannot be read raise nothing: they are in the report.
    """
    started = perf_counter()
    with store.writing(), latest(store) as (previous, notices):
        start = begin(store, previous, folders, settings, replacing=replace, rebuild=rebuild)
        start = changed(start, plan=start.plan.again(again))
        with nullcontext(workers) if workers else Workers() as processes:
            reader, readers = (read, 1) if read else (processes.read, processes.count)
            run = partial(Run, store, load=load, read=reader, readers=readers, watch=progress)
            outcome = _idle(start) if start.idle else run(sound(start))()
        journal.remove(store.journal)
        manifest = outcome.manifest or _manifest(previous)
        notices = (*notices, *([f"{SHARED} {store.path}."] if store.shared else []))
        store.prune(manifest.settings.keep, {manifest.number, *([previous.number] if previous else [])})
        return _report(manifest, start, outcome, notices, perf_counter() - started)


def preview(store: Store, folders: Iterable[Path | str] = (), *, replace: bool = False) -> Plan:
    """Return what a sync would do. Writes nothing. Raises StoreError where a folder is gone."""
    with latest(store) as (previous, _):
        return begin(store, previous, folders, replacing=replace).plan


def _idle(start: Start) -> Outcome:
    return Outcome(Gathered((), start.plan.unchanged, start.plan.failed))


def _manifest(previous: Generation | None) -> Manifest:
    if previous is None:
        raise AssertionError("a sync that starts from nothing publishes")
    return previous.manifest


def _report(
    manifest: Manifest, start: Start, outcome: Outcome, notices: tuple[str, ...], seconds: float
) -> Report:
    plan, names = start.plan, outcome.gathered.files
    return Report(
        generation=manifest.number,
        published=outcome.manifest is not None,
        added=tuple(file.name for file in plan.added if file.name in names),
        changed=tuple(file.name for file in plan.changed if file.name in names),
        renamed=tuple((before, file.name) for before, file in plan.renamed if file.name in names),
        deleted=plan.deleted,
        unchanged=tuple(document.name for document in plan.unchanged if document.file_name in names),
        failed=outcome.gathered.failures,
        chunks=manifest.counts.chunks,
        embedded=outcome.embedded,
        seconds=seconds,
        rebuilt=outcome.rebuilt,
        notices=notices,
    )
