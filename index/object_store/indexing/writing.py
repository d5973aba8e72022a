"""A run that writes: brings the tables in line with the files, and publishes them as a generation."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

from citeback.index.embedding.protocols import Encoder
from citeback.index.generations.parts.manifest import VERSION, Counts, now
from citeback.index.object_store import pruning
from citeback.index.object_store.indexing import frequencies, search_indexes, settle
from citeback.index.object_store.indexing.batch import batches
from citeback.index.object_store.indexing.indexers import Indexers
from citeback.index.object_store.indexing.resources import SyncResources
from citeback.index.object_store.indexing.rounds import Written
from citeback.index.object_store.indexing.start import RemoteStart
from citeback.index.object_store.indexing.workspace import RunNote, Workspace
from citeback.index.object_store.lease import Lease
from citeback.index.object_store.manifest import FORMAT, PublishedManifest
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS, TERMS
from citeback.index.records import Document, Source
from citeback.index.sync.building.gather import GatheredDocuments
from citeback.index.sync.report import Progress, SyncReport
from citeback.index.sync.sync import sync_report

STEPS = ("copies", "words", "indexes", "publish")


@dataclass
class Writing:
    """A run that holds the lease.

    `written` is what its rounds have written, `gone` names the documents that were deleted.
    """

    resources: SyncResources
    workspace: Workspace
    lease: Lease
    start: RemoteStart
    encoder: Encoder | None
    embedded: int = 0
    written: Written = field(default_factory=Written)
    gone: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.indexers = Indexers(
            resources=self.resources, place=self.workspace.place, start=self.start, encoder=self.encoder
        )

    def run(self, began: float) -> SyncReport:
        """Write and publish, unless there is nothing to do."""
        start = self.start
        if start.nothing_to_do and start.published:
            reused = (*start.plan.unchanged, *start.plan.held)
            return self._report(
                GatheredDocuments(new=(), reused=reused, failures=start.plan.failed), None, began
            )
        self._prepare()
        with ThreadPoolExecutor(1) as pool:  # sketches are read while files are
            sketches = pool.submit(self._published_sketches)
            gathered = self._gather()
            manifest = None
            if start.changes(gathered.documents, gathered.failures):
                manifest = self._publish(gathered, sketches)
        self.workspace.finish()
        return self._report(gathered, manifest, began)

    @property
    def _from_published(self) -> bool:
        """Return whether the tables start as they were published."""
        return bool(self.start.published) and not (self.start.continued or self.start.rebuild)

    def _prepare(self) -> None:
        """Record the run, unless it is done at one go, and bring the tables to its starting versions."""
        start, workspace = self.start, self.workspace
        if start.brief:
            workspace.finish()
        else:
            workspace.begin(RunNote.of(start.base, start.settings, self.indexers.fingerprint))
        if not start.continued:
            if start.published and not start.rebuild:
                workspace.restore(start.published.manifest)
            else:
                workspace.restore(None)
        workspace.create_missing(self.indexers.dimension)
        if start.continued:
            settle.delete_orphans(workspace)

    def _gather(self) -> GatheredDocuments:
        """Index the files to read and delete what is gone; return the documents of the next generation."""
        plan, tables = self.start.plan, self.workspace
        by_file: dict[str, list[Document]] = {}
        for document in self.start.before.documents:
            by_file.setdefault(document.file_name, []).append(document)
        renamed = {file.name: before for before, file in plan.renamed}
        self.gone = [*plan.deleted, *renamed.values()]
        tables[DOCUMENTS].delete("name", self.gone)
        tables.delete_chunks(self.gone)

        def replaced(file_name: str) -> list[str]:
            return [d.name for d in by_file.get(file_name, ())]

        def reusable(file_name: str) -> list[str]:
            return [*replaced(file_name), *([renamed[file_name]] if file_name in renamed else ())]

        given = batches(plan.files_to_read, lambda file: reusable(file.name))
        total, watch = len(plan.files_to_read), self.resources.progress
        with self.indexers.indexing() as index:
            rounds, results = self.resources.rounds, index(given)
            done = rounds.written(tables, results, replaced, watch, total, resumable=not self.start.brief)
        self.embedded, self.written = done.embedded, done
        kept = (*plan.unchanged, *plan.held, *(d for name in done.missed for d in by_file.get(name, ())))
        reused = tuple(d for d in dict.fromkeys(kept) if d.file_name not in done.kept_files)
        failures = sorted((*plan.failed, *done.failures), key=lambda failure: failure.name)
        return GatheredDocuments(new=tuple(done.documents), reused=reused, failures=tuple(failures))

    def _published_sketches(self) -> Mapping[str, bytes] | None:
        """Return the sketches of the documents that were published, or None if the tables start otherwise."""
        published = self.start.published
        return settle.sketches(published.tables[DOCUMENTS]) if published and self._from_published else None

    def _publish(
        self, gathered: GatheredDocuments, sketches: Future[Mapping[str, bytes] | None]
    ) -> PublishedManifest:
        """Bring everything in line with the documents, and make it the current generation."""
        start, workspace = self.start, self.workspace
        self._step("copies")
        with ThreadPoolExecutor(1) as pool:
            failures = pool.submit(settle.write_failures, workspace, gathered.failures)
            before = sketches.result()
            known = settle.sketches(workspace[DOCUMENTS].dataset) if before is None else before
            documents = settle.related(gathered.documents, {**known, **self.written.sketches})
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
        counts = self._bring_up(gathered, changed)
        self._step("publish")
        self.lease.require()
        manifest = self._manifest(counts)
        self.resources.store.publish(manifest)
        pruning.forget(workspace.place, start.settings.keep, (manifest.number, *start.numbers))
        if not start.brief or self.lease.took_over or manifest.number % pruning.EVERY == 0:
            pruning.clean(workspace.place, workspace.run)
        self.resources.progress(Progress(stage="writing", done=len(STEPS), total=len(STEPS), unit="parts"))
        return manifest

    def _manifest(self, counts: Counts) -> PublishedManifest:
        start = self.start
        return PublishedManifest(
            format=FORMAT,
            citeback=VERSION,
            number=1 + max(start.numbers, default=0),
            created=start.created,
            published=now(),
            folders=start.folders,
            settings=start.settings,
            fingerprint=self.indexers.fingerprint,
            dimension=self.indexers.dimension,
            counts=counts,
            tables=self.workspace.versions,
            file_systems=dict(start.plan.file_systems),
        )

    def _index_stored(self, pairs: Sequence[tuple[Document, Source]]) -> None:
        """Chunk and encode documents whose texts are stored already."""
        made = self.indexers.index_stored(pairs)
        self.workspace[CHUNKS].commit(made.fragments.get(CHUNKS, ()))
        self.embedded += made.embedded

    def _bring_up(self, gathered: GatheredDocuments, changed: Collection[str]) -> Counts:
        """Update the indexes, and the term counts meanwhile; return the counts of the generation."""
        workspace = self.workspace
        chunks = workspace.tables.get(CHUNKS)
        self._step("words")
        rows = chunks.dataset.count_rows() if chunks else 0
        version = chunks.version if chunks else 0
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(self._count, version, changed)
            self._step("indexes")
            search_indexes.bring_up(workspace, (DOCUMENTS, CHUNKS))
        sentences = counting.result()
        published = self.start.published
        return Counts(
            documents=len(gathered.documents),
            failures=len(gathered.failures),
            chunks=rows,
            sentences=(published.manifest.counts.sentences if published else 0) + sentences,
        )

    def _count(self, version: int, changed: Collection[str]) -> int:
        """Update the term counts by a version of the chunks; return the difference in sentences."""
        workspace, published = self.workspace, self.start.published
        known = published.tables if published else {}
        if self._from_published:
            written = self.written
            names = {*self.gone, *written.replaced, *(document.name for document in written.documents)}
        else:
            documents = workspace[DOCUMENTS]
            names = set(
                frequencies.changed_documents(known.get(DOCUMENTS), documents.fixed(documents.version))
            )
        now_there = workspace[CHUNKS].fixed(version) if version else None
        found = frequencies.difference(known.get(CHUNKS), now_there, {*names, *changed})
        if published:
            workspace[TERMS].restore(published.manifest.tables[TERMS])
        else:
            workspace[TERMS].clear()
        frequencies.add(workspace[TERMS], found.terms)
        frequencies.sum_up(workspace[TERMS])
        search_indexes.bring_up(workspace, (TERMS,))
        return found.sentences

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

    def _step(self, name: str) -> None:
        self.resources.progress(
            Progress(stage="writing", done=STEPS.index(name), total=len(STEPS), unit="parts", item=name)
        )
