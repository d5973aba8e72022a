"""One immutable generation on disk, opened for reading: rows, vectors, words, sentence vectors.

Must never know questions, nor how a generation is made (`build`) or chosen (`store`).
"""

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
    """Everything that was indexed at one moment; safe to share between threads.

    Whatever is published later, an open generation keeps answering as it did. `notices` says what a
    person must be told about how it was chosen (see `Store.current`).
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
        """Unit vectors of all sentences, shape (sentences, dimension), float16: chunk after chunk."""

    @classmethod
    def open(
        cls, directory: Path, notices: tuple[str, ...] = (), *, eager: int | None = None
    ) -> "Generation":
        """Open a directory whose every byte is as it was sealed.

        Sentence vectors of more than `eager` bytes are compared block by block, when they are first asked
        for. Raises Damaged where a byte differs, Outdated or StoreError where the format is another one.
        That takes time in proportion to the data (docs/decisions/0006-seals.md): nothing is answered from
        bytes that were not compared.
        """
        manifest = Manifest.read(directory)
        later = {SENTENCES} if eager is not None and _sealed(directory, manifest).size > eager else set()
        for wrong in wrong_files(directory, manifest, later):
            raise Damaged(wrong, "citeback index")
        return cls(directory, manifest, notices)

    def close(self) -> None:
        """Close the rows; what is mapped into memory goes with the last reference to it."""
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
        """Return True: a generation without chunks is a generation all the same."""
        return True

    @property
    def number(self) -> int:
        """Return the generation's number; a later one is higher."""
        return self.manifest.number

    @property
    def settings(self) -> Settings:
        """Return what the documents were cut and embedded with."""
        return self.manifest.settings

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the model; empty where nothing was ever encoded."""
        return self.manifest.fingerprint

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders (absolute paths) that this is an index of."""
        return self.manifest.folders

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Return every document, by name."""
        return self._rows.documents()

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that could not be read, by name, with the reason."""
        return self._rows.failures()

    def document(self, name: str) -> Document:
        """Return one document. Raises UnknownDocument."""
        return self._rows.document(name)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of characters of some documents, without reading their texts."""
        return self._rows.sizes(names)

    def source(self, name: str) -> Source:
        """Return the text of a document, its headings and pages. Raises UnknownDocument."""
        return self._rows.source(name)

    def chunk(self, row: int) -> Row:
        """Return the chunk of a row. Raises IndexError."""
        return self._rows.chunks([row])[0]

    def chunks(self, rows: Iterable[int]) -> tuple[Row, ...]:
        """Return the chunks of some rows in the order asked for. Raises IndexError."""
        return self._rows.chunks(rows)

    def chunks_of(self, name: str) -> tuple[Row, ...]:
        """Return the chunks of a document in order of their starts."""
        return self._rows.chunks_of(name)

    def allowed(self, within: Filter) -> NDArray[np.bool_] | None:
        """Return for every row whether its document passes, or None where every one does."""
        return None if within.empty else self.mask(filter(within.allows, self.documents))

    def mask(self, documents: Iterable[Document]) -> NDArray[np.bool_]:
        """Return for every row whether it is of one of these documents, or of what one is a copy of."""
        mask, ranges = np.zeros(len(self), dtype=bool), self._rows.ranges()
        for document in documents:
            rows = ranges.get(document.copy_of or document.name, range(0))
            mask[rows.start : rows.stop] = True
        return mask

    def also(self, name: str) -> tuple[str, ...]:
        """Return the names of the files with the same bytes as a document, which is indexed for all."""
        return self._copies.get(name, ())

    @cached_property
    def _copies(self) -> dict[str, tuple[str, ...]]:
        return self._rows.copies()

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names of the other documents that say nearly the same as a document."""
        return self._near.get(name, ())

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        return grouped(self._rows.near())

    def document_of(self, row: int) -> Document:
        """Return the document that a row was cut from. Raises IndexError."""
        return self.document(self.chunk(row).document)

    def text(self, row: int) -> str:
        """Return the words of a chunk, cut from its source. Raises IndexError."""
        found = self.chunk(row)
        return found.chunk.span.of(self.source(found.document).text)

    def sentence_vectors(self, row: int) -> Halves:
        """Return a unit vector for every sentence of a chunk, shape (sentences, dimension), float16."""
        found = self.chunk(row)
        return self.sentences(found)

    def sentences(self, row: Row) -> Halves:
        """Return the same for a row already fetched."""
        return self.all_sentences[row.first_sentence : row.first_sentence + len(row.chunk.sentences)]

    def place(self, key: bytes) -> tuple[int, range] | None:
        """Return a row whose vectors have this key, and its sentence vectors; None where there is none."""
        return self._rows.place(key)

    def stretch(self, first: str, last: str) -> Stretch:
        """Return the rows of all documents from one name to another, and their sentence vectors."""
        rows, most = self._rows.between(first, last), self.manifest.counts.sentences
        if not rows:
            return Stretch(rows, range(0))
        starts = [self._rows.first_sentence(row) for row in (rows.start, rows.stop)]
        return Stretch(rows, range(*(most if start is None else start for start in starts)))

    def vector_store(self, embeddings: "Embeddings") -> "FaissVectorStore":
        """Return the chunks as a LangChain vector store that cannot be written to.

        A document's id is its row, its metadata document, start, end, page and headings.
        """
        # Imported here: LangChain takes over a second to import, and no command but this needs it.
        from index.parts.published import PublishedDocuments
        from index.vectorstore import PublishedVectorStore

        ids = [str(row) for row in range(len(self))]
        documents = PublishedDocuments(self._rows, len(self))
        return PublishedVectorStore(embeddings, self.vectors, ids, documents)

    def check(self) -> list[str]:
        """Return every problem found: wrong checksums, or else every promise that is not kept."""
        return _wrong(self.directory, self.manifest) or self.broken_promises()

    def broken_promises(self) -> list[str]:
        """Return what does not hold of the contents (see `checks`), whatever the checksums say."""
        return [
            *uneven(self.manifest, self._rows, self.vectors, self.words, self.all_sentences),
            *misplaced(self._rows),
            *not_unit(self.vectors, self.all_sentences),
        ]


def check(directory: Path) -> list[str]:
    """Return every problem of a generation; checksums first, since what was damaged may not open."""
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
