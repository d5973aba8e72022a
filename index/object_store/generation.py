"""One generation on an object store, opened for reading: one version of each table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.index.errors import UnknownDocument
from citeback.index.generations.manifest_properties import ManifestProperties
from citeback.index.generations.parts.minhash import duplicate_groups
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.object_store.arrow_rows import (
    CHUNK_FIELDS,
    DOCUMENT_FIELDS,
    FAILURE_FIELDS,
    SOURCE_FIELDS,
    StoredChunk,
    checked_rows,
    chunk_of,
    documents_of,
    failures_of,
    source_of,
    stored_chunk,
)
from citeback.index.object_store.dense import LanceVectors
from citeback.index.object_store.document_set import DocumentSet
from citeback.index.object_store.manifest import PublishedManifest
from citeback.index.object_store.recent import Recent
from citeback.index.object_store.tables import CHUNKS, COPIES, DOCUMENTS, FAILURES, TERMS, is_in, lance_errors
from citeback.index.object_store.words import LanceWords
from citeback.index.records import Document, Failure, Source
from citeback.index.search.filters import Filter

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from citeback.index.search.langchain_vectorstore import FaissVectorStore

BLOCK = 32  # documents that are loaded at once
CACHED_SOURCES, CACHED_CHUNKS, CACHED_FILTERS = 256, 8192, 64


Found = TypeVar("Found")


class RemoteGeneration(ManifestProperties):
    """Everything that was indexed at one moment. Safe to share between threads.

    `tables` maps the name of each table to its version, opened; there are none of chunks and terms before
    the first text. The number of a row is its address in this version of the table.
    """

    manifest: PublishedManifest

    def __init__(
        self, manifest: PublishedManifest, tables: Mapping[str, Any], notices: tuple[str, ...] = ()
    ) -> None:
        self.manifest = manifest
        self.tables = tables
        self.notices = notices
        self._sources: Recent[str, Source] = Recent(CACHED_SOURCES)
        self._chunks: Recent[int, StoredChunk] = Recent(CACHED_CHUNKS)
        self._allowed: Callable[[Filter], DocumentSet] = lru_cache(CACHED_FILTERS)(self._passing)

    def close(self) -> None:
        """Do nothing: tables are released with their last reference, and questions may still use them."""

    @cached_property
    def lexical(self) -> LanceWords:
        """Return the lexical index."""
        return LanceWords(self.tables.get(CHUNKS), self.tables[TERMS], len(self))

    @cached_property
    def vectors(self) -> LanceVectors:
        """Return the vectors of all chunks."""
        return LanceVectors(self.tables.get(CHUNKS), len(self), self.manifest.dimension, self._vectors)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name."""
        rows = self._rows(DOCUMENTS, DOCUMENT_FIELDS)
        listed = documents_of(rows, self._relations, self._where(DOCUMENTS))
        return tuple(sorted(listed, key=lambda document: document.name))

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Return all files that could not be read, by name."""
        listed = failures_of(self._rows(FAILURES, FAILURE_FIELDS), self._where(FAILURES))
        return tuple(sorted(listed, key=lambda failure: failure.name))

    def document(self, name: str) -> Document:
        """Return a document by name. Raises UnknownDocument."""
        if "documents" in self.__dict__:
            return _or_unknown(self._by_name.get(name), name)
        rows = self._rows(DOCUMENTS, DOCUMENT_FIELDS, is_in("name", [name]))
        return _or_unknown(next(documents_of(rows, self._relations, self._where(DOCUMENTS)), None), name)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Map documents to their lengths in characters, without loading their texts."""
        wanted = dict.fromkeys(names)
        known = {name: len(source.text) for name in wanted if (source := self._sources.get(name))}
        if missing := [name for name in wanted if name not in known]:
            rows = self._rows(DOCUMENTS, ("name", "chars"), is_in("name", missing))
            known |= {row["name"]: row["chars"] for row in checked_rows(rows, self._where(DOCUMENTS))}
        return known

    def prefetch(self, names: Iterable[str]) -> None:
        """Read the sources of these documents together."""
        if missing := [name for name in dict.fromkeys(names) if self._sources.get(name) is None]:
            rows = self._rows(DOCUMENTS, SOURCE_FIELDS, is_in("name", missing))
            for row in checked_rows(rows, self._where(DOCUMENTS)):
                self._sources.put(row["name"], source_of(row, self._where(DOCUMENTS)))

    def source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument, or DamagedGeneration for a changed text."""
        known = self._sources.get(name)
        if known is None:
            self.prefetch([name])
            known = self._sources.get(name)
        return _or_unknown(known, name)

    def chunk(self, row: int) -> ChunkRow:
        """Return the chunk of a row. Raises IndexError."""
        return self.chunks([row])[0]

    def chunks(self, rows: Iterable[int]) -> tuple[ChunkRow, ...]:
        """Return chunks by row, in the order given. Raises IndexError."""
        return tuple(stored.row for stored in self._stored(rows))

    def chunks_of(self, name: str) -> tuple[ChunkRow, ...]:
        """Return a document's chunks in order."""
        if CHUNKS not in self.tables:
            return ()
        rows = self._rows(CHUNKS, (*CHUNK_FIELDS, "_rowid"), is_in("document", [name]))
        listed = [
            chunk_of(row, row["_rowid"], self._where(CHUNKS))
            for row in checked_rows(rows, self._where(CHUNKS))
        ]
        return tuple(sorted(listed, key=lambda row: row.chunk.span))

    def chunks_within(self, within: Filter) -> Iterator[ChunkRow]:
        """Yield the chunks of the documents that pass a filter, in order of document and offset."""
        return self.chunks_in(self.filter_mask(within))

    def chunks_in(self, rows: DocumentSet | None) -> Iterator[ChunkRow]:
        """Yield the chunks of some documents, or all, in order; a few documents are loaded at once."""
        originals = (document.name for document in self.documents if not document.copy_of)
        names = [name for name in originals if rows is None or name in rows.names]
        for n in range(0, len(names) if CHUNKS in self.tables else 0, BLOCK):
            block = names[n : n + BLOCK]
            self.prefetch(block)
            stored = self._read_where(is_in("document", block)).values()
            yield from sorted((each.row for each in stored), key=lambda row: (row.document, row.chunk.span))

    def sentence_vectors_of(self, row: ChunkRow) -> Float16s:
        """Return the sentence vectors of a chunk, (sentences, dimension), float16."""
        return self._stored([row.row])[0].sentences

    def filter_mask(self, within: Filter) -> DocumentSet | None:
        """Return the chunks whose documents pass a filter, or None if all do."""
        return None if within.empty else self._allowed(within)

    def row_mask(self, documents: Iterable[Document]) -> DocumentSet:
        """Return the chunks of some documents; duplicates use their original's."""
        return DocumentSet(frozenset(document.copy_of or document.name for document in documents))

    def row_count(self, rows: DocumentSet) -> int:
        """Return the number of chunks in a set."""
        if CHUNKS not in self.tables or not rows.names:
            return 0
        with lance_errors(self._where(CHUNKS)):
            return int(self.tables[CHUNKS].count_rows(rows.condition))

    def duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's exact duplicates."""
        return self._duplicates.get(name, ())

    def near_duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's near duplicates."""
        return self._near_duplicates.get(name, ())

    def vector_store(self, embeddings: "Embeddings") -> "FaissVectorStore":
        """Return the chunks as a read-only LangChain vector store, for indexes that fit into memory."""
        # Importing LangChain takes over a second, and no command needs it.
        from citeback.index.object_store.langchain_vectorstore import RemoteVectorStore

        return RemoteVectorStore(self, embeddings)

    def _passing(self, within: Filter) -> DocumentSet:
        return self.row_mask(filter(within.allows, self.documents))

    def _vectors(self, rows: Iterable[int]) -> Floats:
        stored = [each.vector for each in self._stored(rows)]
        return np.array(stored, dtype=np.float32).reshape(len(stored), self.manifest.dimension)

    def _stored(self, rows: Iterable[int]) -> list[StoredChunk]:
        wanted = [int(row) for row in rows]
        known = {row: stored for row in dict.fromkeys(wanted) if (stored := self._chunks.get(row))}
        if missing := [row for row in dict.fromkeys(wanted) if row not in known]:
            known |= self._read_chunks(missing)
        if lost := [row for row in wanted if row not in known]:
            raise IndexError(f"no chunk has row {min(lost)}")
        return [known[row] for row in wanted]

    def _read_chunks(self, missing: Sequence[int]) -> dict[int, StoredChunk]:
        return self._read_where(f"_rowid IN ({', '.join(map(str, missing))})") if len(self) else {}

    def _read_where(self, condition: str) -> dict[int, StoredChunk]:
        where, dimension = self._where(CHUNKS), self.manifest.dimension
        listed = checked_rows(self._rows(CHUNKS, (*CHUNK_FIELDS, "vectors", "_rowid"), condition), where)
        read = {row["_rowid"]: stored_chunk(row, row["_rowid"], dimension, where) for row in listed}
        for number, stored in read.items():
            self._chunks.put(number, stored)
        return read

    def _rows(self, table: str, columns: Sequence[str], condition: str | None = None) -> Any:
        with lance_errors(self._where(table)):
            return self.tables[table].to_table(columns=list(columns), filter=condition)

    def _where(self, table: str) -> str:
        return str(self.tables[table].uri) if table in self.tables else table

    @cached_property
    def _by_name(self) -> Mapping[str, Document]:
        return {document.name: document for document in self.documents}

    @cached_property
    def _relations(self) -> dict[str, dict[str, str]]:
        rows = self._rows(COPIES, ("name", "copy_of", "near_of"))
        return {row.pop("name"): row for row in checked_rows(rows, self._where(COPIES))}

    @cached_property
    def _duplicates(self) -> Mapping[str, tuple[str, ...]]:
        groups: dict[str, list[str]] = {}
        for name, related in sorted(self._relations.items()):
            if related["copy_of"]:
                groups.setdefault(related["copy_of"], []).append(name)
        return {name: tuple(copies) for name, copies in groups.items()}

    @cached_property
    def _near_duplicates(self) -> Mapping[str, tuple[str, ...]]:
        relations = sorted(self._relations.items())
        return duplicate_groups((name, each["near_of"]) for name, each in relations if each["near_of"])


def _or_unknown(found: Found | None, name: str) -> Found:
    """Return the rows found for a document. Raises UnknownDocument if there are none."""
    if found is None:
        raise UnknownDocument.of(name)
    return found
