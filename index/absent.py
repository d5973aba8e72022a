"""What was indexed and is not found, although nobody may have deleted it: a disk is missing, say.

Its documents are held as they are until somebody says that they are gone for good, or until they are back.
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
    """A folder whose documents may only seem to be gone, why, and which they are.

    `asked`: somebody can say that they are gone for good; of a folder that cannot be listed nobody can.

    >>> Absence("/media/disk", EMPTY, ("a.txt", "b.txt")).told
    'The folder /media/disk is empty now. Its 2 documents stay in the index.'
    """

    folder: str
    reason: str
    documents: tuple[str, ...] = ()
    asked: bool = True

    @property
    def lead(self) -> str:
        """Return what was found of the folder, in words."""
        return f"The folder {self.folder} {self.reason}."

    @property
    def told(self) -> str:
        """Return the same with what becomes of its documents."""
        many = len(self.documents)
        what = f"Its {many:,} documents stay" if many > 1 else "Its document stays"
        return f"{self.lead} {what} in the index." if many else self.lead

    def holding(self, documents: Iterable[Document]) -> "Absence":
        """Return the same with those of the documents that lie in the folder."""
        inside = tuple(d.name for d in documents if d.folder == self.folder or _within(d.path, self.folder))
        return replace(self, documents=inside)


Decide: TypeAlias = Callable[[tuple[Absence, ...]], Collection[str]]
"""Says of folders that are absent which of them, or which files of theirs, are gone for good (paths)."""


def keep(_: tuple[Absence, ...]) -> Collection[str]:
    """Decide that nothing is gone for good."""
    return ()


def absences(
    trees: Iterable[Tree], noted: Mapping[str, str], gone: Collection[str] = ()
) -> tuple[Absence, ...]:
    """Return the folders that look as if a disk were missing, but for those that are `gone`.

    `noted` is the file system that each was on. A folder within another that is absent is not named.
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
    """Return what was indexed that is not `there` (paths) and may only seem to be gone."""
    unlisted = {path for tree in trees for path in tree.unlisted}
    places = {each.folder for each in absent}
    return [
        each
        for each in placed
        if each.path not in there and each.path not in gone
        if each.folder in places or below(each.path, unlisted) or below(each.path, places)
    ]


def below(path: str, places: Collection[str]) -> bool:
    """Tell whether a path is one of some places or lies within one."""
    return bool(places) and any(above in places for above in _upwards(path))


def still_indexed(refused: Iterable[Failure], held: Iterable[Document]) -> Iterator[Failure]:
    """Yield failures; one that cannot be listed says how much of it stays in the index."""
    failures = list(refused)
    unlisted = {failure.path for failure in failures if failure.reason.startswith(REFUSED)}
    many = Counter(above for d in held for above in _upwards(d.path) if above in unlisted)
    for failure in failures:
        if count := many[failure.path]:
            stays = f"{count:,} documents of it stay" if count > 1 else "one document of it stays"
            yield replace(failure, reason=f"{failure.reason}; {stays} in the index as read before")
        else:
            yield failure


def places_to_note(
    trees: Iterable[Tree], waiting: Iterable[Absence], noted: Mapping[str, str]
) -> dict[str, str]:
    """Return the file system of each place: where its documents are held, still the one that they were on."""
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
