"""Turns sources into the parts of a generation: chunks, vectors, sentence vectors and postings.

Every chunk has a key, a hash of what the embedding model reads. A chunk whose key is known is not encoded
again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from index.cutting import Cuts
from index.encoder import Encodable, Encoder
from index.errors import Damaged, ReadError, Unwritten
from index.generation import SENTENCES, VECTORS, WORDS, Generation
from index.making.known import Known
from index.parts import sentences
from index.parts.layout import Group, New, Part, blocked, groups
from index.parts.manifest import Counts
from index.parts.rows import Piece, Rows
from index.parts.rowwriter import RowWriter
from index.records import Chunk, Source
from index.report import Stage, Watch
from index.terms import Analyzer
from index.vectors import Vectors
from index.words import Words

BLOCK = 2048
"""Vectors held in memory at a time."""

AHEAD = 20_000
"""Chunks held in memory between chunking and writing; documents beyond that are chunked twice."""

Fresh: TypeAlias = tuple[bytes, Encodable]
"""A chunk to encode, with its key."""

Cut: TypeAlias = Callable[[Source], Cuts]
"""Returns a source's chunk boundaries. Raises ReadError if it cannot be chunked."""


class Cutter:
    """Chunks documents, computes keys and terms, and collects the chunks to encode.

    `cut` finds the chunk boundaries of a source; without it, the encoder does so in this process.
    """

    def __init__(
        self, encoder: Encoder, analyzer: Analyzer, known: Known, room: int = AHEAD, cut: Cut | None = None
    ) -> None:
        self._encoder = encoder
        self._cut = cut
        self._analyzer = analyzer
        self._known = known
        self._seen: set[bytes] = set()
        self._fresh: list[Fresh] = []
        self._kept: dict[str, tuple[Piece, ...]] = {}
        self._cuts: dict[str, Cuts] = {}
        self._room = room

    def ahead(self, name: str, source: Source) -> Iterator[Fresh]:
        """Chunk a document ahead of writing its rows; return the chunks to encode.

        Raises:
            ReadError: the document cannot be chunked; raised before anything is yielded.
        """
        count, chunks = self._chunks(name, source)
        pieces = self._pieces(source, chunks)
        if count > self._room:
            return chain.from_iterable(self.fresh() for _ in pieces)
        self._room -= count
        self._kept[name] = tuple(pieces)
        self._cuts.pop(name, None)
        return iter(self.fresh())

    def pieces(self, name: str, source: Callable[[str], Source]) -> Iterator[Piece]:
        """Return a document's chunks in order; `source` loads its text if they are not cached.

        Raises:
            ReadError: the document cannot be chunked; raised before anything is yielded.
        """
        if (kept := self._kept.pop(name, None)) is not None:
            return iter(kept)
        found = source(name)
        _, chunks = self._chunks(name, found)
        self._cuts.pop(name, None)
        return self._pieces(found, chunks)

    def fresh(self) -> list[Fresh]:
        """Return the chunks to encode that were collected since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _chunks(self, name: str, source: Source) -> tuple[int, Iterable[Chunk]]:
        """Return the number of chunks of a source, and the chunks; the boundaries are cached."""
        if self._cut is None:
            chunks = self._encoder.split(source)
            return len(chunks), chunks
        cuts = self._cuts.get(name) or self._cut(source)
        self._cuts[name] = cuts
        return len(cuts.counts), cuts.chunks(source)

    def _pieces(self, source: Source, chunks: Iterable[Chunk]) -> Iterator[Piece]:
        for chunk in chunks:
            encodable = self._encoder.encodable(source, chunk)
            key = encodable.key
            if key not in self._seen and key not in self._known:
                self._seen.add(key)
                self._fresh.append((key, encodable))
            yield Piece(chunk, key, " ".join(self._analyzer.terms(lexical_text(source, chunk))))


def lexical_text(source: Source, chunk: Chunk) -> str:
    """Return the text that BM25 indexes for a chunk: the document's title, the headings and the chunk.

    Indexing the title with every chunk raised nDCG@10 of BM25 on SciFact, in chunks of 60 words, from 0.667
    to 0.688 (docs/decisions/0002-store.md).
    """
    return "\n".join((*dict.fromkeys((source.title, *chunk.headings)), chunk.span.of(source.text)))


def write_chunks(
    writer: RowWriter,
    names: Sequence[str],
    cutter: Cutter,
    previous: Generation | None,
    places: Mapping[str, int],
    watch: Watch,
    failed: Callable[[str, str], None],
) -> list[Part]:
    """Write the chunks of all documents in order of name; return the origin of each row.

    `names` are sorted. Documents in `places` (see `groups`) reuse their chunks of `previous`. `failed` is
    called with the name of a document that cannot be chunked, and the reason.
    """
    stage, sources, done = Stage(watch, "splitting", "documents", len(names)), writer.reader(), 0
    parts: list[Part] = []
    for group in groups(names, places):
        stage.at(done, group.names[0])
        done += len(group.names)
        if previous and group.taken:
            stretch = previous.stretch(group.names[0], group.names[-1])
            writer.take_chunks(stretch)
            parts.append(stretch)
        else:
            parts.append(_cut(writer, sources, group, cutter, failed))
    stage.end()
    return parts


def _cut(
    writer: RowWriter, sources: Rows, group: Group, cutter: Cutter, failed: Callable[[str, str], None]
) -> New:
    keys: list[bytes] = []
    for name in group.names:
        try:
            pieces = cutter.pieces(name, sources.source)
        except ReadError as error:
            failed(name, str(error))
            continue
        keys += writer.add_chunks(name, pieces)
    return New(tuple(keys))


class Encoding:
    """Encodes chunks and reports progress; `share` returns the fraction of the input read so far, 0 to 1."""

    def __init__(self, encoder: Encoder, known: Known, watch: Watch, share: Callable[[], float]) -> None:
        self._encoder, self._known, self._share = encoder, known, share
        self._stage = Stage(watch, "embedding", "chunks", 0)
        self._waiting: dict[int, Fresh] = {}
        self._done = self._come = self._read = 0

    def __call__(self, fresh: Iterable[Fresh]) -> int:
        """Encode chunks in the encoder's own batches; return the total number encoded."""
        for batch in self._encoder.encode(self._handed(fresh)):
            learned = [(*self._waiting.pop(n), encoded) for n, encoded in batch]
            self._known.learn(learned)
            self._done += len(learned)
            self._read += sum(len(item.text) for _, item, _ in learned)
            self._tell()
        return self._done

    def _handed(self, fresh: Iterable[Fresh]) -> Iterator[Encodable]:
        for n, (key, item) in enumerate(fresh):
            self._waiting[n] = key, item
            self._come += len(item.text)
            if n == 0:
                self._tell()
            yield item

    def _tell(self) -> None:
        """Report progress; the total is an estimate while input is still being read."""
        share, come = self._share() if self._waiting else 1.0, self._done + len(self._waiting)
        total = max(come, round(come / share)) if share else come
        self._stage.at(self._done, share=share * self._read / (self._come or 1), total=total)


def write_vectors(directory: Path, parts: Sequence[Part], known: Known, dimension: int) -> None:
    """Write the vectors of all rows."""
    blocks = (known.vectors(block, dimension) for block in blocked(parts, BLOCK))
    with told(directory / VECTORS, RuntimeError):  # FAISS's exception for a failed write
        Vectors.build(directory / VECTORS, dimension, blocks, before=known.before(parts))


def write_sentences(directory: Path, parts: Sequence[Part], known: Known, shape: tuple[int, int]) -> None:
    """Write the sentence vectors of all rows as one array of `shape`, (sentences, dimension)."""
    blocks = chain.from_iterable(map(known.sentences, parts))
    sentences.write(directory / SENTENCES, blocks, shape)


def write_words(directory: Path, sources: Rows, count: int) -> None:
    """Write the BM25 index over the terms of all `count` chunks."""
    (directory / WORDS).mkdir()
    with told(directory / WORDS, ValueError):  # tantivy's exception for a failed write
        Words.build(directory / WORDS, sources.terms(count))


def written(directory: Path, counts: Counts, dimension: int) -> None:
    """Verify that the written parts open and are complete.

    On a full disk, FAISS only prints that closing a file failed.

    Raises:
        Unwritten: a part is missing or incomplete.
    """
    try:
        found = (len(Vectors.open(directory / VECTORS)), len(Words.open(directory / WORDS)))
        sentences.begins(directory / SENTENCES, (counts.sentences, dimension))
    except Damaged as error:
        raise Unwritten(directory, error.message) from error
    if found != (counts.chunks, counts.chunks):
        raise Unwritten(directory, f"{found} of {counts.chunks} vectors and rows of words are there")


@contextmanager
def told(path: Path, kind: type[Exception]) -> Iterator[None]:
    """Translate a library's write error into Unwritten."""
    try:
        yield
    except kind as error:
        raise Unwritten(path, str(error)) from error
