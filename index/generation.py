"""One immutable generation, opened for reading: rows, vectors, postings and sentence vectors."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.encoder import Halves
from index.errors import Damaged
from index.parts.checks import misplaced, not_unit, uneven
from index.parts.layout import Stretch
from index.parts.manifest import Manifest, strays, wrong_files
from index.parts.near import grouped
from index.parts.rows import Row, Rows
from index.parts.seals import Seal
from index.parts.sentences import Sentences
from index.records import Document, Failure, Source
from index.settings import Settings
from index.vectors import Vectors
from index.within import Filter
from index.words import Words

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from index.vectorstore import FaissVectorStore

ROWS, VECTORS, SENTENCES, WORDS = "rows.sqlite", "vectors.faiss", "sentences.npy", "words"


class Generation:
    """Everything that was indexed at one moment. Safe to share between threads.

    An open generation stays readable whatever is published later. `notices` tells users how it was chosen
    (see `Store.current`).
    """

    def __init__(self, directory: Path, manifest: Manifest, notices: tuple[str, ...] = ()) -> None:
        self.directory = directory
        self.manifest = manifest
        self.notices = notices
        self._rows = Rows.open(directory / ROWS)
        self.vectors = Vectors.open(directory / VECTORS)
        self.words = Words.open(directory / WORDS)
        shape = (manifest.counts.sentences, manifest.dimension)
        self.all_sentences = Sentences(directory / SENTENCES, shape, _sealed(directory, manifest))
        """Unit vectors of all sentences in order of the chunks, (sentences, dimension), float16."""

    @classmethod
    def open(
        cls, directory: Path, notices: tuple[str, ...] = (), *, eager: int | None = None
    ) -> "Generation":
        """Open a generation after verifying its checksums.

        If the sentence vectors exceed `eager` bytes, their blocks are verified on first use. Verification
        takes time proportional to the data (docs/decisions/0006-seals.md); no answer is based on unverified
        bytes.

        Raises:
            Damaged: a file fails its checksums.
            Outdated, StoreError: the format is older or newer than this version's.
        """
        manifest = Manifest.read(directory)
        later = {SENTENCES} if eager is not None and _sealed(directory, manifest).size > eager else set()
        for wrong in wrong_files(directory, manifest, later):
            raise Damaged(wrong, "citeback index")
        return cls(directory, manifest, notices)

    def close(self) -> None:
        """Close the database; memory maps are released with their last reference."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self.manifest.counts.chunks

    def __bool__(self) -> bool:
        """Return True, even for a generation without chunks."""
        return True

    @property
    def number(self) -> int:
        """Return the generation's number; later ones are higher."""
        return self.manifest.number

    @property
    def settings(self) -> Settings:
        """Return the settings that the documents were indexed with."""
        return self.manifest.settings

    @property
    def fingerprint(self) -> str:
        """Return the embedding model's fingerprint; empty if nothing was ever encoded."""
        return self.manifest.fingerprint

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the indexed folders, as absolute paths."""
        return self.manifest.folders

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

    def source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument."""
        return self._rows.source(name)

    def chunk(self, row: int) -> Row:
        """Return the chunk of a row. Raises IndexError."""
        return self._rows.chunks([row])[0]

    def chunks(self, rows: Iterable[int]) -> tuple[Row, ...]:
        """Return chunks by row, in the order given. Raises IndexError."""
        return self._rows.chunks(rows)

    def chunks_of(self, name: str) -> tuple[Row, ...]:
        """Return a document's chunks in order."""
        return self._rows.chunks_of(name)

    def allowed(self, within: Filter) -> NDArray[np.bool_] | None:
        """Return a mask of the rows whose documents pass a filter, (rows,), or None if all do."""
        return None if within.empty else self.mask(filter(within.allows, self.documents))

    def mask(self, documents: Iterable[Document]) -> NDArray[np.bool_]:
        """Return a mask of the rows of some documents, (rows,); duplicates use their original's rows."""
        mask, ranges = np.zeros(len(self), dtype=bool), self._rows.ranges()
        for document in documents:
            rows = ranges.get(document.copy_of or document.name, range(0))
            mask[rows.start : rows.stop] = True
        return mask

    def also(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's exact duplicates."""
        return self._copies.get(name, ())

    @cached_property
    def _copies(self) -> dict[str, tuple[str, ...]]:
        return self._rows.copies()

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names of a document's near duplicates."""
        return self._near.get(name, ())

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        return grouped(self._rows.near())

    def document_of(self, row: int) -> Document:
        """Return the document of a row. Raises IndexError."""
        return self.document(self.chunk(row).document)

    def text(self, row: int) -> str:
        """Return the text of a row's chunk. Raises IndexError."""
        found = self.chunk(row)
        return found.chunk.span.of(self.source(found.document).text)

    def sentence_vectors(self, row: int) -> Halves:
        """Return the unit vectors of a chunk's sentences, (sentences, dimension), float16."""
        found = self.chunk(row)
        return self.sentences(found)

    def sentences(self, row: Row) -> Halves:
        """Return the sentence vectors of a row that has been fetched, (sentences, dimension), float16."""
        return self.all_sentences[row.first_sentence : row.first_sentence + len(row.chunk.sentences)]

    def place(self, key: bytes) -> tuple[int, range] | None:
        """Return a row with this vector key and the range of its sentence vectors, or None."""
        return self._rows.place(key)

    def stretch(self, first: str, last: str) -> Stretch:
        """Return the rows and sentence vectors of the documents from one name to another, both included."""
        rows, most = self._rows.between(first, last), self.manifest.counts.sentences
        if not rows:
            return Stretch(rows, range(0))
        starts = [self._rows.first_sentence(row) for row in (rows.start, rows.stop)]
        return Stretch(rows, range(*(most if start is None else start for start in starts)))

    def vector_store(self, embeddings: "Embeddings") -> "FaissVectorStore":
        """Return the chunks as a read-only LangChain vector store.

        The id of a LangChain document is its row; the metadata are document, start, end, page, place and
        headings.
        """
        # Importing LangChain takes over a second, and no command needs it.
        from index.parts.published import PublishedDocuments
        from index.vectorstore import PublishedVectorStore

        ids = [str(row) for row in range(len(self))]
        documents = PublishedDocuments(self._rows, len(self))
        return PublishedVectorStore(embeddings, self.vectors, ids, documents)

    def check(self) -> list[str]:
        """Return all problems: failed checksums or, if there are none, inconsistent contents."""
        return _wrong(self.directory, self.manifest) or self.broken_promises()

    def broken_promises(self) -> list[str]:
        """Return inconsistencies in the contents (see `checks`), whatever the checksums say."""
        return [
            *uneven(self.manifest, self._rows, self.vectors, self.words, self.all_sentences),
            *misplaced(self._rows),
            *not_unit(self.vectors, self.all_sentences),
        ]


def check(directory: Path) -> list[str]:
    """Return all problems of a generation; checksums come first, since damaged files may not open."""
    try:
        if wrong := _wrong(directory, Manifest.read(directory)):
            return wrong
        with Generation.open(directory) as generation:
            return generation.broken_promises()
    except Damaged as error:
        return [error.message]


def _sealed(directory: Path, manifest: Manifest) -> Seal:
    if SENTENCES not in manifest.files:
        raise Damaged(f"{directory} has no {SENTENCES}.", "citeback index")
    return manifest.files[SENTENCES]


def _wrong(directory: Path, manifest: Manifest) -> list[str]:
    return [*wrong_files(directory, manifest), *strays(directory, manifest)]
