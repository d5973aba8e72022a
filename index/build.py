"""Sources -> the other parts of a generation: chunks, vectors, sentence vectors, words.

Must never know folders, nor which generation is current. A chunk's key stands for what the model
reads: whose key is known needs no model.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encodable, Encoder, Halves
from index.generation import SENTENCES, VECTORS, WORDS, Generation
from index.known import Known
from index.records import Chunk, Document, Source
from index.report import Progress, Watch
from index.rows import Piece, Rows
from index.rowwriter import RowWriter
from index.terms import Analyzer
from index.vectors import Vectors
from index.words import Words

BLOCK = 2048
"""Chunks whose vectors are in memory at a time."""


class Cutter:
    """Cuts sources into chunks with their keys and terms, and collects what is to be encoded.

    The chunks of the documents in `same` are those they have in `previous`, unless that is None.
    """

    def __init__(
        self,
        encoder: Encoder,
        analyzer: Analyzer,
        known: Known,
        previous: Generation | None,
        same: Iterable[Document],
    ) -> None:
        self.missing: dict[bytes, Encodable] = {}
        self._encoder = encoder
        self._analyzer = analyzer
        self._known = known
        self._previous = previous
        self._same = {document.name for document in same}

    def pieces(self, sources: Rows, name: str) -> Iterable[Piece]:
        """Return the chunks of a document by where they start."""
        if self._previous and name in self._same:
            return self._previous.pieces_of(name)
        return self._cut(sources.source(name))

    def _cut(self, source: Source) -> Iterator[Piece]:
        for chunk in self._encoder.split(source):
            encodable = self._encoder.encodable(source, chunk)
            key = encodable.key
            if key not in self._known:
                self.missing[key] = encodable
            yield Piece(chunk, key, " ".join(self._analyzer.terms(lexical_text(source, chunk))))


def lexical_text(source: Source, chunk: Chunk) -> str:
    """Return what a chunk is found by: its document's title, its headings, its own text.

    The title counts in every chunk: on SciFact in chunks of 60 words it raised nDCG@10 of BM25 from
    0.667 to 0.688 (docs/decisions/0002-store.md).
    """
    return "\n".join((*dict.fromkeys((source.title, *chunk.headings)), chunk.span.of(source.text)))


def write_chunks(
    writer: RowWriter, sources: Rows, names: Sequence[str], cutter: Cutter, watch: Watch
) -> None:
    """Write the chunks of every document; `names` are sorted."""
    for n, name in enumerate(names):
        watch(Progress("splitting", n, len(names), "documents", name))
        writer.add_chunks(name, cutter.pieces(sources, name))
    watch(Progress("splitting", len(names), len(names), "documents"))


def encode(encoder: Encoder, missing: dict[bytes, Encodable], known: Known, watch: Watch) -> None:
    """Have the model read what is missing, all of it in one go so that it can sort by length."""
    keys, items, done = list(missing), list(missing.values()), 0
    watch(Progress("embedding", 0, len(items), "chunks"))
    for batch in encoder.encode(items):
        known.learn((keys[n], items[n], encoded) for n, encoded in batch)
        done += len(batch)
        watch(Progress("embedding", done, len(items), "chunks"))


def write_vectors(directory: Path, keys: Sequence[bytes], known: Known, dimension: int) -> None:
    """Write a vector for every key, by row."""
    blocks = (known.vectors(keys[n : n + BLOCK], dimension) for n in range(0, len(keys), BLOCK))
    Vectors.build(directory / VECTORS, dimension, blocks)


def write_sentences(directory: Path, keys: Iterable[bytes], known: Known, shape: tuple[int, int]) -> None:
    """Write the sentence vectors of every key, by row, as one array of this shape."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype("<f2")), "fortran_order": False, "shape": shape}
    with (directory / SENTENCES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for key in keys:
            vectors: Halves = known.sentences(key)
            file.write(np.ascontiguousarray(vectors, dtype="<f2").tobytes())


def write_words(directory: Path, sources: Rows, count: int) -> None:
    """Write the terms of all `count` chunks, by row."""
    (directory / WORDS).mkdir()
    Words.build(directory / WORDS, sources.terms(count))
