"""What a sync starts from: the generation so far, the folders, the plan, and why to rebuild.

Must never know models. Nothing is written here, so a preview is the same thing.
"""

from collections.abc import Iterable, Iterator
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
    """What is known before anything is read.

    `reread`: why every file is read again. `recut`: why every text is cut again. `due`: a new
    generation is published even if no file has changed. `created` as in the manifest.
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
        """Return the documents so far."""
        return self.previous.documents if self.previous else ()

    @property
    def idle(self) -> bool:
        """Tell whether there is nothing to read and nothing to publish."""
        return not self.plan.reads and not self.changes(self.plan.unchanged, self.plan.failed)

    def changes(self, documents: Iterable[Document], failures: Iterable[Failure]) -> bool:
        """Tell whether these would make another generation; a new date alone would not."""
        before = self.previous.failures if self.previous else ()
        return (
            self.due
            or {_but_date(document) for document in documents} != {_but_date(d) for d in self.documents}
            or {_but_date(failure) for failure in failures} != {_but_date(failure) for failure in before}
        )


@contextmanager
def latest(store: Store) -> Iterator[tuple[Generation | None, tuple[str, ...]]]:
    """Open the current generation, if there is a whole one, and say what was passed over to get there."""
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
) -> Start:
    """Compare the remembered folders and those given (`replacing`: only those) with a generation.

    Raises StoreError for a folder that is gone, and NoGeneration where there are no folders at all.
    """
    created, before = now(), previous or store.outline()
    remembered = before.folders if before and not replacing else ()
    asked = tuple(dict.fromkeys((*remembered, *map(_resolved, folders))))
    if not asked:
        raise NoGeneration(f"{store.path} has no folders to index.", "citeback index FOLDER")
    wanted = settings or (before.settings if before else Settings())
    if previous is None:
        return Start(None, asked, wanted, compare(None, asked, store.path), created, due=True)
    reread = "it was asked for" if rebuild else _other_version(previous)
    recut = _other_settings(previous.settings, wanted)
    other = (asked, wanted) != (previous.folders, previous.settings)
    due = bool(reread or previous.notices or other)
    try:
        plan = compare(previous, asked, store.path)
    except Damaged as error:
        plan = compare(None, asked, store.path)
        reason = f"generation {previous.number} is damaged: {error.message}"
        return Start(None, asked, wanted, plan, created, reason, due=True)
    return Start(previous, asked, wanted, plan, created, reread, recut, due)


def sound(start: Start) -> Start:
    """Return the start with every checksum compared, since what is taken over must not be damaged."""
    if start.previous:
        for wrong in wrong_files(start.previous.directory, start.previous.manifest):
            reason = f"generation {start.previous.number} is damaged: {wrong}"
            return replace(start, previous=None, reread=reason, due=True)
    return start


def _but_date(placed: Document | Failure) -> tuple[object, ...]:
    if isinstance(placed, Failure):
        return (placed.name, placed.folder, placed.path, placed.size, placed.reason, placed.member)
    return (placed.name, placed.folder, placed.path, placed.size, placed.sha256, placed.title, placed.kind)


def _resolved(folder: Path | str) -> str:
    path = Path(folder).expanduser().resolve()
    if not path.exists():
        raise StoreError(f"There is no folder {path}.", "citeback index FOLDER")
    return str(path)


def _other_version(previous: Generation) -> str | None:
    """Return a reason if another version read the files: it may have read or cut them otherwise."""
    before = previous.manifest.citeback
    return None if before == VERSION else f"indexed by Citeback {before}, this is {VERSION}"


def _other_settings(before: Settings, after: Settings) -> str | None:
    old, new = before.cutting, after.cutting
    differing = [f"{name} {old[name]} -> {new[name]}" for name in new if old[name] != new[name]]
    return f"other settings: {', '.join(differing)}" if differing else None
