"""Checks a user's rights before each action on the folders."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from citeback.index.errors import AccessDenied, CitebackError
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import Document
from citeback.index.search.name_filter import NameFilter
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.plan import Plan
from citeback.page.state.folders import FolderActions, RemovedFile, SyncStep
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import BrowsableCorpus
from citeback.rag.rights import Rights, Role

_WILD = frozenset("*?[]!\\#")  # characters that make part of a pattern more than a folder name


@dataclass(frozen=True)
class RestrictedFolder:
    """The folders within the rights of `whose`; every method raises AccessDenied for an action beyond them.

    `everything` returns the whole index: a file to be deleted may also hold documents that the user cannot
    see.
    """

    tend: FolderActions
    whose: Rights
    everything: Callable[[], BrowsableCorpus]

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy a file into the first folder, or a subfolder that the user may write to; return its name."""
        self.whose.require(Role.EDITOR, "add documents")
        places = (inside, *plain_folders(self.whose.patterns))
        fitting = [place for place in places if self.whose.can_see(str(PurePosixPath(place, upload.name)))]
        if not fitting:
            patterns = ", ".join(self.whose.patterns)
            raise AccessDenied(f"{upload.name!r} was not added: you may only add documents named {patterns}.")
        return self.tend.add(upload, replace, fitting[0])

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[SyncStep]:
        """Sync the index with the folders; a user who may not see all of it gets no counts."""
        self.whose.require(Role.EDITOR, "update the index")
        if folders:
            self.whose.require(Role.ADMIN, "choose folders")
        for name in again:
            if not self.whose.can_see(name):
                raise CitebackError(f"No document {name!r} is indexed.")
        if gone and not all(map(self.whose.can_see, self._of(gone))):
            raise AccessDenied(
                "You may not remove these: the folder contains documents that you may not see."
            )
        yield from self._visible_steps(self.tend.rebuild(folders, again, gone))

    def upload_folder(self) -> str:
        """Return the folder that added files are copied to, or "" for a user who may not add any."""
        return self.tend.upload_folder() if self.whose.role.covers(Role.EDITOR) else ""

    def forget(self, folder: str) -> Iterator[SyncStep]:
        """Stop searching a folder; a user who may not see all of it may not."""
        self.whose.require(Role.ADMIN, "choose folders")
        everything = self.everything()
        within = [each.name for each in everything.documents if each.folder == folder]
        within += [each.name for each in everything.failures if each.folder == folder]
        if not all(map(self.whose.can_see, within)):
            raise AccessDenied("You may not remove this folder: it contains documents that you may not see.")
        yield from self._visible_steps(self.tend.forget(folder))

    def put_back(self, removed: RemovedFile) -> None:
        """Move a removed file back to its folder."""
        self.whose.require(Role.EDITOR, "put documents back")
        if not self.whose.can_see(removed.name):
            raise CitebackError(f"No document {removed.name!r} was deleted.")
        self.tend.put_back(removed)

    def _visible_steps(self, steps: Iterator[SyncStep]) -> Iterator[SyncStep]:
        """Return the steps of a sync, which count and name documents, as far as the user may see them."""
        return steps if self.whose.visible.empty else _without_figures(steps)

    def _of(self, gone: Sequence[str]) -> Iterator[str]:
        """Yield the names of the documents at or below the given paths."""
        absent = [each for each in self.tend.since().absent if each.folder in gone]
        yield from (name for each in absent for name in each.documents)
        yield from (each.name for each in self.everything().documents if each.path in gone)

    def remove(self, document: Document, whole: bool = False) -> str:
        """Move a document's file out of its folder; return its new path."""
        self.whose.require(Role.EDITOR, "delete documents")
        everything = self.everything()
        same = [each.name for each in everything.documents if each.path == document.path]
        same += [each.name for each in everything.failures if each.path == document.path]
        if not all(map(self.whose.can_see, (*same, document.file_name))):
            raise AccessDenied(
                f"{document.file_name} was not deleted: it contains documents that you may not see."
            )
        return self.tend.remove(document, whole)

    def since(self) -> Plan:
        """Return the changes in the folders since the last sync, as far as the user may see them."""
        return (
            visible_plan(self.tend.since(), self.whose.visible)
            if self.whose.role.covers(Role.EDITOR)
            else Plan()
        )

    def kept_generations(self) -> Sequence[KeptGeneration]:
        """Return the kept generations, which count all documents, or () for a user who may not go back."""
        unlimited = self.whose.role.covers(Role.ADMIN) and self.whose.visible.empty
        return self.tend.kept_generations() if unlimited else ()

    def go_back(self, number: int) -> str:
        """Go back to an earlier generation; return a message. A user who may not see all of it may not."""
        self.whose.require(Role.ADMIN, "go back to an earlier state of the index")
        if not self.whose.visible.empty:
            raise AccessDenied(
                "You may not go back to an earlier state: it may hold documents that you may not see."
            )
        return self.tend.go_back(number)


def plain_folders(patterns: Sequence[str]) -> list[str]:
    """Return the folders that patterns name without wildcards.

    >>> plain_folders(["reports/2024/**", "*.pdf", "!a/**", "notes/"])
    ['reports/2024', 'notes']
    """
    folders = []
    for pattern in patterns:
        parts = pattern.strip("/").split("/")
        wild = next((n for n, part in enumerate(parts) if _WILD & set(part)), len(parts))
        if wild and not pattern.startswith("!") and ".." not in parts:
            folders.append("/".join(parts[:wild]))
    return folders


def visible_plan(plan: Plan, may: NameFilter) -> Plan:
    """Return the part of a plan that concerns visible names."""
    return replace(
        plan,
        added=tuple(file for file in plan.added if may.matches(file.name)),
        changed=tuple(file for file in plan.changed if may.matches(file.name)),
        renamed=tuple((old, new) for old, new in plan.renamed if may.matches(old) and may.matches(new.name)),
        deleted=tuple(filter(may.matches, plan.deleted)),
        unchanged=tuple(document for document in plan.unchanged if may.matches(document.name)),
        still_failing=tuple(failure for failure in plan.still_failing if may.matches(failure.name)),
        rejected=tuple(failure for failure in plan.rejected if may.matches(failure.name)),
        held=tuple(document for document in plan.held if may.matches(document.name)),
        absent=tuple(_visible_missing(plan.absent, may)),
    )


def _visible_missing(absent: Sequence[MissingFolder], may: NameFilter) -> Iterator[MissingFolder]:
    """Yield absent folders with their visible documents; a user who sees only some is not asked."""
    for each in absent:
        documents = tuple(filter(may.matches, each.documents))
        if documents == each.documents:
            yield each
        elif documents:
            yield replace(each, documents=documents, confirmable=False)


def _without_figures(steps: Iterator[SyncStep]) -> Iterator[SyncStep]:
    """Replace the steps of a sync, which count all documents, by a start and an end message."""
    yield message("The index is being updated.")
    for _ in steps:
        pass
    yield message("The index is up to date.")
