"""The files of a sync, read one after another and cut at once. Must never know vectors, nor what a model is.

Reading goes on in other processes while the model computes: whoever takes from `fresh` what the model is to
read next has the next files read meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from index.ahead import ahead
from index.errors import ReadError
from index.intake.copies import marked
from index.intake.take import Read, take
from index.making.begin import Start
from index.making.build import Cutter, Fresh
from index.parts.rowwriter import RowWriter
from index.records import Document, Failure, Source
from index.report import Stage, Watch


@dataclass(frozen=True)  # without slots: what is asked for often is found out once
class Gathered:
    """The documents of the next generation: those just read and those whose text is taken over."""

    read: tuple[Document, ...]
    kept: tuple[Document, ...]
    failures: tuple[Failure, ...]

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all of them, by name, copies marked (see `copies`)."""
        return marked((*self.read, *self.kept))

    def without(self, reasons: Mapping[str, str]) -> "Gathered":
        """Return the same, but documents of these names, and copies of them, could not be read after all."""
        why = {d.name: reason for d in self.documents if (reason := reasons.get(d.copy_of or d.name))}
        lost = [d.failed(why[d.name]) for d in (*self.read, *self.kept) if d.name in why]
        read, kept = (tuple(d for d in some if d.name not in why) for some in (self.read, self.kept))
        return Gathered(read, kept, tuple(sorted((*self.failures, *lost), key=lambda each: each.name)))

    @property
    def files(self) -> set[str]:
        """Return the names of all files that they are, or are within."""
        return {document.file_name for document in (*self.read, *self.kept)}

    @property
    def promoted(self) -> set[str]:
        """Return the names of those that were copies: they are cut now, though nothing read them."""
        before = {document.name for document in self.kept if document.copy_of}
        return {
            document.name for document in self.documents if document.name in before and not document.copy_of
        }


class Gathering:
    """Reads what there is to read; every text goes straight to disk."""

    def __init__(self, start: Start, read: Read, readers: int, writer: RowWriter, watch: Watch) -> None:
        plan, anew = start.plan, start.reread is not None
        self._files = plan.everything if anew else plan.reads
        self._kept = () if anew else plan.unchanged
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
        """Tell whether nothing was read: then there is nothing to read any more."""
        return self._first is None

    @property
    def share(self) -> float:
        """Return how much of what there is to read has been handed out, 0 to 1, by the bytes of the files."""
        return (self._past + self._within) / self._whole if self._whole else 1.0

    @property
    def gathered(self) -> Gathered:
        """Return what there is, once all has been read."""
        failures = sorted(self._failures, key=lambda failure: failure.name)
        return Gathered(tuple(self._read), self._kept, tuple(failures))

    def fresh(self, cutter: Cutter) -> Iterator[Fresh]:
        """Read and cut all files; yield what the model has to read of them."""
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
        """Return why a document cannot be cut, or nothing, and what the model has to read of it."""
        try:
            return "", cutter.ahead(document.name, source)
        except ReadError as error:
            return str(error), iter(())

    def _drop(self, document: Document, reason: str) -> None:
        """List a document as one that could not be read after all."""
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
                if isinstance(taken, Failure):
                    self._failures.append(taken)
                else:
                    self._writer.add_source(*taken)
                    self._read.append(taken[0])
                    yield taken
            self._past += file.size
        stage.end()
