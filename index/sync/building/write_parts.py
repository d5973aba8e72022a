"""Turns sources into the parts of a generation: chunks, vectors, sentence vectors and postings.

Every chunk has a key, a hash of what the embedding model reads. A chunk whose key is known is not encoded
again.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from citeback.index.chunking.token_limits import ChunkBoundaries
from citeback.index.embedding.protocols import ChunkInput, Encoder
from citeback.index.errors import DamagedGeneration, ReadError, WriteError
from citeback.index.generations.generation import SENTENCES, VECTORS, WORDS, Generation
from citeback.index.generations.parts import sentence_vectors
from citeback.index.generations.parts.manifest import Counts
from citeback.index.generations.parts.row_sources import (
    DocumentGroup,
    NewRows,
    RowSource,
    batched_rows,
    document_groups,
)
from citeback.index.generations.parts.row_writer import RowWriter
from citeback.index.generations.parts.rows import NewChunk, RowReader
from citeback.index.languages import detect
from citeback.index.records import Chunk, Source
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.bm25 import Bm25Index
from citeback.index.search.vectors import VectorIndex
from citeback.index.sync.building.vector_cache import VectorCache
from citeback.index.sync.report import ProgressCallback, Stage

BATCH_VECTORS = 2048
"""Vectors held in memory at a time."""

MAX_BUFFERED_CHUNKS = 20_000
"""Chunks held in memory between chunking and writing; documents beyond that are chunked twice."""

KeyedInput: TypeAlias = tuple[bytes, ChunkInput]
"""A chunk to encode, with its key."""

FindBoundaries: TypeAlias = Callable[[Source], ChunkBoundaries]
"""Returns a source's chunk boundaries. Raises ReadError if it cannot be chunked."""


class Chunker:
    """Chunks documents, computes keys and terms, and collects the chunks to encode.

    `cut` finds the chunk boundaries of a source; without it, the encoder does so in this process.
    """

    def __init__(
        self,
        encoder: Encoder,
        analyzer: Analyzer,
        known: Container[bytes],
        room: int = MAX_BUFFERED_CHUNKS,
        cut: FindBoundaries | None = None,
    ) -> None:
        self._encoder = encoder
        self._find_boundaries = cut
        self._analyzer = analyzer
        self._known = known
        self._collected: set[bytes] = set()
        self._inputs: list[KeyedInput] = []
        self._buffered: dict[str, tuple[NewChunk, ...]] = {}
        self._cuts: dict[str, ChunkBoundaries] = {}
        self._room = room
        self.languages: Counter[str] = Counter()
        """The languages of the documents that were chunked ahead."""

    def chunk_ahead(self, name: str, source: Source) -> Iterator[KeyedInput]:
        """Chunk a document ahead of writing its rows; return the chunks to encode.

        Raises:
            ReadError: the document cannot be chunked; raised before anything is yielded.
        """
        count, chunks = self._chunks(name, source)
        self.languages[detect(source.text)] += 1
        pieces = self._new_chunks(source, chunks)
        if count > self._room:
            return chain.from_iterable(self.take_inputs() for _ in pieces)
        self._room -= count
        self._buffered[name] = tuple(pieces)
        self._cuts.pop(name, None)
        return iter(self.take_inputs())

    def chunks(self, name: str, source: Callable[[str], Source]) -> Iterator[NewChunk]:
        """Return a document's chunks in order; `source` loads its text if they are not cached.

        Raises:
            ReadError: the document cannot be chunked; raised before anything is yielded.
        """
        if (kept := self._buffered.pop(name, None)) is not None:
            return iter(kept)
        result = source(name)
        _, chunks = self._chunks(name, result)
        self._cuts.pop(name, None)
        return self._new_chunks(result, chunks)

    def take_inputs(self) -> list[KeyedInput]:
        """Return the chunks to encode that were collected since the last call."""
        fresh, self._inputs = self._inputs, []
        return fresh

    def _chunks(self, name: str, source: Source) -> tuple[int, Iterable[Chunk]]:
        """Return the number of chunks of a source, and the chunks; the boundaries are cached."""
        if self._find_boundaries is None:
            chunks = self._encoder.split(source)
            return len(chunks), chunks
        cuts = self._cuts.get(name) or self._find_boundaries(source)
        self._cuts[name] = cuts
        return len(cuts.counts), cuts.chunks(source)

    def _new_chunks(self, source: Source, chunks: Iterable[Chunk]) -> Iterator[NewChunk]:
        for chunk in chunks:
            encodable = self._encoder.chunk_input(source, chunk)
            key = encodable.key
            if key not in self._collected and key not in self._known:
                self._collected.add(key)
                self._inputs.append((key, encodable))
            yield NewChunk(chunk=chunk, key=key, terms=" ".join(self._terms(source, chunk)))

    def _terms(self, source: Source, chunk: Chunk) -> list[str]:
        return self._analyzer.document_terms(source.text, lexical_text(source, chunk))


def lexical_text(source: Source, chunk: Chunk) -> str:
    """Return the text that BM25 indexes for a chunk: the document's title, the headings and the chunk.

    Indexing the title with every chunk raised nDCG@10 of BM25 on SciFact, in chunks of 60 words, from 0.667
    to 0.688 (docs/decisions/0002-store.md).
    """
    return "\n".join((*dict.fromkeys((source.title, *chunk.headings)), chunk.span.of(source.text)))


def write_chunks(
    writer: RowWriter,
    names: Sequence[str],
    cutter: Chunker,
    previous: Generation | None,
    positions: Mapping[str, int],
    watch: ProgressCallback,
    failed: Callable[[str, str], None],
) -> list[RowSource]:
    """Write the chunks of all documents in order of name; return the origin of each row.

    `names` are sorted. Documents in `positions` (see `document_groups`) reuse their chunks of `previous`.
    `failed` is called with the name of a document that cannot be chunked, and the reason.
    """
    stage, sources, done = Stage(watch, "splitting", "documents", len(names)), writer.reader(), 0
    parts: list[RowSource] = []
    for group in document_groups(names, positions):
        stage.at(done, group.names[0])
        done += len(group.names)
        if previous and group.reused:
            stretch = previous.row_range(group.names[0], group.names[-1])
            writer.copy_chunks(stretch)
            parts.append(stretch)
        else:
            parts.append(_write_new_document(writer, sources, group, cutter, failed))
    stage.end()
    return parts


def _write_new_document(
    writer: RowWriter,
    sources: RowReader,
    group: DocumentGroup,
    cutter: Chunker,
    failed: Callable[[str, str], None],
) -> NewRows:
    keys: list[bytes] = []
    for name in group.names:
        try:
            pieces = cutter.chunks(name, sources.source)
        except ReadError as error:
            failed(name, str(error))
            continue
        keys += writer.add_chunks(name, pieces)
    return NewRows(tuple(keys))


class EncodingStage:
    """Encodes chunks and reports progress; `share` returns the fraction of the input read so far, 0 to 1."""

    def __init__(
        self, encoder: Encoder, known: VectorCache, watch: ProgressCallback, share: Callable[[], float]
    ) -> None:
        self._encoder, self._known, self._share = encoder, known, share
        self._stage = Stage(watch, "embedding", "chunks", 0)
        self._waiting: dict[int, KeyedInput] = {}
        self._done = self._come = self._read = 0

    def encode(self, fresh: Iterable[KeyedInput]) -> int:
        """Encode chunks in the encoder's own batches; return the total number encoded."""
        for batch in self._encoder.encode(self._tracked(fresh)):
            learned = [(*self._waiting.pop(n), encoded) for n, encoded in batch]
            self._known.record(learned)
            self._done += len(learned)
            self._read += sum(len(item.text) for _, item, _ in learned)
            self._report()
        return self._done

    def _tracked(self, fresh: Iterable[KeyedInput]) -> Iterator[ChunkInput]:
        for n, (key, item) in enumerate(fresh):
            self._waiting[n] = key, item
            self._come += len(item.text)
            if n == 0:
                self._report()
            yield item

    def _report(self) -> None:
        """Report progress; the total is an estimate while input is still being read."""
        share, come = self._share() if self._waiting else 1.0, self._done + len(self._waiting)
        total = max(come, round(come / share)) if share else come
        self._stage.at(self._done, share=share * self._read / (self._come or 1), total=total)


def write_vectors(directory: Path, parts: Sequence[RowSource], known: VectorCache, dimension: int) -> None:
    """Write the vectors of all rows."""
    blocks = (known.vectors(block, dimension) for block in batched_rows(parts, BATCH_VECTORS))
    with raising_unwritten(directory / VECTORS, RuntimeError):  # FAISS's exception for a failed write
        VectorIndex.build(directory / VECTORS, dimension, blocks, before=known.previous_vectors(parts))


def write_sentence_vectors(
    directory: Path, parts: Sequence[RowSource], known: VectorCache, shape: tuple[int, int]
) -> None:
    """Write the sentence vectors of all rows as one array of `shape`, (sentences, dimension)."""
    blocks = chain.from_iterable(map(known.sentences, parts))
    sentence_vectors.write_sentence_array(directory / SENTENCES, blocks, shape)


def write_postings(directory: Path, sources: RowReader, count: int) -> None:
    """Write the BM25 index over the terms of all `count` chunks."""
    (directory / WORDS).mkdir()
    with raising_unwritten(directory / WORDS, ValueError):  # tantivy's exception for a failed write
        Bm25Index.build(directory / WORDS, sources.terms(count))


def check_written(directory: Path, counts: Counts, dimension: int) -> None:
    """Verify that the written parts open and are complete.

    On a full disk, FAISS only prints that closing a file failed.

    Raises:
        WriteError: a part is missing or incomplete.
    """
    try:
        results = (len(VectorIndex.open(directory / VECTORS)), len(Bm25Index.open(directory / WORDS)))
        sentence_vectors.array_offset(directory / SENTENCES, (counts.sentences, dimension))
    except DamagedGeneration as error:
        raise WriteError(directory, error.message) from error
    if results != (counts.chunks, counts.chunks):
        raise WriteError(directory, f"{results} of {counts.chunks} vectors and rows of words are there")


@contextmanager
def raising_unwritten(path: Path, kind: type[Exception]) -> Iterator[None]:
    """Translate a library's write error into WriteError."""
    try:
        yield
    except kind as error:
        raise WriteError(path, str(error)) from error
