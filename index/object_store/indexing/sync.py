"""Brings an index on an object store up to date: compare, read, encode, write in rounds, publish.

Each round is committed, so a kill at any moment loses at most the round, and the next run goes on from there.
What is published changes only at the very end.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

from citeback.index.embedding.protocols import Encoder, LoadEncoder, NoEncoder
from citeback.index.errors import StoreLocked
from citeback.index.generations.parts.manifest import VERSION, Counts, now
from citeback.index.object_store import pruning
from citeback.index.object_store.indexing import frequencies, search_indexes, settle
from citeback.index.object_store.indexing.batch import Batch, BatchIndexer, BatchResult, batches, read_one
from citeback.index.object_store.indexing.known_vectors import KnownVectors
from citeback.index.object_store.indexing.rounds import Rounds
from citeback.index.object_store.indexing.start import RemoteStart, confirmed, plan_start, rebuilding
from citeback.index.object_store.indexing.workspace import RunNote, Workspace
from citeback.index.object_store.lease import Lease
from citeback.index.object_store.manifest import FORMAT, PublishedManifest
from citeback.index.object_store.store import ObjectStore
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS, TERMS
from citeback.index.ordered_map import ordered_map
from citeback.index.records import Document, Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.read_file import ReadFile, ReadPath, by_path
from citeback.index.settings import Settings
from citeback.index.sync.building.gather import GatheredDocuments
from citeback.index.sync.missing_files import ConfirmDeletion, delete_nothing
from citeback.index.sync.report import Progress, ProgressCallback, SyncReport, ignore_progress
from citeback.index.sync.sync import sync_report

AHEAD = 2
"""Batches that are worked on at once on this machine: one is read while another is encoded."""
STEPS = ("copies", "words", "indexes", "publish")

IndexBatches = Callable[[Iterable[Batch]], Iterator[BatchResult]]


@dataclass(frozen=True)
class RemoteSync:
    """One sync of an object store and its collaborators; see `citeback.index.any_sync.sync`.

    `read` reads files in this process instead of worker processes. `cluster` is the address of a Ray cluster
    whose actors do the work.
    """

    store: ObjectStore
    load: LoadEncoder
    progress: ProgressCallback = ignore_progress
    decide: ConfirmDeletion = delete_nothing
    pool: WorkerPool | None = None
    cluster: str | None = None
    read: ReadPath | None = None
    rounds: Rounds = field(default_factory=Rounds)

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
        with self.store.writing() as (run, lease):
            workspace = Workspace.open(self.store.place, run)
            plan = partial(plan_start, self.store, workspace, folders, settings, replacing=replacing)
            start = confirmed(partial(plan, rebuild=rebuild), self.decide, again)
            encoder = self.load(start.settings) if self._needs_model(start) else None
            before = start.published.fingerprint if start.published else ""
            if encoder and before not in ("", encoder.fingerprint) and not start.rebuild:
                reason = f"another embedding model: {before} -> {encoder.fingerprint}"
                start = confirmed(rebuilding(plan, reason), self.decide, again)
            try:
                return _Writing(
                    sync=self, workspace=workspace, lease=lease, start=start, encoder=encoder
                ).run(began)
            except StoreLocked:
                # What somebody else wrote without the lease must not be taken for ours by the next run.
                lease.require()
                workspace.finish()
                raise

    def _needs_model(self, start: RemoteStart) -> bool:
        """Return whether a text is to be encoded; files that failed before are read to see."""
        failed = {failure.file_name for failure in start.before.failures}
        files = start.plan.files_to_read
        if any(file.name not in failed for file in files):
            return True
        with self.reading() as (read, _):
            return any(isinstance(each, tuple) for file in files for each in read_one(file, read, {}))

    @contextmanager
    def reading(self) -> Iterator[tuple[ReadFile, WorkerPool | None]]:
        """Yield what reads files: a function of this process, or worker processes, which are yielded too."""
        if self.read:
            yield by_path(self.read), None
            return
        with nullcontext(self.pool) if self.pool else WorkerPool() as pool:
            yield pool.read_file, pool


@dataclass
class _Writing:
    """A run that holds the lease."""

    sync: RemoteSync
    workspace: Workspace
    lease: Lease
    start: RemoteStart
    encoder: Encoder | None
    embedded: int = 0

    def run(self, began: float) -> SyncReport:
        start = self.start
        if start.nothing_to_do and start.published:
            reused = (*start.plan.unchanged, *start.plan.held)
            return self._report(
                GatheredDocuments(new=(), reused=reused, failures=start.plan.failed), None, began
            )
        self._prepare()
        gathered = self._gather()
        manifest = None
        if start.changes(gathered.documents, gathered.failures):
            manifest = self._publish(gathered)
        self.workspace.finish()
        return self._report(gathered, manifest, began)

    def _prepare(self) -> None:
        """Record the run, and bring the tables to its starting versions."""
        start, workspace = self.start, self.workspace
        fingerprint = self._fingerprint
        RunNote.of(start.base, start.settings, fingerprint).write(workspace.place)
        if not start.continued:
            if start.rebuild or start.published is None:
                workspace.clear()
            else:
                workspace.restore(start.published.manifest)
        workspace.create_missing(self._dimension)
        if start.continued:
            settle.delete_orphans(workspace)

    def _gather(self) -> GatheredDocuments:
        """Index the files to read and delete what is gone; return the documents of the next generation."""
        plan, tables = self.start.plan, self.workspace
        by_file: dict[str, list[Document]] = {}
        for document in self.start.before.documents:
            by_file.setdefault(document.file_name, []).append(document)
        renamed = {file.name: before for before, file in plan.renamed}
        gone = [*plan.deleted, *renamed.values()]
        tables[DOCUMENTS].delete("name", gone)
        tables.delete_chunks(gone)

        def replaced(file_name: str) -> list[str]:
            return [d.name for d in by_file.get(file_name, ())]

        def reusable(file_name: str) -> list[str]:
            return [*replaced(file_name), *([renamed[file_name]] if file_name in renamed else ())]

        given = batches(plan.files_to_read, lambda file: reusable(file.name))
        total = len(plan.files_to_read)
        with self._indexing() as index:
            done = self.sync.rounds.written(tables, index(given), replaced, self.sync.progress, total)
        self.embedded = done.embedded
        kept = (*plan.unchanged, *plan.held, *(d for name in done.missed for d in by_file.get(name, ())))
        reused = tuple(d for d in dict.fromkeys(kept) if d.file_name not in done.kept_files)
        failures = sorted((*plan.failed, *done.failures), key=lambda failure: failure.name)
        return GatheredDocuments(new=tuple(done.documents), reused=reused, failures=tuple(failures))

    @contextmanager
    def _indexing(self) -> Iterator[IndexBatches]:
        """Yield what indexes batches: threads of this process, or the actors of a cluster."""
        if self.sync.cluster:
            from citeback.index.object_store.indexing.cluster import Cluster

            with Cluster.connected(self.sync.cluster) as cluster:
                yield partial(
                    cluster.index,
                    address=self.workspace.place.address,
                    settings=self.start.settings,
                    load=self.sync.load,
                    fingerprint=self._fingerprint,
                    known=(self._published_vectors.version, self._published_vectors.dimension),
                )
            return
        with self._indexer() as indexer:
            yield lambda given: (result for _, result in ordered_map(indexer.index, given, AHEAD))

    @contextmanager
    def _indexer(self) -> Iterator[BatchIndexer]:
        encoder = self.encoder or self._idle_encoder()
        language, place = self.start.settings.language, self.workspace.place
        with self.sync.reading() as (read, pool):
            yield BatchIndexer(
                place=place,
                encoder=encoder,
                language=language,
                read=read,
                readers=pool.count if pool else 1,
                known=self._published_vectors,
                find_boundaries=pool.cut if pool else None,
            )

    def _idle_encoder(self) -> Encoder:
        """Return a stand-in if nothing is to be encoded, as when a file fails again, or else the model."""
        if self.start.plan.files_to_read:
            return NoEncoder(self._fingerprint, self._dimension)
        self.encoder = self.sync.load(self.start.settings)
        return self.encoder

    def _publish(self, gathered: GatheredDocuments) -> PublishedManifest:
        """Bring everything in line with the documents, and make it the current generation."""
        start, workspace = self.start, self.workspace
        self._step("copies")
        with ThreadPoolExecutor(1) as pool:
            failures = pool.submit(settle.write_failures, workspace, gathered.failures)
            documents = settle.related(workspace, gathered.documents)
            changed = settle.write_relations(workspace, documents)
        failures.result()
        settle.write_moved(workspace, start.before.documents, gathered.reused)
        settle.move_chunks(
            workspace,
            documents,
            {document.name for document in gathered.new},
            changed,
            continued=start.continued,
            index=self._index_stored,
        )
        self._step("words")
        counts = self._count(gathered, changed)
        self._step("indexes")
        search_indexes.bring_up(workspace)
        self._step("publish")
        self.lease.require()
        numbers = self.sync.store.numbers()
        manifest = PublishedManifest(
            format=FORMAT,
            citeback=VERSION,
            number=1 + max(numbers, default=0),
            created=start.created,
            published=now(),
            folders=start.folders,
            settings=start.settings,
            fingerprint=self._fingerprint,
            dimension=self._dimension,
            counts=counts,
            tables=workspace.versions,
            file_systems=dict(start.plan.file_systems),
        )
        tags = self.sync.store.publish(manifest)
        pruning.prune(workspace.place, start.settings.keep, workspace.run, tags)
        self.sync.progress(Progress(stage="writing", done=len(STEPS), total=len(STEPS), unit="parts"))
        return manifest

    def _index_stored(self, pairs: Sequence[tuple[Document, Source]]) -> None:
        """Chunk and encode documents whose texts are stored already."""
        with self._indexer() as indexer:
            names = tuple(document.name for document, _ in pairs)
            written = indexer.write_chunks(Batch(number=0, files=(), replaced=names), pairs)
        self.workspace[CHUNKS].commit(written.fragments.get(CHUNKS, ()))
        self.embedded += written.embedded

    def _count(self, gathered: GatheredDocuments, changed: Collection[str]) -> Counts:
        """Update the term counts; return the counts of the generation."""
        workspace, published = self.workspace, self.start.published
        known = published.tables if published else {}
        before, now_there = known.get(CHUNKS), workspace.tables.get(CHUNKS)
        names = frequencies.changed_documents(known.get(DOCUMENTS), workspace[DOCUMENTS].dataset)
        documents = {*names, *changed}
        found = frequencies.difference(before, now_there.dataset if now_there else None, documents)
        if published:
            workspace[TERMS].restore(published.manifest.tables[TERMS])
        else:
            workspace[TERMS].clear()
        frequencies.add(workspace[TERMS], found.terms)
        frequencies.sum_up(workspace[TERMS])
        return Counts(
            documents=len(gathered.documents),
            failures=len(gathered.failures),
            chunks=now_there.dataset.count_rows() if now_there else 0,
            sentences=(published.manifest.counts.sentences if published else 0) + found.sentences,
        )

    def _report(
        self, gathered: GatheredDocuments, manifest: PublishedManifest | None, began: float
    ) -> SyncReport:
        published = self.start.published
        now_current = manifest or (published.manifest if published else None)
        if now_current is None:
            raise AssertionError("a sync that starts from nothing publishes")
        return sync_report(
            self.start.plan,
            gathered,
            generation=now_current.number,
            published=manifest is not None,
            chunks=now_current.counts.chunks,
            embedded=self.embedded,
            seconds=perf_counter() - began,
            rebuilt=self.start.rebuild,
            notices=self.start.notices,
        )

    @property
    def _published_vectors(self) -> KnownVectors:
        """Return the vectors that were published, if they are of the same model."""
        published = self.start.published
        if published is None or published.fingerprint != self._fingerprint or CHUNKS not in published.tables:
            return KnownVectors(self.workspace.place)
        version = published.manifest.tables[CHUNKS]
        return KnownVectors(
            place=self.workspace.place, version=version, dimension=published.manifest.dimension
        )

    @property
    def _fingerprint(self) -> str:
        published = self.start.published
        return self.encoder.fingerprint if self.encoder else published.fingerprint if published else ""

    @property
    def _dimension(self) -> int:
        published = self.start.published
        return self.encoder.dimension if self.encoder else published.manifest.dimension if published else 0

    def _step(self, name: str) -> None:
        self.sync.progress(
            Progress(stage="writing", done=STEPS.index(name), total=len(STEPS), unit="parts", item=name)
        )
