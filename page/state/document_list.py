"""Which documents the list shows: found by words, sorted and paged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from citeback.index.records import Document

PAGE = 50  # rows at a time
_KEYS: dict[str, Callable[[Document], str]] = {
    "title": lambda one: (one.title or one.name).casefold(),
    "folder": lambda one: one.name.rpartition("/")[0].casefold(),
    "type": lambda one: one.kind,
    "date": lambda one: one.day,
}
SORTS = tuple(_KEYS)


@dataclass(frozen=True, slots=True)
class DocumentList:
    """The state of the list: the words that are looked for, the order and the page, from 0."""

    wanted: str = ""
    sort: str = "folder"
    reverse: bool = False
    page: int = 0

    def find(self, wanted: str) -> "DocumentList":
        """Return the list of the documents that match some words."""
        return replace(self, wanted=wanted, page=0)

    def order(self, sort: str) -> "DocumentList":
        """Return the list sorted by a column; by the same column again, in reverse order."""
        if sort not in _KEYS:
            return self
        reverse = not self.reverse if sort == self.sort else sort == "date"
        return replace(self, sort=sort, reverse=reverse, page=0)

    def turn(self, page: int) -> "DocumentList":
        """Return another page of the list."""
        return replace(self, page=max(0, page))

    def matching(self, documents: Sequence[Document]) -> list[Document]:
        """Return the documents that match, in order."""
        matching = [each for each in documents if matches(each, self.wanted)]
        by_name = sorted(matching, key=lambda each: each.name.casefold())
        return sorted(by_name, key=_KEYS[self.sort], reverse=self.reverse)


def matches(document: Document, wanted: str) -> bool:
    """Return whether a document's name, title, author, kind or date contains the search term."""
    statement = f"{document.name}\n{document.title}\n{document.author}\n{document.kind}\n{document.day}"
    return wanted.casefold() in statement.casefold()
