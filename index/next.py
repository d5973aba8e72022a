"""One run of a sync: reads, cuts, encodes and writes the next generation, and publishes it.

Must never know which folders were asked for, nor what a report looks like. See `sync` for the order.
"""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.ahead import ahead
from index.begin import Start
from index.build import Cutter, encode, write_chunks, write_sentences, write_vectors, write_words
from index.checks import counted
from index.encoder import Encoder, Load, Unloaded
from index.generation import ROWS
from index.journal import Journal
from index.known import Known
from index.manifest import FORMAT, VERSION, Counts, Manifest, survey
from index.records import Document, Failure
from index.report import Progress, Watch
from index.rows import Rows
from index.rowwriter import RowWriter
from index.store import Store
from index.take import Read, take
from index.terms import Analyzer

PARTS = ("vectors", "sentences", "words", "checksums", "disk", "publish")
"""The steps of the stage "writing", in order."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of the next generation: those just read and those whose text is taken over."""

    read: tuple[Document, ...]
    kept: tuple[Document, ...]
    failures: tuple[Failure, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return all of them, by name."""
        return tuple(sorted((*self.read, *self.kept), key=lambda document: document.name))

    @property
    def names(self) -> list[str]:
        """Return the names of all of them, sorted."""
        return [document.name for document in self.documents]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `manifest` is that of the new generation, None where it is the same as before."""

    gathered: Gathered
    manifest: Manifest | None = None
    embedded: int = 0
    rebuilt: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The collaborators of one run; `read` is called by `readers` threads. The store's lock is held."""

    store: Store
    start: Start
    load: Load
    read: Read
    readers: int
    watch: Watch

    def __call__(self) -> Outcome:
        """Do it. Raises ModelError from `load`, OSError where the disk is full."""
        directory = self.store.begin()
        with ExitStack() as stack:
            writer = stack.enter_context(closing(RowWriter(directory / ROWS)))
            gathered = self._gather(writer)
            if not self.start.changes(gathered.documents, gathered.failures):
                return Outcome(gathered)
            sources = self._sources(writer, gathered)
            encoder, recut = self._encoder(gathered)
            journal = stack.enter_context(closing(Journal.open(self.store.journal, encoder.fingerprint)))
            known = Known(self.start.previous, journal, encoder.fingerprint)
            analyzer = Analyzer(self.start.settings.language)
            same = None if recut else self.start.previous
            cutter = Cutter(encoder, analyzer, known, same, gathered.kept)
            write_chunks(writer, sources, gathered.names, cutter, self.watch)
            encode(encoder, cutter.missing, known, self.watch)
            counts = self._write(directory, sources, known, encoder.dimension)
        self._step("checksums")
        manifest = self._manifest(directory, encoder, counts)
        self._publish(manifest)
        return Outcome(gathered, manifest, len(cutter.missing), self.start.reread or recut)

    def _gather(self, writer: RowWriter) -> Gathered:
        """Read every file there is to read; its text goes straight to disk."""
        plan, anew = self.start.plan, self.start.reread is not None
        files = plan.everything if anew else plan.reads
        read, failures = [], list(plan.refused if anew else plan.failed)
        for n, (file, taken) in enumerate(ahead(partial(take, read=self.read), files, self.readers)):
            self.watch(Progress("reading", n, len(files), "documents", file.name))
            if isinstance(taken, Failure):
                failures.append(taken)
            else:
                writer.add_source(*taken)
                read.append(taken[0])
        self.watch(Progress("reading", len(files), len(files), "documents"))
        failures.sort(key=lambda failure: failure.name)
        return Gathered(tuple(read), () if anew else plan.unchanged, tuple(failures))

    def _sources(self, writer: RowWriter, gathered: Gathered) -> Rows:
        """Take over the texts of unchanged documents; return all texts."""
        if previous := self.start.previous:
            for document in gathered.kept:
                writer.add_source(document, previous.source(document.name))
        writer.add_failures(gathered.failures)
        return writer.reader()

    def _encoder(self, gathered: Gathered) -> tuple[Encoder, str | None]:
        """Return the model, loaded only if it is needed, and why every text is cut again, if it is."""
        previous, recut = self.start.previous, self.start.recut
        before = previous.fingerprint if previous else ""
        if not gathered.read and not (recut and gathered.kept):
            return Unloaded(before, previous.manifest.dimension if previous else 0), recut
        encoder = self.load(self.start.settings)
        if before not in ("", encoder.fingerprint):
            recut = recut or f"another embedding model: {before} -> {encoder.fingerprint}"
        return encoder, recut

    def _write(self, directory: Path, sources: Rows, known: Known, dimension: int) -> Counts:
        """Write everything but the rows, which are there already."""
        keys, counts = [key for key, _, _ in sources.places()], counted(sources)
        self._step("vectors")
        write_vectors(directory, keys, known, dimension)
        self._step("sentences")
        write_sentences(directory, keys, known, (counts.sentences, dimension))
        self._step("words")
        write_words(directory, sources, counts.chunks)
        return counts

    def _manifest(self, directory: Path, encoder: Encoder, counts: Counts) -> Manifest:
        return Manifest(
            format=FORMAT,
            citeback=VERSION,
            number=max(self.store.numbers(), default=0) + 1,
            created=self.start.created,
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
