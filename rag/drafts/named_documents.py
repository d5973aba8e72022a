"""The documents that a sentence of a draft names: in a link, in brackets, or in its footnote."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from citeback.index.records import Document
from citeback.index.search.filters import Filter

MAX_NAMED = 5  # documents of one sentence that are read first
LEAST_TITLE = 8  # characters of a title that names a document
MAX_NOTE_CHARS = 500
_TARGET = re.compile(r"\]\(<?([^()<>\s#]{1,500})")
_FILE = re.compile(r"[\w./-]{1,200}\.[A-Za-z]\w{0,5}\b")
_MARKER = re.compile(r"\[\^?([\w-]{1,20})\]")
_DEFINITION = re.compile(r"^[ \t]{0,3}\[\^?([\w-]{1,20})\]:?[ \t]+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The names and titles of all documents, and the footnotes of one draft."""

    names: Mapping[str, str]
    titles: Mapping[str, str]
    notes: Mapping[str, str]

    @classmethod
    def of(cls, documents: Iterable[Document], draft: str) -> Self:
        """Return the names by which a draft may refer to documents; one that several share names none."""
        names: dict[str, str] = {}
        titles: dict[str, str] = {}
        for each in documents:
            indexed = each.copy_of or each.name
            path = PurePosixPath(each.name.casefold())
            for name in {str(path), path.name}:
                names[name] = indexed if names.get(name, indexed) == indexed else ""
            if len(each.title) >= LEAST_TITLE:
                title = " ".join(each.title.casefold().split())
                titles[title] = indexed if titles.get(title, indexed) == indexed else ""
        notes = {match[1]: match[2][:MAX_NOTE_CHARS] for match in _DEFINITION.finditer(draft)}
        return cls(names, titles, notes)

    def of_sentence(self, raw: str) -> tuple[str, ...]:
        """Return the documents that a sentence names, in order."""
        found = (self.names.get(each.casefold().removeprefix("./"), "") for each in self._mentions(raw))
        noted = (self._titled(self.notes[m[1]]) for m in _MARKER.finditer(raw) if m[1] in self.notes)
        return tuple(dict.fromkeys(filter(None, (*found, *noted))))[:MAX_NAMED]

    def _mentions(self, raw: str) -> Iterator[str]:
        notes = [self.notes[match[1]] for match in _MARKER.finditer(raw) if match[1] in self.notes]
        for text in (raw, *notes):
            yield from (match[1] for match in _TARGET.finditer(text))
            yield from (match[0] for match in _FILE.finditer(text))

    def _titled(self, note: str) -> str:
        """Return the document whose title is the note, or the part of it before a comma."""
        words = " ".join(note.casefold().split())
        parts = (words, words.rstrip("."), words.partition(",")[0].strip("“”\"'* "))
        return next((self.titles[part] for part in parts if part in self.titles), "")


def only(names: Iterable[str]) -> Filter:
    """Return a filter for the documents of these names."""
    return Filter(paths=tuple(f"/{_literal(name)}" for name in names))


def excluding(names: Iterable[str]) -> Filter:
    """Return a filter for all documents but those of these names."""
    return Filter(paths=("*", *(f"!/{_literal(name)}" for name in names)))


def _literal(name: str) -> str:
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", name.removeprefix("/"))
