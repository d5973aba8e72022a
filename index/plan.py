"""Folders against a generation: what there is to do. Must never know models, nor how it is done."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from index.files import File, walk
from index.generation import Generation
from index.parts.manifest import digest
from index.records import Document, Failure

Placed = TypeVar("Placed", Document, Failure)

# Dates of files tick in up to 2 s (FAT). A file written in the same tick as it was read looks as it
# did then, so one that was new at the time is compared by its bytes.
TICK_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync would do; nothing has been read yet but for comparing bytes.

    `renamed` holds (name so far, file now). `unchanged` documents stand as they are on disk now, a new
    date included. `failing` could not be read last time and have not changed since; `refused` will not
    be opened at all.
    """

    added: tuple[File, ...] = ()
    changed: tuple[File, ...] = ()
    renamed: tuple[tuple[str, File], ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: tuple[Document, ...] = ()
    failing: tuple[Failure, ...] = ()
    refused: tuple[Failure, ...] = ()

    @property
    def failed(self) -> tuple[Failure, ...]:
        """Return every failure known before anything is read, by name."""
        return tuple(sorted((*self.failing, *self.refused), key=lambda failure: failure.name))

    @property
    def reads(self) -> tuple[File, ...]:
        """Return the files to read, by name."""
        files = (*self.added, *self.changed, *(file for _, file in self.renamed))
        return tuple(sorted(files, key=lambda file: file.name))

    @property
    def everything(self) -> tuple[File, ...]:
        """Return the files to read when nothing that was read before counts, by name."""
        known = (*map(File.of, self.unchanged), *map(File.of, self.failing))
        files = {file.name: file for file in known}
        return tuple(sorted((*self.reads, *files.values()), key=lambda file: file.name))

    def again(self, names: Collection[str]) -> "Plan":
        """Return the plan with the files of these documents and failures read again as they stand."""
        changed = {d.file_name: File.of(d) for d in self.unchanged if d.name in names}
        failed = {f.file_name: File.of(f) for f in self.failing if f.name in names}
        files = changed | failed
        known = {d.file_name for d in self.unchanged}
        return replace(
            self,
            changed=(*self.changed, *(file for name, file in files.items() if name in known)),
            unchanged=tuple(d for d in self.unchanged if d.file_name not in files),
            added=(*self.added, *(file for name, file in files.items() if name not in known)),
            failing=tuple(f for f in self.failing if f.file_name not in files),
        )


def compare(previous: Generation | None, folders: Iterable[str], store: Path) -> Plan:
    """Return what there is to do for `folders` (absolute paths). Raises StoreError for one that is gone."""
    found = walk(folders, store)
    if previous is None:
        return Plan(added=found.files, refused=found.refused)
    started = int(datetime.fromisoformat(previous.manifest.created).timestamp() * 1e9)
    documents, failures = _by_file(previous.documents), _by_file(previous.failures)
    known = {file.name: file for file in found.files if file.name in documents}
    same = {name: file for name, file in known.items() if _same(documents[name], file, started)}
    failing = {
        file.name: failures[file.name]
        for file in found.files
        if file.name in failures and (file.name in same or file.name not in known)
        if all(_dated(failure, file, started) for failure in failures[file.name]) or file.name in same
    }
    new = [file for file in found.files if file.name not in known and file.name not in failing]
    gone = [document for document in previous.documents if document.file_name not in known]
    renamed = _renamed(new, gone)
    before, after = {name for name, _ in renamed}, {file.name for _, file in renamed}
    return Plan(
        added=tuple(file for file in new if file.name not in after),
        changed=tuple(file for name, file in known.items() if name not in same),
        renamed=renamed,
        deleted=tuple(document.name for document in gone if document.file_name not in before),
        unchanged=tuple(
            _as_found(document, file) for name, file in same.items() for document in documents[name]
        ),
        failing=tuple(failure for failed in failing.values() for failure in failed),
        refused=found.refused,
    )


def _by_file(placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    """Return what is known of each file on disk, by its name: one thing for each of its members."""
    files: dict[str, list[Placed]] = {}
    for each in placed:
        files.setdefault(each.file_name, []).append(each)
    return files


def _same(known: list[Document], file: File, started: int) -> bool:
    """Tell whether a file is what it was; one that is an archive is taken for changed without its date."""
    if all(_dated(document, file, started) for document in known):
        return True
    return not known[0].member and _same_bytes(known[0], file)


def _dated(known: Document | Failure, file: File, started: int) -> bool:
    """Tell whether size and date alone show that a file is what it was."""
    as_it_was = (known.path, known.size, known.mtime_ns) == (file.path, file.size, file.mtime_ns)
    return as_it_was and file.mtime_ns < started - TICK_NS


def _same_bytes(known: Document, file: File) -> bool:
    try:
        return known.size == file.size and digest(Path(file.path)) == known.sha256
    except OSError:
        return False  # reading it will say why


def _as_found(document: Document, file: File) -> Document:
    if File.of(document) == file:
        return document
    return replace(document, folder=file.folder, path=file.path, mtime_ns=file.mtime_ns)


def _renamed(new: Iterable[File], gone: Iterable[Document]) -> tuple[tuple[str, File], ...]:
    """Return (name so far, file now) for new files with the bytes of a document that is gone."""
    by_size: dict[int, list[Document]] = {}
    for document in (document for document in gone if not document.member):
        by_size.setdefault(document.size, []).append(document)
    pairs = []
    for file in new:
        candidates = by_size.get(file.size, [])
        match = next((document for document in candidates if _same_bytes(document, file)), None)
        if match:
            candidates.remove(match)
            pairs.append((match.name, file))
    return tuple(pairs)
