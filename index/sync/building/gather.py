"""Reads the files of a sync and chunks each text as soon as it is read.

Worker processes read ahead while the consumer of `fresh` runs the embedding model.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

from citeback.index.errors import ReadError
from citeback.index.files.scan import File
from citeback.index.generations.parts.row_writer import RowWriter
from citeback.index.ordered_map import ordered_map
from citeback.index.records import STALE_PREFIX, Document, Failure, Source
from citeback.index.sandbox.read_file import PassingFailure, ReadFile, read_consistently
from citeback.index.sync.building.start import SyncStart
from citeback.index.sync.building.write_parts import Chunker, KeyedInput
from citeback.index.sync.duplicates import mark_duplicates
from citeback.index.sync.report import ProgressCallback, Stage


@dataclass(frozen=True)  # no slots, for cached_property
class GatheredDocuments:
    """The documents of the next generation: newly read ones and reused ones."""

    new: tuple[Document, ...]
    reused: tuple[Document, ...]
    failures: tuple[Failure, ...]

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name, with duplicates marked."""
        return mark_duplicates((*self.new, *self.reused))

    def failing(self, reasons: Mapping[str, str]) -> "GatheredDocuments":
        """Return this result with some documents, and their duplicates, turned into failures.

        `reasons` gives the reason for each document, by name.
        """
        why = {d.name: reason for d in self.documents if (reason := reasons.get(d.copy_of or d.name))}
        lost = [d.failed(why[d.name]) for d in (*self.new, *self.reused) if d.name in why]
        read, kept = (tuple(d for d in some if d.name not in why) for some in (self.new, self.reused))
        failures = sorted((*self.failures, *lost), key=lambda each: each.name)
        return GatheredDocuments(new=read, reused=kept, failures=tuple(failures))

    @property
    def files(self) -> set[str]:
        """Return the names of all files that hold documents."""
        return {document.file_name for document in (*self.new, *self.reused)}

    @property
    def new_originals(self) -> set[str]:
        """Return the documents that were duplicates and are now originals, so that they must be chunked."""
        before = {document.name for document in self.reused if document.copy_of}
        return {
            document.name for document in self.documents if document.name in before and not document.copy_of
        }


class SourceReader:
    """Reads and chunks the planned files, writing every text to disk at once; `begin` starts reading."""

    def __init__(
        self, start: SyncStart, read: ReadFile, readers: int, writer: RowWriter, watch: ProgressCallback
    ) -> None:
        plan, anew = start.plan, start.reread_reason is not None
        self._files = plan.all_files if anew else plan.files_to_read
        self._kept = _unchanged_documents(start, {file.name for file in self._files})
        self._before = _previous_by_file(start)
        self._take, self._readers = partial(read_consistently, read=read), readers
        self._writer, self._watch = writer, watch
        self._read: list[Document] = []
        self._failures = list(plan.rejected if anew else plan.failed)
        self._whole = sum(file.size for file in self._files)
        self._past, self._within = 0, 0.0
        self._sources = self._read_all()
        self._first: tuple[Document, Source] | None = None

    @classmethod
    def begin(
        cls, start: SyncStart, read: ReadFile, readers: int, writer: RowWriter, watch: ProgressCallback
    ) -> Self:
        """Start reading in `readers` threads, and wait for the first document."""
        reader = cls(start, read, readers, writer, watch)
        reader._first = next(reader._sources, None)
        return reader

    @property
    def exhausted(self) -> bool:
        """Return whether no unread document is left."""
        return self._first is None

    @property
    def progress(self) -> float:
        """Return the fraction of the input handed out so far, 0 to 1, by file size."""
        return (self._past + self._within) / self._whole if self._whole else 1.0

    @property
    def gathered(self) -> GatheredDocuments:
        """Return the documents and failures; complete once `read_and_chunk` is exhausted."""
        failures = sorted(self._failures, key=lambda failure: failure.name)
        return GatheredDocuments(new=tuple(self._read), reused=tuple(self._kept), failures=tuple(failures))

    def read_and_chunk(self, cutter: Chunker) -> Iterator[KeyedInput]:
        """Read and chunk all files; yield the chunks to encode."""
        cut = {(document.sha256, document.kind): "" for document in self._kept}
        while self._first:
            document, source = self._first
            self._first = None
            bytes_ = (document.sha256, document.kind)
            fresh: Iterator[KeyedInput] = iter(())
            if bytes_ not in cut:
                cut[bytes_], fresh = self._chunk(cutter, document, source)
            if cut[bytes_]:
                self._fail(document, cut[bytes_])
            yield from self._tracked(document, len(source.text), fresh)
            del source
            self._first = next(self._sources, None)

    def _chunk(self, cutter: Chunker, document: Document, source: Source) -> tuple[str, Iterator[KeyedInput]]:
        """Return the reason why a document cannot be chunked, or "", and the chunks to encode."""
        try:
            return "", cutter.chunk_ahead(document.name, source)
        except ReadError as error:
            return str(error), iter(())

    def _fail(self, document: Document, reason: str) -> None:
        """Turn a document into a failure."""
        self._writer.drop(document.name)
        self._read.remove(document)
        self._failures.append(document.failed(reason))

    def _tracked(self, document: Document, chars: int, fresh: Iterator[KeyedInput]) -> Iterator[KeyedInput]:
        whole, past = 0 if document.member else document.size, 0
        for one in fresh:
            self._within = whole * min(1.0, past / chars)
            past += len(one[1].text)
            yield one
        self._within = 0.0

    def _read_all(self) -> Iterator[tuple[Document, Source]]:
        stage = Stage(self._watch, "reading", "documents", len(self._files))
        for n, (file, all_taken) in enumerate(ordered_map(self._take, self._files, self._readers)):
            stage.at(n, file.name, self.progress)
            for taken in all_taken:
                if isinstance(taken, PassingFailure):
                    self._failures.append(self._keep_previous(file, taken))
                elif isinstance(taken, Failure):
                    self._failures.append(taken)
                else:
                    self._writer.add_source(*taken)
                    self._read.append(taken[0])
                    yield taken
            self._past += file.size
        stage.end()

    def _keep_previous(self, file: File, missed: PassingFailure) -> Failure:
        """Return the failure of an unreadable file, and keep its earlier version in the index."""
        before = self._before.get(file.name, ())
        self._kept += before
        message = f"{STALE_PREFIX} ({missed.reason}): answers come from what was read before"
        return Failure(
            name=missed.name,
            folder=missed.folder,
            path=missed.path,
            size=missed.size,
            mtime_ns=missed.mtime_ns,
            reason=message if before else missed.reason,
        )


def _unchanged_documents(start: SyncStart, read: Collection[str]) -> list[Document]:
    """Return the documents to reuse: all previous ones except those in the files to read."""
    known = (*start.plan.unchanged, *start.plan.held) if start.previous else ()
    return [document for document in known if document.file_name not in read]


def _previous_by_file(start: SyncStart) -> dict[str, list[Document]]:
    """Return the previous documents by the current name of their file."""
    names = {before: file.name for before, file in start.plan.renamed}
    result: dict[str, list[Document]] = {}
    for document in start.documents:
        result.setdefault(names.get(document.file_name, document.file_name), []).append(document)
    return result
