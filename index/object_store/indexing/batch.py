"""One batch of files, from reading to rows that are written but belong to no version yet.

A batch is the unit of work of a thread or of a Ray actor; what it returns is small.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from citeback.index.addresses import is_address
from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking
from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput, Encoder
from citeback.index.errors import ModelError, ReadError
from citeback.index.files.scan import File
from citeback.index.object_store.arrow_rows import EncodedChunk, chunk_rows, document_rows
from citeback.index.object_store.indexing.buckets import read_object
from citeback.index.object_store.indexing.known_vectors import KnownVectors
from citeback.index.object_store.place import Place
from citeback.index.object_store.table import write_rows
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS, Rows
from citeback.index.object_store.together import together
from citeback.index.ordered_map import ordered_map
from citeback.index.records import Document, Failure, Source
from citeback.index.sandbox.read_file import ReadFile, ReadResult, read_consistently
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.building.write_parts import Chunker

MAX_FILES, MAX_BYTES = 64, 4 << 20
"""Files of a batch, and their bytes unless there is only one."""

FindBoundaries: TypeAlias = Callable[[Source, Chunking], ChunkBoundaries]
NO_LIMIT = 1 << 60
FETCHERS = 8
"""Objects of a batch that are fetched at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files to index together; `replaced` names the documents whose vectors may be used again."""

    number: int
    files: tuple[File, ...]
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch: documents, failures, and rows written as fragments, by table.

    `sketches` are those of the documents. `files` counts its files, `embedded` the chunks that were encoded.
    """

    number: int
    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
    fragments: Mapping[str, tuple[str, ...]]
    sketches: Mapping[str, bytes] = field(default_factory=dict)
    files: int = 0
    embedded: int = 0


def fit_in_one(files: Sequence[File]) -> bool:
    """Return whether the files are one batch, or none."""
    return len(files) <= MAX_FILES and (len(files) < 2 or sum(file.size for file in files) <= MAX_BYTES)


def batches(files: Iterable[File], replaced: Callable[[File], Iterable[str]]) -> Iterator[Batch]:
    """Yield the files in batches, in order."""
    number, held, size = 0, list[File](), 0
    for file in files:
        if held and (len(held) == MAX_FILES or size + file.size > MAX_BYTES):
            yield _batch(number, held, replaced)
            number, held, size = number + 1, [], 0
        held.append(file)
        size += file.size
    if held:
        yield _batch(number, held, replaced)


def _batch(number: int, files: Sequence[File], replaced: Callable[[File], Iterable[str]]) -> Batch:
    return Batch(
        number=number, files=tuple(files), replaced=tuple(name for file in files for name in replaced(file))
    )


def read_one(file: File, read: ReadFile, places: MutableMapping[str, Place]) -> list[ReadResult]:
    """Read a file, or fetch and read an object; `places` keeps the connections to buckets."""
    return read_object(file, read, places) if is_address(file.path) else read_consistently(file, read)


@dataclass(frozen=True, slots=True)
class BatchIndexer:
    """Reads, chunks, encodes and writes batches. Safe to share between threads.

    `read` is called from `readers` threads; `find_boundaries` chunks sources in worker processes. `known`
    returns vectors of documents that are replaced. `places` keeps the connections to buckets.
    """

    place: Place
    encoder: Encoder
    language: str
    read: ReadFile
    readers: int
    known: KnownVectors
    find_boundaries: FindBoundaries | None = None
    places: MutableMapping[str, Place] = field(default_factory=dict)

    def index(self, batch: Batch) -> BatchResult:
        """Index a batch. Raises StoreError if it cannot be written."""
        with ThreadPoolExecutor(1) as pool:  # vectors are fetched while files are read
            known = pool.submit(self.known.of, batch.replaced)
            results = self._read(batch)
        failures = [each for each in results if isinstance(each, Failure)]
        pairs = [each for each in results if isinstance(each, tuple)]
        return self._write(batch, pairs, failures, known.result(), documents=True)

    def _read(self, batch: Batch) -> list[ReadResult]:
        take = partial(read_one, read=self.read, places=self.places)
        remote = any(is_address(file.path) for file in batch.files)
        readers = max(self.readers, FETCHERS) if remote else self.readers
        return [each for _, taken in ordered_map(take, batch.files, readers) for each in taken]

    def write_chunks(self, batch: Batch, pairs: Sequence[tuple[Document, Source]]) -> BatchResult:
        """Chunk, encode and write sources whose texts are stored already."""
        return self._write(batch, pairs, (), self.known.of(batch.replaced), documents=False)

    def _write(
        self,
        batch: Batch,
        pairs: Sequence[tuple[Document, Source]],
        failures: Sequence[Failure],
        known: Mapping[bytes, ChunkEncoding],
        *,
        documents: bool,
    ) -> BatchResult:
        """Chunk, encode and write sources, with their texts if `documents`."""
        chunks, uncut, embedded = self._encoded(pairs, known)
        kept = [pair for pair in pairs if pair[0].name not in uncut]
        lost = [document.failed(uncut[document.name]) for document, _ in pairs if document.name in uncut]
        rows: dict[str, Rows] = {}
        sketches: dict[str, bytes] = {}
        if documents and kept:
            rows[DOCUMENTS] = document_rows(kept)
            sketches = {
                row["name"]: row["sketch"] for row in rows[DOCUMENTS].select(["name", "sketch"]).to_pylist()
            }
        if chunks:
            rows[CHUNKS] = chunk_rows(chunks, self.encoder.dimension)
        written = together(partial(write_rows, self.place, name, table) for name, table in rows.items())
        fragments = {name: tuple(each) for name, each in zip(rows, written, strict=True)}
        return BatchResult(
            number=batch.number,
            documents=tuple(document for document, _ in kept),
            failures=(*failures, *lost),
            fragments=fragments,
            sketches=sketches,
            files=len(batch.files),
            embedded=embedded,
        )

    def _encoded(
        self, pairs: Sequence[tuple[Document, Source]], known: Mapping[bytes, ChunkEncoding]
    ) -> tuple[list[EncodedChunk], dict[str, str], int]:
        """Return the chunks of the sources, why some could not be chunked, and how many were encoded."""
        cut_in_process = self._cut if self.find_boundaries and self.encoder.chunking else None
        cutter = Chunker(self.encoder, Analyzer(self.language), known, NO_LIMIT, cut_in_process)
        inputs: dict[bytes, ChunkInput] = {}
        uncut: dict[str, str] = {}
        first: set[tuple[str, str]] = set()
        cut: list[tuple[Document, Source]] = []
        for document, source in sorted(pairs, key=lambda pair: pair[0].name):
            if (document.sha256, document.kind) in first:
                continue  # an exact copy in the same batch, which gets no chunks of its own
            try:
                inputs |= dict(cutter.chunk_ahead(document.name, source))
            except ReadError as error:
                uncut[document.name] = str(error)
                continue
            first.add((document.sha256, document.kind))
            cut.append((document, source))
        fresh = self._encode(list(inputs.items()))
        cut_sources = {document.name: source for document, source in cut}
        chunks = []
        for document, _ in cut:
            for new in cutter.chunks(document.name, cut_sources.__getitem__):
                encoding = fresh.get(new.key) or known[new.key]
                chunks.append(
                    EncodedChunk(
                        document=document.name, new=new, vector=encoding.vector, sentences=encoding.sentences
                    )
                )
        return chunks, uncut, len(fresh)

    def _encode(self, keyed: Sequence[tuple[bytes, ChunkInput]]) -> dict[bytes, ChunkEncoding]:
        encoded: dict[bytes, ChunkEncoding] = {}
        for batch in self.encoder.encode(item for _, item in keyed):
            for n, encoding in batch:
                key, item = keyed[n]
                shape = (len(item.sentences), len(encoding.vector))
                if encoding.sentences.shape != shape:
                    raise ModelError(
                        f"The model returned sentence vectors of shape {encoding.sentences.shape}, "
                        f"not {shape}."
                    )
                encoded[key] = encoding
        return encoded

    def _cut(self, source: Source) -> ChunkBoundaries:
        if self.find_boundaries is None or self.encoder.chunking is None:
            raise AssertionError("only called where sources are chunked in worker processes")
        return self.find_boundaries(source, self.encoder.chunking)
