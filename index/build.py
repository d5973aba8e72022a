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
from index.records import Chunk, Document
from index.report import Progress, Watch
from index.rows import Row, Rows
from index.rowwriter import RowWriter
from index.terms import Analyzer
from index.vectors import Vectors
from index.words import Words

BLOCK = 2048
"""Chunks whose vectors are in memory at a time."""


class Cutter:
    """Cuts sources into chunks with their keys, and collects what is to be encoded.

    The chunks of the documents in `same` are those they have in `previous`, unless that is None.
    """

    def __init__(
        self, encoder: Encoder, known: Known, previous: Generation | None, same: Iterable[Document]
    ) -> None:
        self.missing: dict[bytes, Encodable] = {}
        self._encoder = encoder
        self._known = known
        self._previous = previous
        self._same = {document.name for document in same}

    def keyed(self, sources: Rows, name: str) -> Iterator[tuple[Chunk, bytes]]:
        """Yield (chunk, key) of a document by where they start."""
        if self._previous and name in self._same:
            yield from ((row.chunk, row.key) for row in self._previous.chunks_of(name))
            return
        source = sources.source(name)
        for chunk in self._encoder.split(source):
            encodable = self._encoder.encodable(source, chunk)
            if encodable.key not in self._known:
                self.missing[encodable.key] = encodable
            yield chunk, encodable.key


def write_chunks(
    writer: RowWriter, sources: Rows, names: Sequence[str], cutter: Cutter, watch: Watch
) -> None:
    """Write the chunks of every document; `names` are sorted."""
    for n, name in enumerate(names):
        watch(Progress("splitting", n, len(names), "documents", name))
        writer.add_chunks(name, cutter.keyed(sources, name))
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


def write_words(directory: Path, sources: Rows, names: Iterable[str], analyzer: Analyzer) -> None:
    """Write the terms of every chunk, by row."""
    (directory / WORDS).mkdir()
    Words.build(directory / WORDS, map(analyzer.terms, lexical_texts(sources, names)))


def lexical_texts(sources: Rows, names: Iterable[str]) -> Iterator[str]:
    """Yield what each chunk is found by: its document's title, its headings, its own text."""
    for name in names:
        source = sources.source(name)
        for row in sources.chunks_of(name):
            yield lexical_text(source.title, row, source.text)


def lexical_text(title: str, row: Row, text: str) -> str:
    """Return title and headings that the chunk does not begin with anyway, then the chunk."""
    return "\n".join((*dict.fromkeys((title, *row.chunk.headings)), row.chunk.span.of(text)))
