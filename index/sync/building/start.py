"""The starting point of a sync: the previous generation, the folders, the plan, and reasons to rebuild.

Nothing is written here, so previews use the same functions.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from citeback.index.errors import DamagedGeneration, NoGeneration, OutdatedFormat, StoreError
from citeback.index.generations.generation import Generation
from citeback.index.generations.parts.manifest import VERSION, corrupt_files, now
from citeback.index.generations.store import Store
from citeback.index.records import Document, Failure
from citeback.index.settings import Settings
from citeback.index.sync.plan import Plan, plan_sync


@dataclass(frozen=True, slots=True)
class SyncStart:
    """The state of a sync before it reads any file.

    `reread_reason` is the reason for reading every file again, `rechunk_reason` the reason for chunking every
    text again. If `must_publish`, a new generation is published even if no file has changed. `created` is the
    start time, UTC in ISO 8601.
    """

    previous: Generation | None
    folders: tuple[str, ...]
    settings: Settings
    plan: Plan
    created: str
    reread_reason: str | None = None
    rechunk_reason: str | None = None
    must_publish: bool = False

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the previous generation."""
        return self.previous.documents if self.previous else ()

    @property
    def nothing_to_do(self) -> bool:
        """Return whether there is nothing to read and nothing to publish."""
        kept = (*self.plan.unchanged, *self.plan.held)
        return not self.plan.files_to_read and not self.changes(kept, self.plan.failed)

    def changes(self, documents: Iterable[Document], failures: Iterable[Failure]) -> bool:
        """Return whether these differ from the previous generation by more than dates."""
        before = self.previous.failures if self.previous else ()
        return (
            self.must_publish
            or {identity(document) for document in documents} != {identity(d) for d in self.documents}
            or {identity(failure) for failure in failures} != {identity(failure) for failure in before}
        )


@contextmanager
def open_latest(store: Store) -> Iterator[tuple[Generation | None, tuple[str, ...]]]:
    """Yield the current generation, or None, and notices about damaged or outdated ones that were skipped."""
    try:
        previous = store.current(thorough=True)
    except NoGeneration:
        yield None, ()
        return
    except (DamagedGeneration, OutdatedFormat) as error:
        yield None, (error.message,)
        return
    with previous:
        yield previous, previous.notices


def plan_start(
    store: Store,
    previous: Generation | None,
    folders: Iterable[Path | str] = (),
    settings: Settings | None = None,
    *,
    replacing: bool = False,
    rebuild: bool = False,
    gone: Collection[str] = (),
) -> SyncStart:
    """Compare folders with the previous generation.

    The folders are the remembered ones and those given, or only those given if `replacing`. `gone` is passed
    on to `plan_sync`.

    Raises:
        StoreError: a given folder does not exist.
        NoGeneration: there are no folders to index.
    """
    created, before = now(), previous or store.outline()
    remembered = before.folders if before else ()
    wanted = tuple(dict.fromkeys((*(() if replacing else remembered), *map(resolve_folder, folders))))
    if not wanted:
        raise NoGeneration(f"{store.path} has no folders to index.", "citeback index FOLDER")
    compare = partial(plan_sync, folders=wanted, store=store.path, remembered=remembered, gone=gone)
    anew = SyncStart(
        previous=None,
        folders=wanted,
        settings=settings or (before.settings if before else Settings()),
        plan=Plan(),
        created=created,
        must_publish=True,
    )
    if previous is None:
        return replace(anew, plan=compare(None))
    try:
        plan = compare(previous)
    except DamagedGeneration as error:
        return replace(anew, plan=compare(None), reread_reason=_damage(previous, error.message))
    reread = "as requested" if rebuild else _version_reason(previous)
    other = (wanted, anew.settings) != (previous.folders, previous.settings)
    return replace(
        anew,
        previous=previous,
        plan=plan,
        reread_reason=reread,
        rechunk_reason=_settings_reason(previous.settings, anew.settings),
        must_publish=bool(reread or previous.notices or other),
    )


def refuse_data_loss(start: SyncStart) -> SyncStart:
    """Return the start if no document would be lost by mistake.

    Raises:
        StoreError: a folder cannot be listed, or documents in one cannot be reused because the index is
            damaged.
    """
    refuse_missing(start.plan, lossy=start.previous is None)
    return start


def refuse_missing(plan: Plan, *, lossy: bool) -> None:
    """Raise StoreError if a folder cannot be listed, or, if `lossy`, documents would be lost with one."""
    absent = plan.absent
    for each in absent:
        if not each.confirmable:
            raise StoreError(f"{each.summary} Nothing was changed.", "citeback index --replace FOLDER")
    if lossy and (absent or plan.held):
        lead = absent[0].summary if absent else "Some documents are in folders that cannot be listed."
        raise StoreError(
            f"{lead} What was indexed from it can no longer be read, so nothing was changed.",
            "make the folder readable, then: citeback index (if it really is empty: citeback index --yes)",
        )


def verify_previous(start: SyncStart) -> SyncStart:
    """Verify every checksum of the previous generation; if one is wrong, return a start that rebuilds."""
    if start.previous:
        for wrong in corrupt_files(start.previous.directory, start.previous.manifest):
            reason = _damage(start.previous, wrong)
            return refuse_data_loss(replace(start, previous=None, reread_reason=reason, must_publish=True))
    return start


def identity(placed: Document | Failure) -> tuple[object, ...]:
    """Return what makes a difference to answers: all but dates."""
    if isinstance(placed, Failure):
        return (placed.name, placed.folder, placed.path, placed.size, placed.reason, placed.member)
    return (placed.name, placed.folder, placed.path, placed.size, placed.sha256, placed.title, placed.kind)


def resolve_folder(folder: Path | str) -> str:
    """Return the absolute path of a folder. Raises StoreError if there is none."""
    try:
        path = Path(folder).expanduser().resolve()
        exists = path.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"{str(folder)[:80]!r} is not a valid folder name.", "citeback index FOLDER"
        ) from error
    if not exists:
        raise StoreError(f"There is no folder {path}.", "citeback index FOLDER")
    return str(path)


def _damage(previous: Generation, problem: str) -> str:
    return f"generation {previous.number} is damaged: {problem}"


def _version_reason(previous: Generation) -> str | None:
    """Return a reason to rebuild if another version indexed the files: readers and chunking may differ."""
    before = previous.manifest.citeback
    return None if before == VERSION else f"indexed by Citeback {before}, this is {VERSION}"


def _settings_reason(before: Settings, after: Settings) -> str | None:
    old, new = before.cutting, after.cutting
    differing = [f"{name} {old[name]} -> {new[name]}" for name in new if old[name] != new[name]]
    return f"other settings: {', '.join(differing)}" if differing else None
