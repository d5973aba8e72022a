"""Compares folders with the previous generation and plans the sync."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from citeback.index.files import safe_open
from citeback.index.files.mounts import recorded_file_systems
from citeback.index.files.scan import File, FolderScan, assign_names, scan_folders
from citeback.index.records import Document, Failure
from citeback.index.sync.missing_files import (
    MissingFolder,
    file_systems_to_record,
    is_below,
    missing_folders,
    possibly_missing,
    still_indexed,
)

Placed = TypeVar("Placed", Document, Failure)

# Timestamps have a resolution of up to 2 s (FAT). A file that was written in the same tick as it was read may
# have changed unnoticed, so recently written files are compared byte by byte.
TICK_NS = 2_000_000_000


class IndexedBefore(Protocol):
    """What was indexed before, and when its folders were listed (UTC, ISO 8601)."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return all files that could not be read, by name."""

    @property
    def created(self) -> str:
        """Return when the folders were listed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a sync; files have been opened only to compare bytes.

    `renamed` holds pairs of (old name, file). `unchanged` documents carry their current dates.
    `still_failing` files could not be read last time and have not changed; `rejected` ones cannot be opened.
    `retried` names files that are read again only because they failed for a passing reason.

    `held` documents stay indexed although their files were not found, because their directory cannot be
    listed or lies in one of the `absent` folders. `file_systems` maps folders to file systems.
    """

    added: tuple[File, ...] = ()
    changed: tuple[File, ...] = ()
    renamed: tuple[tuple[str, File], ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: tuple[Document, ...] = ()
    still_failing: tuple[Failure, ...] = ()
    rejected: tuple[Failure, ...] = ()
    retried: frozenset[str] = frozenset()
    held: tuple[Document, ...] = ()
    absent: tuple[MissingFolder, ...] = ()
    file_systems: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Failure, ...]:
        """Return the failures known before reading, by name."""
        return tuple(sorted((*self.still_failing, *self.rejected), key=lambda failure: failure.name))

    @property
    def files_to_read(self) -> tuple[File, ...]:
        """Return the files to read, by name."""
        files = (*self.added, *self.changed, *(file for _, file in self.renamed))
        return tuple(sorted(files, key=lambda file: file.name))

    @property
    def all_files(self) -> tuple[File, ...]:
        """Return the files to read in a full rebuild, by name."""
        known = (*map(File.of, self.unchanged), *map(File.of, self.still_failing))
        files = {file.name: file for file in known}
        return tuple(sorted((*self.files_to_read, *files.values()), key=lambda file: file.name))

    def rereading(self, names: Collection[str]) -> "Plan":
        """Return a plan that also reads the files of these documents and failures again."""
        changed = {d.file_name: File.of(d) for d in self.unchanged if d.name in names}
        failed = {f.file_name: File.of(f) for f in self.still_failing if f.name in names}
        files = changed | failed
        known = {d.file_name for d in (*self.unchanged, *self.held)}
        return replace(
            self,
            changed=(*self.changed, *(file for name, file in files.items() if name in known)),
            unchanged=tuple(d for d in self.unchanged if d.file_name not in files),
            added=(*self.added, *(file for name, file in files.items() if name not in known)),
            still_failing=tuple(f for f in self.still_failing if f.file_name not in files),
        )


def plan_sync(
    previous: IndexedBefore | None,
    folders: Iterable[str],
    store: Path,
    remembered: Collection[str] = (),
    gone: Collection[str] = (),
) -> Plan:
    """Compare folders, given by absolute paths, with the previous generation.

    `remembered` are the folders indexed before, even if the generation cannot be read. Folders and files in
    `gone` count as deleted even if they seem to be on a missing disk.
    """
    return compare(previous, scan_folders(folders, store), recorded_file_systems(store), remembered, gone)


def compare(
    previous: IndexedBefore | None,
    folder_scans: tuple[FolderScan, ...],
    before: Mapping[str, str],
    remembered: Collection[str] = (),
    gone: Collection[str] = (),
) -> Plan:
    """Compare the contents of folders with the previous generation; see `plan_sync`.

    `before` maps folders to the file systems that they were on.
    """
    absent = missing_folders(folder_scans, before, gone)
    if previous is None:
        waiting = tuple(each for each in absent if each.folder in remembered)
        files, places = assign_names(folder_scans, {}), file_systems_to_record(folder_scans, waiting, before)
        return Plan(added=files.files, rejected=files.rejected, absent=waiting, file_systems=places)
    plan = _Comparison(previous=previous, folder_scans=folder_scans, absent=absent, gone=gone).plan()
    return replace(plan, file_systems=file_systems_to_record(folder_scans, plan.absent, before))


class _Comparison:
    """A generation compared with the current contents of its folders."""

    def __init__(
        self,
        previous: IndexedBefore,
        folder_scans: tuple[FolderScan, ...],
        absent: tuple[MissingFolder, ...],
        gone: Collection[str],
    ) -> None:
        self.previous, self.absent = previous, absent
        self.started = int(datetime.fromisoformat(previous.created).timestamp() * 1e9)
        self.unlisted = {path for tree in folder_scans for path in tree.unlisted}
        everything = {file.path: reason for tree in folder_scans for file, reason in tree.files}
        readable = {path for path, reason in everything.items() if not reason}
        self.away = possibly_missing(previous.documents, readable, folder_scans, absent, gone)
        self.unread = possibly_missing(previous.failures, everything, folder_scans, absent, gone)
        reserved = {d.file_name: d.path for d in self.away} | {f.file_name: f.path for f in self.unread}
        self.listing = assign_names(folder_scans, reserved)

    def plan(self) -> Plan:
        """Return the plan."""
        documents, failures = _by_file(self.previous.documents), _by_file(self.previous.failures)
        known = {file.name: file for file in self.listing.files if file.name in documents}
        same = self._same(known, documents)
        failing = self._failing(same, failures)
        new = [file for file in self.listing.files if file.name not in known and file.name not in failing]
        lost = [d for d in self.previous.documents if self._is_lost(d, known)]
        renamed = _find_renamed(new, lost)
        before, after = {name for name, _ in renamed}, {file.name for _, file in renamed}
        kept = {document.name for document in self.away} - before
        # A file that took too long to read and has not changed since keeps what was read before.
        resting = {name for name in known if name in failing and name not in same}
        held = tuple(d for d in self.previous.documents if d.name in kept or d.file_name in resting)
        absent = (each.with_documents_of(d for d in held if d.name in kept) for each in self.absent)
        plan = Plan(
            added=tuple(file for file in new if file.name not in after),
            changed=tuple(known[name] for name in known if name not in same and name not in failing),
            renamed=renamed,
            deleted=tuple(d.name for d in lost if d.file_name not in before and d.name not in kept),
            unchanged=tuple(
                _with_current_file(document, file)
                for name, file in same.items()
                for document in documents[name]
            ),
            still_failing=tuple(failure for failed in failing.values() for failure in failed),
            rejected=(*still_indexed(self.listing.rejected, held), *self.unread),
            held=held,
            absent=tuple(each for each in absent if each.documents or not each.confirmable),
        )
        return replace(plan, retried=_names_to_retry((*plan.added, *plan.changed), self.previous.failures))

    def _same(self, known: Mapping[str, File], documents: Mapping[str, list[Document]]) -> dict[str, File]:
        missed = {failure.file_name for failure in self.previous.failures if failure.retryable}
        return {
            name: file
            for name, file in known.items()
            if name not in missed and _same(documents[name], file, self.started)
        }

    def _failing(
        self, same: Mapping[str, File], failures: Mapping[str, list[Failure]]
    ) -> dict[str, list[Failure]]:
        """Return the failures of files that have not changed since, by file name."""
        return {
            file.name: failures[file.name]
            for file in self.listing.files
            if file.name in failures
            if file.name in same
            or all(_is_unchanged_by_date(each, file, self.started) for each in failures[file.name])
        }

    def _is_lost(self, document: Document, known: Mapping[str, File]) -> bool:
        return document.file_name not in known and not is_below(document.path, self.unlisted)


def _names_to_retry(files: Iterable[File], failures: Iterable[Failure]) -> frozenset[str]:
    """Return the names of files that are unchanged and failed for a passing reason."""
    tried = {(failure.name, failure.size): failure for failure in failures}
    results = ((file, tried.get((file.name, file.size))) for file in files)
    return frozenset(
        file.name
        for file, failed in results
        if failed and (failed.retryable or failed.mtime_ns == file.mtime_ns)
    )


def _by_file(placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    """Group documents or failures by the file on disk that holds them."""
    files: dict[str, list[Placed]] = {}
    for each in placed:
        files.setdefault(each.file_name, []).append(each)
    return files


def _same(known: list[Document], file: File, started: int) -> bool:
    """Return whether a file is unchanged; an archive with another date counts as changed."""
    if all(_is_unchanged_by_date(document, file, started) for document in known):
        return True
    return not known[0].member and _has_same_bytes(known[0], file)


def _is_unchanged_by_date(known: Document | Failure, file: File, started: int) -> bool:
    """Return whether size and date, or the ETag of an object, prove that a file is unchanged."""
    if file.etag:
        return (known.path, known.size, known.etag) == (file.path, file.size, file.etag)
    as_it_was = (known.path, known.size, known.mtime_ns) == (file.path, file.size, file.mtime_ns)
    return as_it_was and file.mtime_ns < started - TICK_NS


def _has_same_bytes(known: Document, file: File) -> bool:
    if file.etag or known.etag:
        return (known.size, known.etag) == (file.size, file.etag)
    try:
        return known.size == file.size and safe_open.digest(file.path, file.folder) == known.sha256
    except OSError:
        return False  # reading it reports the reason


def _with_current_file(document: Document, file: File) -> Document:
    if File.of(document) == file:
        return document
    return replace(document, folder=file.folder, path=file.path, mtime_ns=file.mtime_ns, etag=file.etag)


def _find_renamed(new: Iterable[File], gone: Iterable[Document]) -> tuple[tuple[str, File], ...]:
    """Return (old name, file) for each new file with the bytes of a document that is gone."""
    by_size: dict[int, list[Document]] = {}
    for document in (document for document in gone if not document.member):
        by_size.setdefault(document.size, []).append(document)
    pairs = []
    for file in new:
        candidates = by_size.get(file.size, [])
        match = next((document for document in candidates if _has_same_bytes(document, file)), None)
        if match:
            candidates.remove(match)
            pairs.append((match.name, file))
    return tuple(pairs)
