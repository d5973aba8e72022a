"""One immutable generation, opened for reading: rows, vectors, postings and sentence vectors."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Float16s
from citeback.index.errors import DamagedGeneration
from citeback.index.generations.manifest_properties import ManifestProperties
from citeback.index.generations.parts.checksums import FileChecksum
from citeback.index.generations.parts.integrity import count_mismatches, misplaced_chunks, non_unit_vectors
from citeback.index.generations.parts.manifest import Manifest, corrupt_files, unexpected_files
from citeback.index.generations.parts.minhash import duplicate_groups
from citeback.index.generations.parts.row_sources import ReusedRows
from citeback.index.generations.parts.rows import ChunkRow, RowReader
from citeback.index.generations.parts.sentence_vectors import SentenceArray
from citeback.index.records import Document, Failure, Source
from citeback.index.search.bm25 import Bm25Index
from citeback.index.search.filters import Filter
from citeback.index.search.vectors import VectorIndex

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from citeback.index.search.langchain_vectorstore import FaissVectorStore

ROWS, VECTORS, SENTENCES, WORDS = "rows.sqlite", "vectors.faiss", "sentences.npy", "words"


BLOCK = 512  # chunks that are loaded at once


class Generation(ManifestProperties):
    """Everything that was indexed at one moment. Safe to share between threads.

    An open generation stays readable whatever is published later. `notices` tells users how it was chosen
    (see `Store.current`).
    """

    manifest: Manifest

    def __init__(
        self,
        directory: Path,
        manifest: Manifest,
        rows: RowReader,
        vectors: VectorIndex,
        lexical: Bm25Index,
        sentence_array: SentenceArray,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.directory = directory
        self.manifest = manifest
        self._rows = rows
        self.vectors = vectors
        self.lexical = lexical
        self.sentence_array = sentence_array
        """Unit vectors of all sentences in order of the chunks, (sentences, dimension), float16."""
        self.notices = notices

    @classmethod
    def open(
        cls, directory: Path, notices: tuple[str, ...] = (), *, eager: int | None = None
    ) -> "Generation":
        """Open a generation after verifying its checksums.

        If the sentence vectors exceed `eager` bytes, their blocks are verified on first use. Verification
        takes time proportional to the data (docs/decisions/0006-seals.md); no answer is based on unverified
        bytes.

        Raises:
            DamagedGeneration: a file fails its checksums.
            OutdatedFormat, StoreError: the format is older or newer than this version's.
        """
        manifest = Manifest.read(directory)
        later = (
            {SENTENCES}
            if eager is not None and _sentences_checksum(directory, manifest).size > eager
            else set()
        )
        for wrong in corrupt_files(directory, manifest, later):
            raise DamagedGeneration(wrong, "citeback index")
        shape = (manifest.counts.sentences, manifest.dimension)
        checksum = _sentences_checksum(directory, manifest)
        return cls(
            directory=directory,
            manifest=manifest,
            rows=RowReader.open(directory / ROWS),
            vectors=VectorIndex.open(directory / VECTORS),
            lexical=Bm25Index.open(directory / WORDS),
            sentence_array=SentenceArray.open(directory / SENTENCES, shape, checksum),
            notices=notices,
        )

    def close(self) -> None:
        """Close the database; memory maps are released with their last reference."""
        self._rows.close()

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name."""
        return self._rows.documents()

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Return all files that could not be read, by name."""
        return self._rows.failures()

    def document(self, name: str) -> Document:
        """Return a document by name. Raises UnknownDocument."""
        return self._rows.document(name)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Map documents to their lengths in characters, without loading their texts."""
        return self._rows.sizes(names)

    def prefetch(self, names: Iterable[str]) -> None:
        """Do nothing: a source is read from the disk when it is needed."""

    def source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument."""
        return self._rows.source(name)

    def chunk(self, row: int) -> ChunkRow:
        """Return the chunk of a row. Raises IndexError."""
        return self._rows.chunks([row])[0]

    def chunks(self, rows: Iterable[int]) -> tuple[ChunkRow, ...]:
        """Return chunks by row, in the order given. Raises IndexError."""
        return self._rows.chunks(rows)

    def chunks_of(self, name: str) -> tuple[ChunkRow, ...]:
        """Return a document's chunks in order."""
        return self._rows.chunks_of(name)

    def filter_mask(self, within: Filter) -> NDArray[np.bool_] | None:
        """Return a mask of the rows whose documents pass a filter, (rows,), or None if all do."""
        return None if within.empty else self.row_mask(filter(within.allows, self.documents))

    def row_mask(self, documents: Iterable[Document]) -> NDArray[np.bool_]:
        """Return a mask of the rows of some documents, (rows,); duplicates use their original's rows."""
        mask, ranges = np.zeros(len(self), dtype=bool), self._rows.row_ranges()
        for document in documents:
            rows = ranges.get(document.copy_of or document.name, range(0))
            mask[rows.start : rows.stop] = True
        return mask

    def row_count(self, rows: NDArray[np.bool_]) -> int:
        """Return the number of rows in a mask."""
        return int(rows.sum())

    def chunks_within(self, within: Filter) -> Iterator[ChunkRow]:
        """Yield the chunks of the documents that pass a filter, in order."""
        return self.chunks_in(self.filter_mask(within))

    def chunks_in(self, mask: NDArray[np.bool_] | None) -> Iterator[ChunkRow]:
        """Yield the chunks of a mask of rows, or all, in order; some hundreds are loaded at once."""
        rows = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        for start in range(0, len(rows), BLOCK):
            yield from self.chunks(rows[start : start + BLOCK].tolist())

    def duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's exact duplicates."""
        return self._duplicates.get(name, ())

    @cached_property
    def _duplicates(self) -> dict[str, tuple[str, ...]]:
        return self._rows.duplicates()

    def near_duplicates_of(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's near duplicates."""
        return self._near_duplicates.get(name, ())

    @cached_property
    def _near_duplicates(self) -> dict[str, tuple[str, ...]]:
        return duplicate_groups(self._rows.near_duplicates())

    def document_of(self, row: int) -> Document:
        """Return the document of a row. Raises IndexError."""
        return self.document(self.chunk(row).document)

    def text(self, row: int) -> str:
        """Return the text of a row's chunk. Raises IndexError."""
        chunk_row = self.chunk(row)
        return chunk_row.chunk.span.of(self.source(chunk_row.document).text)

    def sentence_vectors(self, row: int) -> Float16s:
        """Return the unit vectors of a chunk's sentences, (sentences, dimension), float16."""
        chunk_row = self.chunk(row)
        return self.sentence_vectors_of(chunk_row)

    def sentence_vectors_of(self, row: ChunkRow) -> Float16s:
        """Return the sentence vectors of a row that has been fetched, (sentences, dimension), float16."""
        return self.sentence_array[row.first_sentence : row.first_sentence + len(row.chunk.sentences)]

    def find_key(self, key: bytes) -> tuple[int, range] | None:
        """Return a row with this vector key and the range of its sentence vectors, or None."""
        return self._rows.find_key(key)

    def row_range(self, first: str, last: str) -> ReusedRows:
        """Return the rows and sentence vectors of the documents from one name to another, both included."""
        rows, most = self._rows.rows_between(first, last), self.manifest.counts.sentences
        if not rows:
            return ReusedRows(rows, range(0))
        starts = [self._rows.first_sentence(row) for row in (rows.start, rows.stop)]
        return ReusedRows(rows, range(*(most if start is None else start for start in starts)))

    def vector_store(self, embeddings: "Embeddings") -> "FaissVectorStore":
        """Return the chunks as a read-only LangChain vector store.

        The id of a LangChain document is its row; the metadata are document, start, end, page, place and
        headings.
        """
        # Importing LangChain takes over a second, and no command needs it.
        from citeback.index.generations.parts.langchain_documents import LangChainDocuments
        from citeback.index.search.langchain_vectorstore import PublishedVectorStore

        ids = [str(row) for row in range(len(self))]
        documents = LangChainDocuments(self._rows, len(self))
        return PublishedVectorStore(embedding=embeddings, vectors=self.vectors, ids=ids, documents=documents)

    def check(self) -> list[str]:
        """Return all problems: failed checksums or, if there are none, inconsistent contents."""
        return _checksum_problems(self.directory, self.manifest) or self.inconsistencies()

    def inconsistencies(self) -> list[str]:
        """Return inconsistencies in the contents (see `integrity`), whatever the checksums say."""
        return [
            *count_mismatches(self.manifest, self._rows, self.vectors, self.lexical, self.sentence_array),
            *misplaced_chunks(self._rows),
            *non_unit_vectors(self.vectors, self.sentence_array),
        ]


def check_generation(directory: Path) -> list[str]:
    """Return all problems of a generation; checksums come first, since damaged files may not open."""
    try:
        if wrong := _checksum_problems(directory, Manifest.read(directory)):
            return wrong
        with Generation.open(directory) as generation:
            return generation.inconsistencies()
    except DamagedGeneration as error:
        return [error.message]


def _sentences_checksum(directory: Path, manifest: Manifest) -> FileChecksum:
    if SENTENCES not in manifest.files:
        raise DamagedGeneration(f"{directory} has no {SENTENCES}.", "citeback index")
    return manifest.files[SENTENCES]


def _checksum_problems(directory: Path, manifest: Manifest) -> list[str]:
    return [*corrupt_files(directory, manifest), *unexpected_files(directory, manifest)]
