"""Checks a user's rights before each action on the folders."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from index.absent import Absence
from index.errors import CitebackError, Forbidden
from index.history import Kept
from index.names import Names
from index.plan import Plan
from index.records import Document, Failure
from index.report import Progress
from page.folder import Tend
from rag.rights import Rights, Role

_WILD = frozenset("*?[]!\\#")  # characters that make part of a pattern more than a folder name


class Indexed(Protocol):
    """The whole index, whoever may see it."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that is not in the index."""


@dataclass(frozen=True)
class Allowed:
    """The folders within the rights of `whose`; every method raises Forbidden for an action beyond them.

    `everything` returns the whole index: a file to be deleted may also hold documents that the user cannot
    see.
    """

    tend: Tend
    whose: Rights
    everything: Callable[[], Indexed]

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        """Copy a file into the first folder, or a subfolder that the user may write to; return its name."""
        self.whose.need(Role.EDITOR, "add documents")
        places = (inside, *plain(self.whose.patterns))
        fitting = [place for place in places if self.whose.see(str(PurePosixPath(place, upload.name)))]
        if not fitting:
            patterns = ", ".join(self.whose.patterns)
            raise Forbidden(f"{upload.name!r} was not added: you may only add documents named {patterns}.")
        return self.tend.add(upload, replace, fitting[0])

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[Progress | str]:
        """Sync the index with the folders; a user who may not see all of it gets no counts."""
        self.whose.need(Role.EDITOR, "update the index")
        if folders:
            self.whose.need(Role.ADMIN, "choose folders")
        for name in again:
            if not self.whose.see(name):
                raise CitebackError(f"No document {name!r} is indexed.")
        if gone and not all(map(self.whose.see, self._of(gone))):
            raise Forbidden("You may not remove these: the folder contains documents that you may not see.")
        steps = self.tend.rebuild(folders, again, gone)
        yield from steps if self.whose.may.empty else _without_figures(steps)

    def _of(self, gone: Sequence[str]) -> Iterator[str]:
        """Yield the names of the documents at or below the given paths."""
        absent = [each for each in self.tend.since().absent if each.folder in gone]
        yield from (name for each in absent for name in each.documents)
        yield from (each.name for each in self.everything().documents if each.path in gone)

    def remove(self, document: Document, whole: bool = False) -> str:
        """Move a document's file out of its folder; return its new path."""
        self.whose.need(Role.EDITOR, "delete documents")
        everything = self.everything()
        same = [each.name for each in everything.documents if each.path == document.path]
        same += [each.name for each in everything.failures if each.path == document.path]
        if not all(map(self.whose.see, (*same, document.file_name))):
            raise Forbidden(
                f"{document.file_name} was not deleted: it contains documents that you may not see."
            )
        return self.tend.remove(document, whole)

    def since(self) -> Plan:
        """Return the changes in the folders since the last sync, as far as the user may see them."""
        return seen(self.tend.since(), self.whose.may) if self.whose.role.covers(Role.EDITOR) else Plan()

    def kept(self) -> Sequence[Kept]:
        """Return the kept generations, or () for a user who may not go back to one."""
        return self.tend.kept() if self.whose.role.covers(Role.ADMIN) else ()

    def go_back(self, number: int) -> str:
        """Go back to an earlier generation; return a message."""
        self.whose.need(Role.ADMIN, "go back to an earlier state of the index")
        return self.tend.go_back(number)


def plain(patterns: Sequence[str]) -> list[str]:
    """Return the folders that patterns name without wildcards.

    >>> plain(["reports/2024/**", "*.pdf", "!a/**", "notes/"])
    ['reports/2024', 'notes']
    """
    folders = []
    for pattern in patterns:
        parts = pattern.strip("/").split("/")
        wild = next((n for n, part in enumerate(parts) if _WILD & set(part)), len(parts))
        if wild and not pattern.startswith("!") and ".." not in parts:
            folders.append("/".join(parts[:wild]))
    return folders


def seen(plan: Plan, may: Names) -> Plan:
    """Return the part of a plan that concerns visible names."""
    return replace(
        plan,
        added=tuple(file for file in plan.added if may.fits(file.name)),
        changed=tuple(file for file in plan.changed if may.fits(file.name)),
        renamed=tuple((old, new) for old, new in plan.renamed if may.fits(old) and may.fits(new.name)),
        deleted=tuple(filter(may.fits, plan.deleted)),
        unchanged=tuple(document for document in plan.unchanged if may.fits(document.name)),
        failing=tuple(failure for failure in plan.failing if may.fits(failure.name)),
        refused=tuple(failure for failure in plan.refused if may.fits(failure.name)),
        held=tuple(document for document in plan.held if may.fits(document.name)),
        absent=tuple(_absent(plan.absent, may)),
    )


def _absent(absent: Sequence[Absence], may: Names) -> Iterator[Absence]:
    """Yield absent folders with their visible documents; a user who sees only some is not asked."""
    for each in absent:
        documents = tuple(filter(may.fits, each.documents))
        if documents == each.documents:
            yield each
        elif documents:
            yield replace(each, documents=documents, asked=False)


def _without_figures(steps: Iterator[Progress | str]) -> Iterator[Progress | str]:
    """Replace the steps of a sync, which count all documents, by a start and an end message."""
    yield "The index is being updated."
    for _ in steps:
        pass
    yield "The index is up to date."
