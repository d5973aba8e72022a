"""Finds files with the same layout: monthly sheets, a file per branch."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document, Source
from citeback.index.search.filters import Filter
from citeback.rag.tables.joined_files import (
    MOST_FILES,
    FileTable,
    JoinedTable,
    file_tables,
    joined_files,
    name_shape,
)
from citeback.rag.tables.table import MOST_CELLS, MOST_CHARS

KINDS = ("csv", "sheet")  # of documents that may be parts of one table
_WORD = re.compile(r"[^\W_]+")
_NOW = re.compile(r"\b(?:now|nowadays|these days|today|currently|current|at present)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class TooLarge(Exception):
    """Files of one layout that are too many or too large to be asked as one table; says so."""


@dataclass(frozen=True, slots=True)
class FileLayouts:
    """Finds tables of the same heads in files of one folder, or in sheets of one workbook."""

    generation: Searchable
    within: Filter

    def joined(self, question: str, name: str, heads: tuple[str, ...]) -> JoinedTable | None:
        """Return the table with these heads of a document, and those of other files that have them, as one.

        None if there is but one, or the question names one of the files.

        Raises:
            TooLarge: they are too many, or too large.
        """
        document = self.generation.document(name)
        if document.kind not in KINDS:
            return None
        beside = self._beside(document)
        files = _asked_for(question, list(self._files(beside, heads)))
        if _named(question, sorted({each.document for each in files})):
            return None
        found = joined_files(files)
        if found is None:
            return None
        cells, chars = _size(found.files)
        long = [each.name for each in beside if each.chars > MOST_CHARS and _alike(each, document)]
        if long or cells > MOST_CELLS or chars > MOST_CHARS:
            raise TooLarge(
                f"{len(found.documents) + len(long):,} files have the columns of {name}; "
                f"together they are too large to be computed with (at most {MOST_CELLS:,} cells)."
            )
        return found

    def is_outdated(self, question: str, name: str, heads: tuple[str, ...]) -> bool:
        """Return whether a question is about the present, and a table with these heads is of a later year.

        Raises:
            TooLarge: the files beside it are too many.
        """
        document = self.generation.document(name)
        if document.kind not in KINDS or not _NOW.search(question):
            return False
        files = _asked_for(question, list(self._files(self._beside(document), heads)))
        return bool(files) and name not in {each.document for each in files}

    def _beside(self, document: Document) -> list[Document]:
        """Return the documents of a folder that may be of one layout, itself among them. Raises TooLarge."""
        folder = PurePosixPath(document.name).parent
        found = [
            each
            for each in self.generation.documents
            if each.kind == document.kind
            and not each.copy_of
            and PurePosixPath(each.name).parent == folder
            and self.within.allows(each)
        ]
        if len(found) > MOST_FILES:
            found = [each for each in found if _alike(each, document)]
        if len(found) > MOST_FILES:
            raise TooLarge(
                f"{len(found):,} files are called like {document.name}; "
                f"at most {MOST_FILES} are asked as one table."
            )
        return found

    def _files(self, beside: Sequence[Document], heads: tuple[str, ...]) -> Iterator[FileTable]:
        for each in beside:
            if each.chars > MOST_CHARS:
                continue
            source = self.generation.source(each.name)
            if _has_heads(source, heads):
                yield from (table for table in file_tables(each.name, source) if table.heads == heads)


def _asked_for(question: str, files: list[FileTable]) -> list[FileTable]:
    """Return the files of the latest year if it is about the present and years tell them apart."""
    years = {each.document: _YEAR.findall(each.document) for each in files}
    one_each = all(len(found) == 1 for found in years.values())
    if not _NOW.search(question) or not one_each or len({_YEAR.sub("", name) for name in years}) != 1:
        return files
    latest = max((found[0] for found in years.values()), default="")
    return [each for each in files if years[each.document] == [latest]]


def _has_heads(source: Source, heads: tuple[str, ...]) -> bool:
    """Tell quickly whether a text may have a table with these heads."""
    return all(head in source.text for head in heads)


def _alike(one: Document, other: Document) -> bool:
    return name_shape(one.name) == name_shape(other.name)


def _named(question: str, documents: Sequence[str]) -> bool:
    """Return whether a question names one of several files, with its suffix or without."""
    said = f" {' '.join(_WORD.findall(question.casefold()))} "
    stems = [" ".join(_WORD.findall(PurePosixPath(name).stem.casefold())) for name in documents]
    named = [stem for stem in stems if stem and f" {stem} " in said]
    return len(stems) > 1 and len(named) == 1 and " " in named[0]


def _size(files: Sequence[FileTable]) -> tuple[int, int]:
    cells = sum(len(each.table.rows) * (len(each.heads) + 1) for each in files)
    return cells, sum(len(each.source.text) for each in {id(f.source): f for f in files}.values())
