"""One run of a sync: read, chunk, encode, write the next generation, publish it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking
from citeback.index.embedding.protocols import Encoder, LoadEncoder, NoEncoder
from citeback.index.generations.generation import ROWS
from citeback.index.generations.parts.manifest import (
    FORMAT,
    VERSION,
    Counts,
    Manifest,
    compute_checksums,
    now,
)
from citeback.index.generations.parts.row_sources import RowSource
from citeback.index.generations.parts.row_writer import RowWriter
from citeback.index.generations.parts.rows import RowReader
from citeback.index.generations.store import Store
from citeback.index.records import Source
from citeback.index.sandbox.read_file import ReadFile
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.building.gather import GatheredDocuments, SourceReader
from citeback.index.sync.building.journal import Journal
from citeback.index.sync.building.start import SyncStart
from citeback.index.sync.building.vector_cache import VectorCache
from citeback.index.sync.building.write_parts import (
    Chunker,
    EncodingStage,
    FindBoundaries,
    check_written,
    write_chunks,
    write_postings,
    write_sentence_vectors,
    write_vectors,
)
from citeback.index.sync.choose_languages import foreign_notices
from citeback.index.sync.report import Progress, ProgressCallback

WRITE_STEPS = ("vectors", "sentences", "words", "checksums", "disk", "publish")
"""The steps of the stage "writing", in order."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a run; `manifest` is None if nothing has changed."""

    gathered: GatheredDocuments
    manifest: Manifest | None = None
    embedded: int = 0
    rebuilt: str | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GenerationBuilder:
    """One run of a sync and its collaborators; the caller holds the store's lock.

    `read` is called from `readers` threads. `find_boundaries` chunks sources in worker processes, for
    encoders that support it.
    """

    store: Store
    start: SyncStart
    load: LoadEncoder
    read: ReadFile
    readers: int
    watch: ProgressCallback
    find_boundaries: Callable[[Source, Chunking], ChunkBoundaries] | None = None

    def run(self) -> BuildResult:
        """Run the sync.

        Raises:
            ModelError: the embedding model cannot be loaded.
            WriteError, OSError: the disk is full or failing.
        """
        directory, previous = self.store.new_build(), self.start.previous
        before = previous.directory / ROWS if previous else None
        with closing(RowWriter.open(directory / ROWS, before)) as writer:
            gathering = SourceReader.begin(
                start=self.start, read=self.read, readers=self.readers, writer=writer, watch=self.watch
            )
            if gathering.exhausted and not self._changed(gathering.gathered):
                return BuildResult(gathering.gathered)
            encoder, recut = self._encoder(gathering)
            built = self._build(directory, writer, gathering, encoder, recut)
        if built is None:
            return BuildResult(gathering.gathered)
        counts, embedded, gathered, languages = built
        self._report_step("checksums")
        check_written(directory, counts, encoder.dimension)
        manifest = self._manifest(directory, encoder, counts)
        self._publish(manifest)
        return BuildResult(
            gathered=gathered,
            manifest=manifest,
            embedded=embedded,
            rebuilt=self.start.reread_reason or recut,
            notices=foreign_notices(languages, self.start.settings.language),
        )

    def _changed(self, gathered: GatheredDocuments) -> bool:
        return self.start.changes(gathered.documents, gathered.failures)

    def _build(
        self, directory: Path, writer: RowWriter, gathering: SourceReader, encoder: Encoder, recut: str | None
    ) -> tuple[Counts, int, GatheredDocuments, Mapping[str, int]] | None:
        """Write all parts; return the counts, the chunks encoded, the documents, and their languages.

        Returns None if what was read equals the previous generation.
        """
        with closing(Journal.open(self.store.journal, encoder.fingerprint)) as journal:
            known = VectorCache.of_model(encoder.fingerprint, self.start.previous, journal)
            cutter = Chunker(
                encoder, Analyzer(self.start.settings.language), known, cut=self._boundary_finder(encoder)
            )
            reading = EncodingStage(
                encoder=encoder, known=known, watch=self.watch, share=lambda: gathering.progress
            )
            embedded = reading.encode(gathering.read_and_chunk(cutter))
            gathered = gathering.gathered
            if not self._changed(gathered):
                return None
            self._reuse_documents(writer, gathered)
            uncut: dict[str, str] = {}
            names = [document.name for document in gathered.documents if not document.copy_of]
            places = {} if recut else self._reusable_positions(gathered, names)
            previous, failed = self.start.previous, uncut.__setitem__
            parts = write_chunks(writer, names, cutter, previous, places, self.watch, failed)
            gathered = self._drop_failed(writer, gathering, uncut)
            rest = EncodingStage(encoder=encoder, known=known, watch=self.watch, share=lambda: 1.0)
            embedded += rest.encode(cutter.take_inputs())
            self._write(directory, writer, parts, known, encoder.dimension)
        return self._counts(writer, gathered), embedded, gathered, cutter.languages

    def _boundary_finder(self, encoder: Encoder) -> FindBoundaries | None:
        cut, how = self.find_boundaries, encoder.chunking
        return (lambda source: cut(source, how.of_text(source.text))) if cut and how else None

    def _drop_failed(
        self, writer: RowWriter, gathering: SourceReader, uncut: Mapping[str, str]
    ) -> GatheredDocuments:
        """Return the documents without those that could not be chunked, which become failures."""
        gathered = gathering.gathered
        if not uncut:
            return gathered
        left = gathered.failing(uncut)
        for lost in {each.name for each in gathered.documents} - {each.name for each in left.documents}:
            writer.drop(lost)
        writer.mark_duplicates(left.documents)
        writer.add_failures(set(left.failures) - set(gathered.failures))
        return left

    def _counts(self, writer: RowWriter, gathered: GatheredDocuments) -> Counts:
        documents, failures = len(gathered.documents), len(gathered.failures)
        return Counts(documents=documents, failures=failures, chunks=writer.rows, sentences=writer.sentences)

    def _reuse_documents(self, writer: RowWriter, gathered: GatheredDocuments) -> None:
        """Copy the texts of unchanged documents, mark duplicates, and write failures."""
        if self.start.previous:
            before = set(self.start.previous.documents)
            moved = [document for document in gathered.reused if document not in before]
            writer.copy_sources((document.name for document in gathered.reused), moved)
        writer.mark_duplicates(gathered.documents)
        writer.add_failures(gathered.failures)

    def _reusable_positions(self, gathered: GatheredDocuments, names: Iterable[str]) -> dict[str, int]:
        """Return the previous index of each document whose chunks can be reused, by name."""
        kept = {document.name for document in gathered.reused} & set(names) - gathered.new_originals
        return {d.name: n for n, d in enumerate(self.start.documents) if d.name in kept}

    def _encoder(self, gathering: SourceReader) -> tuple[Encoder, str | None]:
        """Return the encoder, loaded only if needed, and the reason to chunk every text again, if any."""
        previous, recut = self.start.previous, self.start.rechunk_reason
        before = previous.fingerprint if previous else ""
        if (
            gathering.exhausted
            and not gathering.gathered.new_originals
            and not (recut and gathering.gathered.reused)
        ):
            return NoEncoder(before, previous.manifest.dimension if previous else 0), recut
        encoder = self.load(self.start.settings)
        if before not in ("", encoder.fingerprint):
            recut = recut or f"another embedding model: {before} -> {encoder.fingerprint}"
        return encoder, recut

    def _write(
        self,
        directory: Path,
        writer: RowWriter,
        parts: Sequence[RowSource],
        known: VectorCache,
        dimension: int,
    ) -> None:
        """Write vectors, sentence vectors and postings; the rows are already written."""
        writer.finish()
        with closing(RowReader.open(directory / ROWS)) as rows, ThreadPoolExecutor(1, "words") as pool:
            words = pool.submit(write_postings, directory, rows, writer.rows)
            self._report_step("vectors")
            write_vectors(directory, parts, known, dimension)
            self._report_step("sentences")
            write_sentence_vectors(directory, parts, known, (writer.sentences, dimension))
            self._report_step("words")
            words.result()

    def _manifest(self, directory: Path, encoder: Encoder, counts: Counts) -> Manifest:
        return Manifest(
            format=FORMAT,
            citeback=VERSION,
            number=self.store.next_number(),
            created=self.start.created,
            published=now(),
            folders=self.start.folders,
            settings=self.start.settings,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            counts=counts,
            files=compute_checksums(directory),
        )

    def _publish(self, manifest: Manifest) -> None:
        self._report_step("disk")
        self.store.seal(manifest)
        self._report_step("publish")
        self.store.publish(manifest)
        self._report(len(WRITE_STEPS))

    def _report_step(self, part: str) -> None:
        self._report(WRITE_STEPS.index(part), part)

    def _report(self, done: int, part: str = "") -> None:
        self.watch(Progress(stage="writing", done=done, total=len(WRITE_STEPS), unit="parts", item=part))
