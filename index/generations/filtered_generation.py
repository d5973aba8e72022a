"""A generation restricted to the documents that a user may see, as if it held no others.

One statistic covers all documents: the average length of a chunk in BM25 scores (docs/security.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.index.errors import UnknownDocument
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.generations.protocols import (
    DenseIndex,
    LexicalIndex,
    RowNumbers,
    RowSet,
    WeightedLexicalIndex,
    WholeGeneration,
)
from citeback.index.records import Document, Failure, Source
from citeback.index.search.bm25 import inverse_document_frequency
from citeback.index.search.filters import Filter
from citeback.index.search.name_filter import NameFilter

CACHED_TERMS = 4096  # cached document frequencies


class RestrictedLexicalIndex:
    """A lexical index restricted to a set of `rows`, `count` of them; document frequencies count only these.

    Otherwise the order of a user's own documents would say which words the hidden ones contain.
    """

    def __init__(self, whole: WeightedLexicalIndex, rows: RowSet, count: int) -> None:
        self._whole = whole
        self._rows = rows
        self._count = count
        self._frequencies: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of visible chunks."""
        return self._count

    def search(
        self, terms: Iterable[str], k: int, allowed: RowSet | None = None
    ) -> tuple[Floats, RowNumbers]:
        """Return (scores, rows) of at most `k` visible chunks that contain any of the terms."""
        terms = list(terms)
        visible = {term: count for term, count in self.document_frequency(terms).items() if count}
        everywhere, rows = self._whole.document_frequency(visible), (len(self), len(self._whole))
        weights = {
            term: inverse_document_frequency(rows[0], count)
            / inverse_document_frequency(rows[1], everywhere[term])
            for term, count in visible.items()
        }
        shown = [term for term in terms if term in visible]
        return self._whole.search(shown, k, self._within(allowed), weights)

    def similar(self, term: str, distance: int, k: int, allowed: RowSet | None = None) -> RowNumbers:
        """Return at most `k` visible rows, ascending, with a term within `distance` edits of `term`."""
        return self._whole.similar(term, distance, k, self._within(allowed))

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of visible chunks that contain each term."""
        return {term: self._frequency(term) for term in terms}

    def _within(self, allowed: RowSet | None) -> RowSet:
        return self._rows if allowed is None else self._rows & allowed

    def _frequency(self, term: str) -> int:
        known = self._frequencies.get(term)
        if known is None:
            known = self._whole.count(term, self._rows)
            if len(self._frequencies) >= CACHED_TERMS:
                self._frequencies.clear()
            self._frequencies[term] = known
        return known


class RestrictedGeneration:
    """A restricted view of a generation. Safe to share between threads.

    Of exact duplicates, the first visible one represents all, and the names of hidden ones never appear. All
    access to texts and names goes through this class.
    """

    def __init__(self, whole: WholeGeneration, may: NameFilter) -> None:
        self._whole = whole
        self._may = may

    def of(self, whole: WholeGeneration) -> bool:
        """Return whether this is a view of that generation."""
        return self._whole is whole

    def __len__(self) -> int:
        """Return the number of rows of the whole generation, whose numbering the view keeps."""
        return len(self._whole)

    @cached_property
    def lexical(self) -> LexicalIndex:
        """Return the lexical index over the visible chunks."""
        return RestrictedLexicalIndex(self._whole.lexical, self._all, self._whole.row_count(self._all))

    @property
    def vectors(self) -> DenseIndex:
        """Return the vectors of all chunks, to be searched with the mask from `filter_mask`."""
        return self._whole.vectors

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all visible documents by name."""
        return tuple(map(self._visible_record, self._documents))

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Return all unreadable files whose names are visible."""
        return tuple(failure for failure in self._whole.failures if self._may.matches(failure.name))

    def document(self, name: str) -> Document:
        """Return a document by name. Raises UnknownDocument if there is none or it is hidden."""
        if name not in self._by_name:
            raise UnknownDocument.of(name)
        return self._by_name[name]

    def source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument if there is none or it is hidden."""
        if name not in self._indexed:
            raise UnknownDocument.of(name)
        return self._whole.source(name)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Map visible documents to their lengths in characters, without loading their texts."""
        return self._whole.sizes(name for name in names if name in self._indexed)

    def prefetch(self, names: Iterable[str]) -> None:
        """Prepare to return the sources of visible documents."""
        self._whole.prefetch(self._indexed[name] for name in names if name in self._indexed)

    def chunks(self, rows: Iterable[int]) -> tuple[ChunkRow, ...]:
        """Return chunks by row, in the order given. Raises IndexError for a missing or hidden one."""
        return tuple(map(self._row, self._whole.chunks(rows)))

    def chunks_of(self, name: str) -> tuple[ChunkRow, ...]:
        """Return a visible document's chunks in order; those of a duplicate are its original's."""
        indexed = self._indexed.get(name)
        return tuple(map(self._row, self._whole.chunks_of(indexed))) if indexed else ()

    def chunks_within(self, within: Filter) -> Iterator[ChunkRow]:
        """Yield the chunks of the visible documents that pass a filter, in order."""
        return map(self._row, self._whole.chunks_in(self.filter_mask(within)))

    def sentence_vectors_of(self, row: ChunkRow) -> Float16s:
        """Return the unit vectors of a chunk's sentences, (sentences, dimension), float16."""
        return self._whole.sentence_vectors_of(row)

    def filter_mask(self, within: Filter) -> RowSet:
        """Return the visible rows whose documents pass a filter."""
        return self._all if within.empty else self._whole.row_mask(filter(within.allows, self._documents))

    def duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's visible exact duplicates."""
        indexed = self._indexed.get(name)
        same = {indexed, *self._whole.duplicates_of(indexed)} - {name} if indexed else set()
        return tuple(sorted(same & self._indexed.keys()))

    def near_duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's visible near duplicates."""
        indexed = self._indexed.get(name)
        if indexed is None or self._names[indexed] != name:
            return ()
        others = (
            self._names[other] for other in self._whole.near_duplicates_of(indexed) if other in self._names
        )
        return tuple(sorted(others))

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return tuple(filter(self._may.allows, self._whole.documents))

    @cached_property
    def _by_name(self) -> Mapping[str, Document]:
        return {each.name: each for each in self.documents}

    @cached_property
    def _all(self) -> RowSet:
        return self._whole.row_mask(self._documents)

    @cached_property
    def _indexed(self) -> Mapping[str, str]:
        """Map each visible document to the one indexed for it: itself or its original."""
        return {each.name: each.copy_of or each.name for each in self._documents}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Map each indexed document to its first visible name."""
        names: dict[str, str] = {}
        for name, indexed in self._indexed.items():
            names.setdefault(indexed, name)
        return names

    def _visible_record(self, one: Document) -> Document:
        first = self._names[self._indexed[one.name]]
        if first != one.name:
            return replace(one, copy_of=first)
        leader = min((one.name, *self.near_duplicates_of(one.name)))
        return replace(one, copy_of="", near_of="" if leader == one.name else leader)

    def _row(self, row: ChunkRow) -> ChunkRow:
        if row.document not in self._names:
            raise IndexError(f"no chunk has row {row.row}")
        return replace(row, document=self._names[row.document])
