"""The documents and folders that the next questions are asked of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citeback.index.records import Document
from citeback.index.search.filters import NO_FILTER, Filter

MOST = 500  # folders and documents that are chosen at once
_SIGNS = re.compile(r"([\\*?\[\]!# ])")


@dataclass(frozen=True, slots=True)
class ChosenSources:
    """Names of documents, and of folders with a slash at the end; without any, all documents are asked."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str], documents: Sequence[Document]) -> "ChosenSources":
        """Return the sources of these names that exist. The names come from a browser and are untrusted."""
        known = {each.name for each in documents} | set(folders(documents))
        return cls(tuple(dict.fromkeys(name for name in names if name in known))[:MOST])

    @property
    def filter(self) -> Filter:
        """Return the filter for the chosen documents."""
        if not self.names:
            return NO_FILTER
        return Filter(paths=tuple(f"/{_literal(name)}{'**' * name.endswith('/')}" for name in self.names))


def folders(documents: Iterable[Document]) -> dict[str, int]:
    """Return every folder, with a slash at the end, and how many documents are in it or below it."""
    counts: dict[str, int] = {}
    for document in documents:
        parts = document.name.split("/")[:-1]
        for depth in range(len(parts)):
            folder = "/".join(parts[: depth + 1]) + "/"
            counts[folder] = counts.get(folder, 0) + 1
    return dict(sorted(counts.items()))


def _literal(name: str) -> str:
    return _SIGNS.sub(r"\\\1", name.removeprefix("/"))
