"""Reads the files of a sync and chunks each text as soon as it is read.

Worker processes read ahead while the consumer of `fresh` runs the embedding model.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from index.ahead import ahead
from index.errors import ReadError
from index.files import File
from index.intake.copies import marked
from index.intake.take import Missed, ReadFile, take
from index.making.begin import Start
from index.making.build import Cutter, Fresh
from index.parts.rowwriter import RowWriter
from index.records import LAST, Document, Failure, Source
from index.report import Stage, Watch


@dataclass(frozen=True)  # no slots, for cached_property
class Gathered:
    """The documents of the next generation: newly read ones and reused ones."""

    read: tuple[Document, ...]
    kept: tuple[Document, ...]
    failures: tuple[Failure, ...]

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name, with duplicates marked."""
        return marked((*self.read, *self.kept))

    def without(self, reasons: Mapping[str, str]) -> "Gathered":
        """Return this result with some documents, and their duplicates, turned into failures.

        `reasons` gives the reason for each document, by name.
        """
        why = {d.name: reason for d in self.documents if (reason := reasons.get(d.copy_of or d.name))}
        lost = [d.failed(why[d.name]) for d in (*self.read, *self.kept) if d.name in why]
        read, kept = (tuple(d for d in some if d.name not in why) for some in (self.read, self.kept))
        return Gathered(read, kept, tuple(sorted((*self.failures, *lost), key=lambda each: each.name)))

    @property
    def files(self) -> set[str]:
        """Return the names of all files that hold documents."""
        return {document.file_name for document in (*self.read, *self.kept)}

    @property
    def promoted(self) -> set[str]:
        """Return the documents that were duplicates and are now originals, so that they must be chunked."""
        before = {document.name for document in self.kept if document.copy_of}
        return {
            document.name for document in self.documents if document.name in before and not document.copy_of
        }


class Gathering:
    """Reads and chunks the planned files, writing every text to disk at once."""

    def __init__(self, start: Start, read: ReadFile, readers: int, writer: RowWriter, watch: Watch) -> None:
        plan, anew = start.plan, start.reread is not None
        self._files = plan.everything if anew else plan.reads
        self._kept = _kept(start, {file.name for file in self._files})
        self._before = _before(start)
        self._take, self._readers = partial(take, read=read), readers
        self._writer, self._watch = writer, watch
        self._read: list[Document] = []
        self._failures = list(plan.refused if anew else plan.failed)
        self._whole = sum(file.size for file in self._files)
        self._past, self._within = 0, 0.0
        self._sources = self._all()
        self._first = next(self._sources, None)

    @property
    def empty(self) -> bool:
        """Return whether no unread document is left."""
        return self._first is None

    @property
    def share(self) -> float:
        """Return the fraction of the input handed out so far, 0 to 1, by file size."""
        return (self._past + self._within) / self._whole if self._whole else 1.0

    @property
    def gathered(self) -> Gathered:
        """Return the documents and failures; complete once `fresh` is exhausted."""
        failures = sorted(self._failures, key=lambda failure: failure.name)
        return Gathered(tuple(self._read), tuple(self._kept), tuple(failures))

    def fresh(self, cutter: Cutter) -> Iterator[Fresh]:
        """Read and chunk all files; yield the chunks to encode."""
        cut = {(document.sha256, document.kind): "" for document in self._kept}
        while self._first:
            document, source = self._first
            self._first = None
            bytes_ = (document.sha256, document.kind)
            fresh: Iterator[Fresh] = iter(())
            if bytes_ not in cut:
                cut[bytes_], fresh = self._cut(cutter, document, source)
            if cut[bytes_]:
                self._drop(document, cut[bytes_])
            yield from self._counted(document, len(source.text), fresh)
            del source
            self._first = next(self._sources, None)

    def _cut(self, cutter: Cutter, document: Document, source: Source) -> tuple[str, Iterator[Fresh]]:
        """Return the reason why a document cannot be chunked, or "", and the chunks to encode."""
        try:
            return "", cutter.ahead(document.name, source)
        except ReadError as error:
            return str(error), iter(())

    def _drop(self, document: Document, reason: str) -> None:
        """Turn a document into a failure."""
        self._writer.drop(document.name)
        self._read.remove(document)
        self._failures.append(document.failed(reason))

    def _counted(self, document: Document, chars: int, fresh: Iterator[Fresh]) -> Iterator[Fresh]:
        whole, past = 0 if document.member else document.size, 0
        for one in fresh:
            self._within = whole * min(1.0, past / chars)
            past += len(one[1].text)
            yield one
        self._within = 0.0

    def _all(self) -> Iterator[tuple[Document, Source]]:
        stage = Stage(self._watch, "reading", "documents", len(self._files))
        for n, (file, all_taken) in enumerate(ahead(self._take, self._files, self._readers)):
            stage.at(n, file.name, self.share)
            for taken in all_taken:
                if isinstance(taken, Missed):
                    self._failures.append(self._missed(file, taken))
                elif isinstance(taken, Failure):
                    self._failures.append(taken)
                else:
                    self._writer.add_source(*taken)
                    self._read.append(taken[0])
                    yield taken
            self._past += file.size
        stage.end()

    def _missed(self, file: File, missed: Missed) -> Failure:
        """Return the failure of an unreadable file, and keep what was indexed from it before."""
        before = self._before.get(file.name, ())
        self._kept += before
        told = f"{LAST} ({missed.reason}): answers come from what was read before"
        where = (missed.name, missed.folder, missed.path, missed.size, missed.mtime_ns)
        return Failure(*where, told if before else missed.reason)


def _kept(start: Start, read: Collection[str]) -> list[Document]:
    """Return the documents to reuse: all previous ones except those in the files to read."""
    known = (*start.plan.unchanged, *start.plan.held) if start.previous else ()
    return [document for document in known if document.file_name not in read]


def _before(start: Start) -> dict[str, list[Document]]:
    """Return the previous documents by the current name of their file."""
    names = {before: file.name for before, file in start.plan.renamed}
    found: dict[str, list[Document]] = {}
    for document in start.documents:
        found.setdefault(names.get(document.file_name, document.file_name), []).append(document)
    return found
