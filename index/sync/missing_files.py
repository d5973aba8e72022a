"""Folders that seem to be gone, possibly because a disk is not mounted.

Their documents stay in the index until the folder is back or a user confirms that it was deleted.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from citeback.index.files.scan import FolderScan
from citeback.index.records import Document, Failure

Placed = TypeVar("Placed", Document, Failure)

NOW_EMPTY = "is empty now"
ON_OTHER_DISK = "is on another disk now, or its disk is not connected"
NOT_LISTABLE = "cannot be listed"


@dataclass(frozen=True, slots=True)
class MissingFolder:
    """A folder that seems to be gone, the reason, and the names of its documents.

    `confirmable` tells whether a user may confirm that the folder was deleted; not so for one that cannot be
    listed.

    >>> MissingFolder("/media/disk", NOW_EMPTY, ("a.txt", "b.txt")).message
    'The folder /media/disk is empty now. Its 2 documents stay in the index.'
    """

    folder: str
    reason: str
    documents: tuple[str, ...] = ()
    confirmable: bool = True

    @property
    def summary(self) -> str:
        """Return one sentence about the folder's state."""
        return f"The folder {self.folder} {self.reason}."

    @property
    def message(self) -> str:
        """Return the message for users: the folder's state and what happens to its documents."""
        many = len(self.documents)
        what = f"Its {many:,} documents stay" if many > 1 else "Its document stays"
        return f"{self.summary} {what} in the index." if many else self.summary

    def with_documents_of(self, documents: Iterable[Document]) -> "MissingFolder":
        """Return a copy that lists the given documents that are in the folder."""
        inside = tuple(
            d.name for d in documents if d.folder == self.folder or _is_inside(d.path, self.folder)
        )
        return replace(self, documents=inside)


ConfirmDeletion: TypeAlias = Callable[[tuple[MissingFolder, ...]], Collection[str]]
"""Chooses which of the missing folders or their files (paths) were deleted for good."""


def delete_nothing(_: tuple[MissingFolder, ...]) -> Collection[str]:
    """Treat nothing as deleted for good."""
    return ()


def missing_folders(
    trees: Iterable[FolderScan], noted: Mapping[str, str], gone: Collection[str] = ()
) -> tuple[MissingFolder, ...]:
    """Return the folders that seem to be missing or cannot be listed, except those in `gone`.

    `noted` maps each path to its file system at the last sync. A folder inside a missing one is not listed.
    """
    result: dict[str, MissingFolder] = {}
    for tree in trees:
        for each in _missing_folders(tree, noted):
            if not any(above in result or above in gone for above in _ancestors(each.folder)):
                result[each.folder] = each
    return tuple(result.values())


def _missing_folders(tree: FolderScan, noted: Mapping[str, str]) -> Iterator[MissingFolder]:
    folder = tree.folder
    if tree.reason:
        yield MissingFolder(folder, f"{NOT_LISTABLE}: {tree.reason}", confirmable=False)
    elif tree.empty and folder in tree.file_systems:
        yield MissingFolder(folder, NOW_EMPTY)
    inside = (place for place in sorted(noted) if place == folder or _is_inside(place, folder))
    for place in inside:
        if tree.file_systems.get(place) != noted[place] and not is_below(place, tree.unlisted):
            yield MissingFolder(place, ON_OTHER_DISK)


def possibly_missing(
    placed: Iterable[Placed],
    there: Collection[str],
    trees: Iterable[FolderScan],
    absent: Iterable[MissingFolder],
    gone: Collection[str],
) -> list[Placed]:
    """Return the indexed documents or failures that are not `there` (paths) but may still exist."""
    unlisted = {path for tree in trees for path in tree.unlisted}
    places = {each.folder for each in absent}
    return [
        each
        for each in placed
        if each.path not in there and each.path not in gone
        if each.folder in places or is_below(each.path, unlisted) or is_below(each.path, places)
    ]


def is_below(path: str, places: Collection[str]) -> bool:
    """Return whether a path equals or lies below one of the given paths."""
    return bool(places) and any(above in places for above in _ancestors(path))


def still_indexed(refused: Iterable[Failure], held: Iterable[Document]) -> Iterator[Failure]:
    """Yield the failures; one for a folder also says how many of its documents stay indexed."""
    failures = list(refused)
    unlisted = {failure.path for failure in failures if failure.reason.startswith(NOT_LISTABLE)}
    many = Counter(above for d in held for above in _ancestors(d.path) if above in unlisted)
    for failure in failures:
        if count := many[failure.path]:
            stays = f"{count:,} documents from it stay" if count > 1 else "one document from it stays"
            yield replace(failure, reason=f"{failure.reason}; {stays} in the index as read before")
        else:
            yield failure


def file_systems_to_record(
    trees: Iterable[FolderScan], waiting: Iterable[MissingFolder], noted: Mapping[str, str]
) -> dict[str, str]:
    """Return the file system of each path; for missing folders, the one recorded before."""
    folder_scans = tuple(trees)
    now = {place: system for tree in folder_scans for place, system in tree.file_systems.items()}
    unsure = {each.folder for each in waiting} | {path for tree in folder_scans for path in tree.unlisted}
    return now | {place: system for place, system in noted.items() if is_below(place, unsure)}


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _ancestors(path: str) -> Iterator[str]:
    """Yield a path and every directory above it.

    >>> list(_ancestors("/a/b"))
    ['/a/b', '/a', '/']
    """
    while True:
        yield path
        above = os.path.dirname(path)  # noqa: PTH120  pathlib takes ten times as long
        if above == path or not above:
            return
        path = above
