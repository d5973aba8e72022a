"""Sources -> the other parts of a generation: chunks, vectors, sentence vectors, words.

Must never know folders, nor which generation is current. A chunk's key stands for what the model
reads: whose key is known needs no model.
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
"""Chunks whose vectors are in memory at a time."""

AHEAD = 20_000
"""Chunks that are kept in memory from their cutting to the writing of their rows; others are cut twice."""

Fresh: TypeAlias = tuple[bytes, Encodable]
"""What the model has to read, behind its key."""

Cut: TypeAlias = Callable[[Source], Cuts]
"""Says where a source is cut. Raises ReadError where it cannot be."""


class Cutter:
    """Cuts sources into chunks with their keys and terms, and collects what is to be encoded.

    `cut` says where a source is cut; without it the encoder does, in this process.
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
        """Cut a document before its rows can be written; return what the model has to read of it.

        Raises ReadError where it cannot be cut, before anything is yielded.
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
        """Return the chunks of a document by where they start; `source` is asked where they are not kept.

        Raises ReadError where it cannot be cut, before anything is yielded.
        """
        if (kept := self._kept.pop(name, None)) is not None:
            return iter(kept)
        found = source(name)
        _, chunks = self._chunks(name, found)
        self._cuts.pop(name, None)
        return self._pieces(found, chunks)

    def fresh(self) -> list[Fresh]:
        """Return what the model has to read of all that was cut since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _chunks(self, name: str, source: Source) -> tuple[int, Iterable[Chunk]]:
        """Return how many chunks a source has, and the chunks; where it is cut is remembered, in numbers."""
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
    """Return what a chunk is found by: its document's title, its headings, its own text.

    The title counts in every chunk: on SciFact in chunks of 60 words it raised nDCG@10 of BM25 from
    0.667 to 0.688 (docs/decisions/0002-store.md).
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
    """Write the chunks of every document, by name (`names` are sorted); return where each row is from.

    Documents in `places` (see `groups`) have the chunks that they have in `previous`. Of one that cannot be
    cut `failed` is told its name and the reason.
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
    """Has the model read what comes, and tells how far it is; `share` is how much of all has come, 0 to 1."""

    def __init__(self, encoder: Encoder, known: Known, watch: Watch, share: Callable[[], float]) -> None:
        self._encoder, self._known, self._share = encoder, known, share
        self._stage = Stage(watch, "embedding", "chunks", 0)
        self._waiting: dict[int, Fresh] = {}
        self._done = self._come = self._read = 0

    def __call__(self, fresh: Iterable[Fresh]) -> int:
        """Encode all of it, what the model is handed at a time in an order of its own; return how many."""
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
        """Tell what is done of how many, which is an estimate as long as more is to come."""
        share, come = self._share() if self._waiting else 1.0, self._done + len(self._waiting)
        total = max(come, round(come / share)) if share else come
        self._stage.at(self._done, share=share * self._read / (self._come or 1), total=total)


def write_vectors(directory: Path, parts: Sequence[Part], known: Known, dimension: int) -> None:
    """Write a vector for every row."""
    blocks = (known.vectors(block, dimension) for block in blocked(parts, BLOCK))
    with told(directory / VECTORS, RuntimeError):  # as FAISS says that a file cannot be written
        Vectors.build(directory / VECTORS, dimension, blocks, before=known.before(parts))


def write_sentences(directory: Path, parts: Sequence[Part], known: Known, shape: tuple[int, int]) -> None:
    """Write the sentence vectors of every row as one array of this shape."""
    blocks = chain.from_iterable(map(known.sentences, parts))
    sentences.write(directory / SENTENCES, blocks, shape)


def write_words(directory: Path, sources: Rows, count: int) -> None:
    """Write the terms of all `count` chunks, by row."""
    (directory / WORDS).mkdir()
    with told(directory / WORDS, ValueError):  # as tantivy does
        Words.build(directory / WORDS, sources.terms(count))


def written(directory: Path, counts: Counts, dimension: int) -> None:
    """Open what was written and see that all of it is there.

    FAISS prints that a file could not be closed, on a full disk, and goes on. Raises Unwritten.
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
    """Have an error of a library that writes told as one of ours."""
    try:
        yield
    except kind as error:
        raise Unwritten(path, str(error)) from error
