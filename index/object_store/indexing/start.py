"""The starting point of a sync of an object store: the published generation, an interrupted run, a plan."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from citeback.index.addresses import is_address
from citeback.index.errors import CitebackError, DamagedGeneration, NoGeneration, OutdatedFormat
from citeback.index.files.scan import FolderScan, scan_folders
from citeback.index.generations.parts.manifest import VERSION, now
from citeback.index.object_store.arrow_rows import (
    DOCUMENT_FIELDS,
    FAILURE_FIELDS,
    checked_rows,
    documents_of,
    failures_of,
)
from citeback.index.object_store.generation import RemoteGeneration
from citeback.index.object_store.indexing.batch import MAX_FILES, fit_in_one
from citeback.index.object_store.indexing.buckets import scan_bucket, split_address
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.manifest import PublishedManifest
from citeback.index.object_store.place import SOURCE_SCHEMES, checked_address
from citeback.index.object_store.store import ObjectStore
from citeback.index.object_store.tables import COPIES, DOCUMENTS, FAILURES
from citeback.index.records import Document, Failure
from citeback.index.settings import Settings
from citeback.index.sync.building.start import identity, refuse_missing, resolve_folder
from citeback.index.sync.plan import Plan, compare

NEVER = "1970-01-01T00:00:00.000000+00:00"
"""When folders were listed, if nothing is known: then every date is too recent to be believed."""
NO_FOLDER = Path("/dev/null")


@dataclass(frozen=True, slots=True)
class Indexed:
    """The current contents of the tables, published or not."""

    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    created: str = NEVER


@dataclass(frozen=True, slots=True)
class Listing:
    """What folders and buckets held at a moment (`created`), for the generation `newest`, 0 for none."""

    newest: int = 0
    created: str = NEVER
    scans: Mapping[str, FolderScan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemoteStart:
    """The state of a sync before it reads any file.

    `before` is what the tables hold: what was published, or what an interrupted run added (`continued`).
    `rebuild` is the reason why everything is read again, if any. `numbers` are those of all generations.
    """

    published: RemoteGeneration | None
    before: Indexed
    plan: Plan
    folders: tuple[str, ...]
    settings: Settings
    created: str
    rebuild: str | None
    continued: bool
    notices: tuple[str, ...]
    numbers: tuple[int, ...] = ()

    @property
    def brief(self) -> bool:
        """Return whether this is done at one go: a kill loses no more of it than of a round."""
        gone = [*self.plan.deleted, *self.plan.renamed]
        return not self.continued and fit_in_one(self.plan.files_to_read) and len(gone) <= MAX_FILES

    @property
    def base(self) -> int:
        """Return the number of the published generation, 0 without one."""
        return self.published.number if self.published else 0

    @property
    def nothing_to_do(self) -> bool:
        """Return whether nothing is to be read or published."""
        kept = (*self.plan.unchanged, *self.plan.held)
        return not self.plan.files_to_read and not self.changes(kept, self.plan.failed)

    def changes(self, documents: Iterable[Document], failures: Iterable[Failure]) -> bool:
        """Return whether these differ from what is published by more than dates."""
        known = self.published
        if known is None or self.rebuild or known.notices:
            return True
        return (
            (self.folders, self.settings) != (known.folders, known.settings)
            or set(map(identity, documents)) != set(map(identity, known.documents))
            or set(map(identity, failures)) != set(map(identity, known.failures))
        )


def open_published(
    store: ObjectStore, numbers: Sequence[int]
) -> tuple[RemoteGeneration | None, tuple[str, ...]]:
    """Return the newest intact generation of these, or None, and notices about damaged ones."""
    try:
        generation = store.current(thorough=True, numbers=numbers)
    except NoGeneration:
        return None, ()
    except (DamagedGeneration, OutdatedFormat) as error:
        return None, (error.message,)
    return generation, generation.notices


def preview(store: ObjectStore, folders: Iterable[Path | str] = (), *, replacing: bool = False) -> Plan:
    """Return the plan of a sync without writing anything. Raises StoreError."""
    return plan_start(store, None, folders, replacing=replacing).plan


def plan_start(
    store: ObjectStore,
    opened: Callable[[], Workspace] | None,
    folders: Iterable[Path | str] = (),
    settings: Settings | None = None,
    *,
    replacing: bool = False,
    rebuild: bool | str = False,
    gone: Collection[str] = (),
    listed: Callable[[], Listing] = Listing,
) -> RemoteStart:
    """Compare folders and buckets with what is indexed.

    `opened` returns the tables, which may hold what an interrupted run added. `listed` may return what
    folders hold, which counts if the generation that named them is still the newest.

    Raises:
        StoreError: a folder or bucket does not exist or cannot be listed.
        NoGeneration: there are no folders to index.
    """
    created, numbers = now(), tuple(store.numbers())
    published, notices = open_published(store, numbers)
    outline = published or store.outline()
    remembered = outline.folders if outline else ()
    wanted = _wanted(outline, folders, replacing=replacing)
    if not wanted:
        raise NoGeneration(f"{store.path} has no folders to index.", "citeback index FOLDER")
    chosen = settings or (outline.settings if outline else Settings())
    with ThreadPoolExecutor(1) as pool:  # folders are listed while tables are read
        scans = pool.submit(_scans, wanted, listed, max(numbers, default=0), created)
        workspace = opened() if opened else None
        note = workspace.note if workspace and not rebuild else None
        continued = bool(note and note.continues(published.number if published else 0, chosen))
        reason = _rebuild_reason(published, chosen, rebuild) if published else None
        before = _before(published, workspace if continued else None, reason)
    found, created = scans.result()
    systems = published.manifest.file_systems if published else {}
    plan = compare(before, found, systems, remembered, gone)
    return RemoteStart(
        published=published,
        before=before,
        plan=plan,
        folders=wanted,
        settings=chosen,
        created=created,
        rebuild=reason,
        continued=continued,
        notices=notices,
        numbers=numbers,
    )


def list_early(
    known: Callable[[], PublishedManifest | None], folders: Iterable[Path | str], *, replacing: bool
) -> Listing:
    """List folders and buckets while the tables are opened; an empty listing if that is impossible."""
    try:
        outline, created = known(), now()
        wanted = _wanted(outline, folders, replacing=replacing)
        scans = {folder: _scanned(folder) for folder in wanted}
    except CitebackError:  # reported when the folders are listed again
        return Listing()
    return Listing(newest=outline.number if outline else 0, created=created, scans=scans)


def confirmed(
    plan: Callable[..., RemoteStart], decide: Callable[..., Collection[str]], again: Collection[str]
) -> RemoteStart:
    """Return the start, after deciding which folders that seem to be missing were deleted.

    Raises:
        StoreError: a folder cannot be listed, or its documents would be lost.
    """
    start = plan()
    if asked := tuple(each for each in start.plan.absent if each.confirmable):
        start = plan(gone=decide(asked))
    lossy = bool(start.rebuild and not start.continued) or not start.published
    refuse_missing(start.plan, lossy=lossy)
    return RemoteStart(
        **{name: getattr(start, name) for name in RemoteStart.__slots__ if name != "plan"},
        plan=start.plan.rereading(again),
    )


def rebuilding(plan: Callable[..., RemoteStart], reason: str) -> Callable[..., RemoteStart]:
    """Return a copy of the plan in which every file is read again, with the reason."""
    return partial(plan, rebuild=reason)


def indexed(workspace: Workspace, created: str) -> Indexed:
    """Return the contents of the tables."""
    if DOCUMENTS not in workspace.tables:
        return Indexed(created=created)
    relations = {
        row.pop("name"): row
        for row in checked_rows(workspace[COPIES].rows(("name", "copy_of", "near_of")), COPIES)
    }
    documents = documents_of(workspace[DOCUMENTS].rows(DOCUMENT_FIELDS), relations, DOCUMENTS)
    failures = failures_of(workspace[FAILURES].rows(FAILURE_FIELDS), FAILURES)
    return Indexed(
        documents=tuple(sorted(documents, key=lambda document: document.name)),
        failures=tuple(sorted(failures, key=lambda failure: failure.name)),
        created=created,
    )


def _before(published: RemoteGeneration | None, workspace: Workspace | None, reason: str | None) -> Indexed:
    created = published.created if published else NEVER
    if workspace:
        return indexed(workspace, created)
    if published is None or reason:
        return Indexed()
    return Indexed(documents=published.documents, failures=published.failures, created=created)


def _rebuild_reason(published: RemoteGeneration, settings: Settings, rebuild: bool | str) -> str | None:
    if rebuild:
        return rebuild if isinstance(rebuild, str) else "as requested"
    if published.manifest.citeback != VERSION:
        return f"indexed by Citeback {published.manifest.citeback}, this is {VERSION}"
    old, new = published.settings.cutting, settings.cutting
    differing = [f"{name} {old[name]} -> {new[name]}" for name in new if old[name] != new[name]]
    return f"other settings: {', '.join(differing)}" if differing else None


def _wanted(
    outline: PublishedManifest | RemoteGeneration | None, folders: Iterable[Path | str], *, replacing: bool
) -> tuple[str, ...]:
    """Return the folders to index: those that are known, unless these replace them, and these."""
    remembered = outline.folders if outline and not replacing else ()
    return tuple(dict.fromkeys((*remembered, *map(_resolved, folders))))


def _scans(
    wanted: Sequence[str], listed: Callable[[], Listing], newest: int, created: str
) -> tuple[tuple[FolderScan, ...], str]:
    """Return what folders hold, and since when: as listed before, if that was of the same generation."""
    before = listed()
    if before.newest == newest and all(folder in before.scans for folder in wanted):
        return tuple(before.scans[folder] for folder in wanted), before.created
    return tuple(map(_scanned, wanted)), created


def _resolved(folder: Path | str) -> str:
    if not is_address(folder):
        return resolve_folder(folder)
    base, pattern = split_address(checked_address_with_pattern(str(folder)))
    return f"{base}/{pattern}" if pattern else base


def checked_address_with_pattern(address: str) -> str:
    """Return the address of documents in a bucket. Raises SettingsError."""
    base, _ = split_address(address)
    checked_address(base, SOURCE_SCHEMES)
    return address


def _scanned(folder: str) -> FolderScan:
    if is_address(folder):
        return scan_bucket(folder)
    [scan] = scan_folders([folder], NO_FOLDER)
    return scan
