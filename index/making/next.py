"""One run of a sync: read, chunk, encode, write the next generation, publish it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.cutting import Cuts, Cutting
from index.encoder import Encoder, Load, Unloaded
from index.generation import ROWS
from index.intake.take import ReadFile
from index.making.begin import Start
from index.making.build import (
    Cut,
    Cutter,
    Encoding,
    write_chunks,
    write_sentences,
    write_vectors,
    write_words,
    written,
)
from index.making.gather import Gathered, Gathering
from index.making.journal import Journal
from index.making.known import Known
from index.parts.layout import Part
from index.parts.manifest import FORMAT, VERSION, Counts, Manifest, now, survey
from index.parts.rows import Rows
from index.parts.rowwriter import RowWriter
from index.records import Source
from index.report import Progress, Watch
from index.store import Store
from index.terms import Analyzer

PARTS = ("vectors", "sentences", "words", "checksums", "disk", "publish")
"""The steps of the stage "writing", in order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run; `manifest` is None if nothing has changed."""

    gathered: Gathered
    manifest: Manifest | None = None
    embedded: int = 0
    rebuilt: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a sync and its collaborators; the caller holds the store's lock.

    `read` is called from `readers` threads. `cut` chunks sources in worker processes, for encoders that
    support it.
    """

    store: Store
    start: Start
    load: Load
    read: ReadFile
    readers: int
    watch: Watch
    cut: Callable[[Source, Cutting], Cuts] | None = None

    def __call__(self) -> Outcome:
        """Run the sync.

        Raises:
            ModelError: the embedding model cannot be loaded.
            Unwritten, OSError: the disk is full or failing.
        """
        directory, previous = self.store.begin(), self.start.previous
        before = previous.directory / ROWS if previous else None
        with closing(RowWriter(directory / ROWS, before)) as writer:
            gathering = Gathering(self.start, self.read, self.readers, writer, self.watch)
            if gathering.empty and not self._changed(gathering.gathered):
                return Outcome(gathering.gathered)
            encoder, recut = self._encoder(gathering)
            built = self._build(directory, writer, gathering, encoder, recut)
        if built is None:
            return Outcome(gathering.gathered)
        counts, embedded, gathered = built
        self._step("checksums")
        written(directory, counts, encoder.dimension)
        manifest = self._manifest(directory, encoder, counts)
        self._publish(manifest)
        return Outcome(gathered, manifest, embedded, self.start.reread or recut)

    def _changed(self, gathered: Gathered) -> bool:
        return self.start.changes(gathered.documents, gathered.failures)

    def _build(
        self, directory: Path, writer: RowWriter, gathering: Gathering, encoder: Encoder, recut: str | None
    ) -> tuple[Counts, int, Gathered] | None:
        """Write all parts; return the counts, the number of encoded chunks, and the documents.

        Returns None if what was read equals the previous generation.
        """
        with closing(Journal.open(self.store.journal, encoder.fingerprint)) as journal:
            known = Known(self.start.previous, journal, encoder.fingerprint)
            cutter = Cutter(encoder, Analyzer(self.start.settings.language), known, cut=self._cut(encoder))
            embedded = Encoding(encoder, known, self.watch, lambda: gathering.share)(gathering.fresh(cutter))
            gathered = gathering.gathered
            if not self._changed(gathered):
                return None
            self._take_over(writer, gathered)
            uncut: dict[str, str] = {}
            names = [document.name for document in gathered.documents if not document.copy_of]
            places = {} if recut else self._places(gathered, names)
            previous, failed = self.start.previous, uncut.__setitem__
            parts = write_chunks(writer, names, cutter, previous, places, self.watch, failed)
            gathered = self._without(writer, gathering, uncut)
            embedded += Encoding(encoder, known, self.watch, lambda: 1.0)(cutter.fresh())
            self._write(directory, writer, parts, known, encoder.dimension)
        return self._counts(writer, gathered), embedded, gathered

    def _cut(self, encoder: Encoder) -> Cut | None:
        cut, how = self.cut, encoder.cutting
        return (lambda source: cut(source, how)) if cut and how else None

    def _without(self, writer: RowWriter, gathering: Gathering, uncut: Mapping[str, str]) -> Gathered:
        """Return the documents without those that could not be chunked, which become failures."""
        gathered = gathering.gathered
        if not uncut:
            return gathered
        left = gathered.without(uncut)
        for lost in {each.name for each in gathered.documents} - {each.name for each in left.documents}:
            writer.drop(lost)
        writer.mark_copies(left.documents)
        writer.add_failures(set(left.failures) - set(gathered.failures))
        return left

    def _counts(self, writer: RowWriter, gathered: Gathered) -> Counts:
        documents, failures = len(gathered.documents), len(gathered.failures)
        return Counts(documents=documents, failures=failures, chunks=writer.rows, sentences=writer.sentences)

    def _take_over(self, writer: RowWriter, gathered: Gathered) -> None:
        """Copy the texts of unchanged documents, mark duplicates, and write failures."""
        if self.start.previous:
            before = set(self.start.previous.documents)
            moved = [document for document in gathered.kept if document not in before]
            writer.take_sources((document.name for document in gathered.kept), moved)
        writer.mark_copies(gathered.documents)
        writer.add_failures(gathered.failures)

    def _places(self, gathered: Gathered, names: Iterable[str]) -> dict[str, int]:
        """Return the previous index of each document whose chunks can be reused, by name."""
        kept = {document.name for document in gathered.kept} & set(names) - gathered.promoted
        return {d.name: n for n, d in enumerate(self.start.documents) if d.name in kept}

    def _encoder(self, gathering: Gathering) -> tuple[Encoder, str | None]:
        """Return the encoder, loaded only if needed, and the reason to chunk every text again, if any."""
        previous, recut = self.start.previous, self.start.recut
        before = previous.fingerprint if previous else ""
        if gathering.empty and not gathering.gathered.promoted and not (recut and gathering.gathered.kept):
            return Unloaded(before, previous.manifest.dimension if previous else 0), recut
        encoder = self.load(self.start.settings)
        if before not in ("", encoder.fingerprint):
            recut = recut or f"another embedding model: {before} -> {encoder.fingerprint}"
        return encoder, recut

    def _write(
        self, directory: Path, writer: RowWriter, parts: Sequence[Part], known: Known, dimension: int
    ) -> None:
        """Write vectors, sentence vectors and postings; the rows are already written."""
        writer.finish()
        with closing(Rows.open(directory / ROWS)) as rows, ThreadPoolExecutor(1, "words") as pool:
            words = pool.submit(write_words, directory, rows, writer.rows)
            self._step("vectors")
            write_vectors(directory, parts, known, dimension)
            self._step("sentences")
            write_sentences(directory, parts, known, (writer.sentences, dimension))
            self._step("words")
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
            files=survey(directory),
        )

    def _publish(self, manifest: Manifest) -> None:
        self._step("disk")
        self.store.seal(manifest)
        self._step("publish")
        self.store.publish(manifest)
        self.watch(Progress("writing", len(PARTS), len(PARTS), "parts"))

    def _step(self, part: str) -> None:
        self.watch(Progress("writing", PARTS.index(part), len(PARTS), "parts", part))
