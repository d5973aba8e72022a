"""Folders that seem to be gone, possibly because a disk is not mounted.

Their documents stay in the index until the folder is back or a user confirms that it was deleted.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from index.files import Tree
from index.records import Document, Failure

Placed = TypeVar("Placed", Document, Failure)

EMPTY = "is empty now"
ELSEWHERE = "is on another disk now, or its disk is not connected"
REFUSED = "cannot be listed"


@dataclass(frozen=True, slots=True)
class Absence:
    """A folder that seems to be gone, the reason, and the names of its documents.

    `asked` tells whether a user may confirm that the folder was deleted; not so for one that cannot be
    listed.

    >>> Absence("/media/disk", EMPTY, ("a.txt", "b.txt")).told
    'The folder /media/disk is empty now. Its 2 documents stay in the index.'
    """

    folder: str
    reason: str
    documents: tuple[str, ...] = ()
    asked: bool = True

    @property
    def lead(self) -> str:
        """Return one sentence about the folder's state."""
        return f"The folder {self.folder} {self.reason}."

    @property
    def told(self) -> str:
        """Return the message for users: the folder's state and what happens to its documents."""
        many = len(self.documents)
        what = f"Its {many:,} documents stay" if many > 1 else "Its document stays"
        return f"{self.lead} {what} in the index." if many else self.lead

    def holding(self, documents: Iterable[Document]) -> "Absence":
        """Return a copy that lists those of the documents that lie in the folder."""
        inside = tuple(d.name for d in documents if d.folder == self.folder or _within(d.path, self.folder))
        return replace(self, documents=inside)


Decide: TypeAlias = Callable[[tuple[Absence, ...]], Collection[str]]
"""Chooses which of the missing folders or their files (paths) were deleted for good."""


def keep(_: tuple[Absence, ...]) -> Collection[str]:
    """Treat nothing as deleted for good."""
    return ()


def absences(
    trees: Iterable[Tree], noted: Mapping[str, str], gone: Collection[str] = ()
) -> tuple[Absence, ...]:
    """Return the folders that seem to be missing or cannot be listed, except those in `gone`.

    `noted` maps each path to its file system at the last sync. A folder inside a missing one is not listed.
    """
    found: dict[str, Absence] = {}
    for tree in trees:
        for each in _absences(tree, noted):
            if not any(above in found or above in gone for above in _upwards(each.folder)):
                found[each.folder] = each
    return tuple(found.values())


def _absences(tree: Tree, noted: Mapping[str, str]) -> Iterator[Absence]:
    folder = tree.folder
    if tree.reason:
        yield Absence(folder, f"{REFUSED}: {tree.reason}", asked=False)
    elif tree.empty and folder in tree.places:
        yield Absence(folder, EMPTY)
    inside = (place for place in sorted(noted) if place == folder or _within(place, folder))
    for place in inside:
        if tree.places.get(place) != noted[place] and not below(place, tree.unlisted):
            yield Absence(place, ELSEWHERE)


def away(
    placed: Iterable[Placed],
    there: Collection[str],
    trees: Iterable[Tree],
    absent: Iterable[Absence],
    gone: Collection[str],
) -> list[Placed]:
    """Return the indexed documents or failures that are not `there` (paths) but may still exist."""
    unlisted = {path for tree in trees for path in tree.unlisted}
    places = {each.folder for each in absent}
    return [
        each
        for each in placed
        if each.path not in there and each.path not in gone
        if each.folder in places or below(each.path, unlisted) or below(each.path, places)
    ]


def below(path: str, places: Collection[str]) -> bool:
    """Return whether a path equals or lies below one of the given paths."""
    return bool(places) and any(above in places for above in _upwards(path))


def still_indexed(refused: Iterable[Failure], held: Iterable[Document]) -> Iterator[Failure]:
    """Yield the failures; one for a folder also says how many of its documents stay indexed."""
    failures = list(refused)
    unlisted = {failure.path for failure in failures if failure.reason.startswith(REFUSED)}
    many = Counter(above for d in held for above in _upwards(d.path) if above in unlisted)
    for failure in failures:
        if count := many[failure.path]:
            stays = f"{count:,} documents from it stay" if count > 1 else "one document from it stays"
            yield replace(failure, reason=f"{failure.reason}; {stays} in the index as read before")
        else:
            yield failure


def places_to_note(
    trees: Iterable[Tree], waiting: Iterable[Absence], noted: Mapping[str, str]
) -> dict[str, str]:
    """Return the file system of each path; for missing folders, the one recorded before."""
    found = tuple(trees)
    now = {place: system for tree in found for place, system in tree.places.items()}
    unsure = {each.folder for each in waiting} | {path for tree in found for path in tree.unlisted}
    return now | {place: system for place, system in noted.items() if below(place, unsure)}


def _within(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _upwards(path: str) -> Iterator[str]:
    """Yield a path and every directory above it.

    >>> list(_upwards("/a/b"))
    ['/a/b', '/a', '/']
    """
    while True:
        yield path
        above = os.path.dirname(path)  # noqa: PTH120  pathlib takes ten times as long
        if above == path or not above:
            return
        path = above
