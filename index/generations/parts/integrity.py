"""Integrity checks over the parts of a generation."""

from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from citeback.index.generations.parts.manifest import Counts, Manifest
from citeback.index.generations.parts.rows import ChunkRow, RowReader
from citeback.index.generations.parts.sentence_vectors import SentenceArray
from citeback.index.records import Span
from citeback.index.search.bm25 import Bm25Index
from citeback.index.search.vectors import VectorIndex

BLOCK = 4096
# Unit vectors stored in float16, with 11 significant bits, come back with a length of 1 ± 0.001.
TOLERANCE = 0.01


def count_items(rows: RowReader) -> Counts:
    """Return the counts of documents, failures, chunks and sentences."""
    documents, failures, chunks, sentences = rows.counts()
    return Counts(documents=documents, failures=failures, chunks=chunks, sentences=sentences)


def count_mismatches(
    manifest: Manifest, rows: RowReader, vectors: VectorIndex, words: Bm25Index, sentences: SentenceArray
) -> Iterator[str]:
    """Yield mismatches between the parts of a generation in number of rows or dimension."""
    counts = count_items(rows)
    if counts != manifest.counts:
        yield f"The rows hold {counts}, the manifest says {manifest.counts}."
    if len(vectors) != counts.chunks:
        yield f"There are {len(vectors)} vectors for {counts.chunks} chunks."
    if sentences.shape[0] != counts.sentences:
        yield f"There are {sentences.shape[0]} sentence vectors for {counts.sentences} sentences."
    for name, size in (("vectors", vectors.dimension), ("sentence vectors", sentences.shape[1])):
        if size != manifest.dimension:
            yield f"The {name} have {size} dimensions, the manifest says {manifest.dimension}."
    if not np.array_equal(words.rows(), np.arange(counts.chunks)):
        yield "The index of words does not hold the rows of the chunks."


def misplaced_chunks(rows: RowReader) -> Iterator[str]:
    """Yield chunks and sentences at wrong positions, and text that no chunk covers."""
    next_row = next_sentence = 0
    for document in rows.documents():
        text = rows.source(document.name).text
        chunks = rows.chunks_of(document.name)
        if len(text) != document.chars:
            yield f"{document.name} has {len(text)} characters, not {document.chars}."
        if not document.copy_of:  # a duplicate's text is checked at its original
            yield from (f"{document.name}: {wrong}" for wrong in _uncovered_text(text, chunks))
        for row in chunks:
            if (row.row, row.first_sentence) != (next_row, next_sentence):
                yield f"{document.name}: row {row.row} stands where row {next_row} should."
            next_row, next_sentence = row.row + 1, row.first_sentence + len(row.chunk.sentences)


def _uncovered_text(text: str, chunks: tuple[ChunkRow, ...]) -> Iterator[str]:
    spans = [row.chunk.span for row in chunks]
    yield from _coverage_problems(text, Span(0, len(text)), spans, "chunk")
    for row in chunks:
        yield from _coverage_problems(
            text, row.chunk.span, list(row.chunk.sentences), f"sentence of row {row.row}"
        )


def _coverage_problems(text: str, whole: Span, parts: list[Span], what: str) -> Iterator[str]:
    """Yield parts that are out of order or out of bounds, and non-blank text that no part covers."""
    for before, after in pairwise(parts):
        if after.start < before.start:
            yield f"the {what} at {after.start} comes after that at {before.start}."
    for part in parts:
        if not whole.covers(part):
            yield f"the {what} at {part.start} to {part.end} is not within {whole.start} to {whole.end}."
    covered = whole.start
    for part in chain(parts, [Span(whole.end, whole.end)]):
        if text[covered : part.start].strip():
            yield f"no {what} holds the text at {covered} to {part.start}."
        covered = max(covered, part.end)


def non_unit_vectors(vectors: VectorIndex, sentences: SentenceArray) -> Iterator[str]:
    """Yield vectors that do not have unit length."""
    for start in range(0, len(vectors), BLOCK):
        block = vectors.vectors(range(start, min(start + BLOCK, len(vectors))))
        yield from (f"The vector of row {start + n} does not have length 1." for n in _non_unit_rows(block))
    for start in range(0, len(sentences), BLOCK):
        yield from (
            f"Sentence vector {start + n} does not have length 1."
            for n in _non_unit_rows(sentences[start : start + BLOCK])
        )


def _non_unit_rows(block: NDArray[np.floating]) -> list[int]:
    lengths = np.linalg.norm(block.astype(np.float64), axis=1)
    return [int(n) for n in np.flatnonzero(~(np.abs(lengths - 1) < TOLERANCE))]
