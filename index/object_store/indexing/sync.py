"""Brings an index on an object store up to date: compare, read, encode, write in rounds, publish.

Each round is committed, so a kill at any moment loses at most the round, and the next run goes on from there.
What is published changes only at the very end.
"""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from citeback.index.errors import StoreLocked
from citeback.index.object_store.indexing.batch import read_one
from citeback.index.object_store.indexing.resources import SyncResources
from citeback.index.object_store.indexing.start import (
    RemoteStart,
    confirmed,
    list_early,
    plan_start,
    rebuilding,
)
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.indexing.writing import Writing
from citeback.index.settings import Settings
from citeback.index.sync.missing_files import ConfirmDeletion, delete_nothing
from citeback.index.sync.report import SyncReport


@dataclass(frozen=True)
class RemoteSync(SyncResources):
    """One sync of an object store."""

    decide: ConfirmDeletion = delete_nothing

    def run(
        self,
        folders: Iterable[Path | str] = (),
        *,
        settings: Settings | None = None,
        replacing: bool = False,
        rebuild: bool = False,
        again: Collection[str] = (),
    ) -> SyncReport:
        """Run the sync.

        Raises:
            StoreLocked: another process is writing.
            StoreError: a folder or bucket cannot be listed, or the object store cannot be reached.
            ModelError: the embedding model cannot be loaded.
        """
        began, folders = perf_counter(), tuple(folders)
        with ThreadPoolExecutor(2) as pool:  # what does not depend on each other is requested at once
            outline = pool.submit(self.store.outline)
            with self.store.beginning() as (run, lease, permitted):
                opened = pool.submit(Workspace.open, self.store.place, run)
                listed = pool.submit(list_early, outline.result, folders, replacing=replacing)
                plan = partial(plan_start, self.store, opened.result, folders, settings, replacing=replacing)
                first = partial(plan, rebuild=rebuild, listed=listed.result)
                start = confirmed(first, self.decide, again)
                encoder = self.load(start.settings) if self._needs_model(start) else None
                before = start.published.fingerprint if start.published else ""
                if encoder and before not in ("", encoder.fingerprint) and not start.rebuild:
                    reason = f"another embedding model: {before} -> {encoder.fingerprint}"
                    start = confirmed(rebuilding(plan, reason), self.decide, again)
                permitted.result()
                workspace = opened.result()
                writing = Writing(
                    resources=self, workspace=workspace, lease=lease, start=start, encoder=encoder
                )
                return _written(writing, began)

    def _needs_model(self, start: RemoteStart) -> bool:
        """Return whether a text is to be encoded; files that failed before are read to see."""
        failed = {failure.file_name for failure in start.before.failures}
        files = start.plan.files_to_read
        if any(file.name not in failed for file in files):
            return True
        if not files:
            return False
        with self.reading() as (read, _):
            return any(isinstance(each, tuple) for file in files for each in read_one(file, read, {}))


def _written(writing: Writing, began: float) -> SyncReport:
    try:
        return writing.run(began)
    except StoreLocked:
        # What somebody else wrote without the lease must not be taken for ours by the next run.
        writing.lease.require()
        writing.workspace.finish()
        raise
