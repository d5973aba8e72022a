"""The starting point of a sync: the previous generation, the folders, the plan, and reasons to rebuild.

Nothing is written here, so previews use the same functions.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import Damaged, NoGeneration, Outdated, StoreError
from index.generation import Generation
from index.parts.manifest import VERSION, now, wrong_files
from index.plan import Plan, compare
from index.records import Document, Failure
from index.settings import Settings
from index.store import Store


@dataclass(frozen=True, slots=True)
class Start:
    """What a sync knows before it reads any file.

    `reread` is the reason for reading every file again, `recut` the reason for chunking every text again. If
    `due`, a new generation is published even if no file has changed. `created` is the start time, UTC in ISO
    8601.
    """

    previous: Generation | None
    folders: tuple[str, ...]
    settings: Settings
    plan: Plan
    created: str
    reread: str | None = None
    recut: str | None = None
    due: bool = False

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the previous generation."""
        return self.previous.documents if self.previous else ()

    @property
    def idle(self) -> bool:
        """Return whether there is nothing to read and nothing to publish."""
        kept = (*self.plan.unchanged, *self.plan.held)
        return not self.plan.reads and not self.changes(kept, self.plan.failed)

    def changes(self, documents: Iterable[Document], failures: Iterable[Failure]) -> bool:
        """Return whether these differ from the previous generation by more than dates."""
        before = self.previous.failures if self.previous else ()
        return (
            self.due
            or {_but_date(document) for document in documents} != {_but_date(d) for d in self.documents}
            or {_but_date(failure) for failure in failures} != {_but_date(failure) for failure in before}
        )


@contextmanager
def latest(store: Store) -> Iterator[tuple[Generation | None, tuple[str, ...]]]:
    """Yield the current generation, or None, and notices about damaged or outdated ones that were skipped."""
    try:
        previous = store.current(thorough=True)
    except NoGeneration:
        yield None, ()
        return
    except (Damaged, Outdated) as error:
        yield None, (error.message,)
        return
    with previous:
        yield previous, previous.notices


def begin(
    store: Store,
    previous: Generation | None,
    folders: Iterable[Path | str] = (),
    settings: Settings | None = None,
    *,
    replacing: bool = False,
    rebuild: bool = False,
    gone: Collection[str] = (),
) -> Start:
    """Compare folders with the previous generation.

    The folders are the remembered ones and those given, or only those given if `replacing`. `gone` is passed
    on to `compare`.

    Raises:
        StoreError: a given folder does not exist.
        NoGeneration: there are no folders to index.
    """
    created, before = now(), previous or store.outline()
    remembered = before.folders if before and not replacing else ()
    asked = tuple(dict.fromkeys((*remembered, *map(_resolved, folders))))
    if not asked:
        raise NoGeneration(f"{store.path} has no folders to index.", "citeback index FOLDER")
    wanted = settings or (before.settings if before else Settings())
    if previous is None:
        plan = compare(None, asked, store.path, before.folders if before else (), gone)
        return Start(None, asked, wanted, plan, created, due=True)
    reread = "as requested" if rebuild else _other_version(previous)
    recut = _other_settings(previous.settings, wanted)
    other = (asked, wanted) != (previous.folders, previous.settings)
    due = bool(reread or previous.notices or other)
    try:
        plan = compare(previous, asked, store.path, previous.folders, gone)
    except Damaged as error:
        plan = compare(None, asked, store.path, previous.folders, gone)
        reason = f"generation {previous.number} is damaged: {error.message}"
        return Start(None, asked, wanted, plan, created, reason, due=True)
    return Start(previous, asked, wanted, plan, created, reread, recut, due)


def listed(start: Start) -> Start:
    """Return the start if no document would be lost by mistake.

    Raises:
        StoreError: a folder cannot be listed, or documents in one cannot be reused because the index is
            damaged.
    """
    absent = start.plan.absent
    for each in absent:
        if not each.asked:
            raise StoreError(f"{each.lead} Nothing was changed.", "citeback index --replace FOLDER")
    if start.previous is None and (absent or start.plan.held):
        lead = absent[0].lead if absent else "Some documents are in folders that cannot be listed."
        raise StoreError(
            f"{lead} What was indexed from it can no longer be read, so nothing was changed.",
            "make the folder readable, then: citeback index (if it really is empty: citeback index --yes)",
        )
    return start


def sound(start: Start) -> Start:
    """Verify every checksum of the previous generation; if one is wrong, return a start that rebuilds."""
    if start.previous:
        for wrong in wrong_files(start.previous.directory, start.previous.manifest):
            reason = f"generation {start.previous.number} is damaged: {wrong}"
            return listed(replace(start, previous=None, reread=reason, due=True))
    return start


def _but_date(placed: Document | Failure) -> tuple[object, ...]:
    if isinstance(placed, Failure):
        return (placed.name, placed.folder, placed.path, placed.size, placed.reason, placed.member)
    return (placed.name, placed.folder, placed.path, placed.size, placed.sha256, placed.title, placed.kind)


def _resolved(folder: Path | str) -> str:
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


def _other_version(previous: Generation) -> str | None:
    """Return a reason to rebuild if another version indexed the files: readers and chunking may differ."""
    before = previous.manifest.citeback
    return None if before == VERSION else f"indexed by Citeback {before}, this is {VERSION}"


def _other_settings(before: Settings, after: Settings) -> str | None:
    old, new = before.cutting, after.cutting
    differing = [f"{name} {old[name]} -> {new[name]}" for name in new if old[name] != new[name]]
    return f"other settings: {', '.join(differing)}" if differing else None
