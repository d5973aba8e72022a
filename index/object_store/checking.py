"""Checks the contents of a generation on an object store: every text, span and vector is read.

Lance keeps no checksum of its blocks; texts have one of ours, and vectors are compared with length 1.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from citeback.index.errors import DamagedGeneration
from citeback.index.object_store.arrow_rows import (
    CHUNK_FIELDS,
    SOURCE_FIELDS,
    checked_rows,
    source_of,
    stored_chunk,
)
from citeback.index.object_store.generation import RemoteGeneration
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS, lance_errors

MOST = 20
"""Problems that are listed of one generation."""
LENGTH_ERROR = 0.01
BLOCK = 2048


def generation_problems(generation: RemoteGeneration) -> list[str]:
    """Return the first problems of a generation, or none."""
    found: list[str] = []
    for problem in _problems(generation):
        found.append(problem)
        if len(found) == MOST:
            break
    return found


def _problems(generation: RemoteGeneration) -> Iterator[str]:
    counts = generation.manifest.counts
    lengths: dict[str, int] = {}
    for row in _rows(generation, DOCUMENTS, SOURCE_FIELDS):
        try:
            lengths[row["name"]] = len(source_of(row, DOCUMENTS).text)
        except DamagedGeneration as error:
            yield error.message
    for what, number, wanted in (
        ("documents", len(lengths), counts.documents),
        ("failures", len(generation.failures), counts.failures),
    ):
        if number != wanted:
            yield f"It has {number:,} {what}, not {wanted:,}."
    yield from _chunk_problems(generation, lengths)


def _chunk_problems(generation: RemoteGeneration, lengths: dict[str, int]) -> Iterator[str]:
    sentences, dimension = 0, generation.manifest.dimension
    copies = {document.name for document in generation.documents if document.copy_of}
    for row in _rows(generation, CHUNKS, (*CHUNK_FIELDS, "vectors")):
        try:
            stored = stored_chunk(row, 0, dimension, CHUNKS)
        except DamagedGeneration as error:
            yield error.message
            continue
        chunk, where = stored.row.chunk, f"{stored.row.document} from {stored.row.chunk.span.start}"
        sentences += len(chunk.sentences)
        if chunk.span.end > lengths.get(stored.row.document, 0) or stored.row.document in copies:
            yield f"A chunk of {where} is not in its document."
        if not all(chunk.span.covers(span) for span in chunk.sentences):
            yield f"A sentence of {where} is not in its chunk."
        norms = np.linalg.norm(np.vstack([stored.vector, stored.sentences.astype(np.float32)]), axis=1)
        if np.abs(norms - 1).max() > LENGTH_ERROR:
            yield f"A vector of {where} is not of length 1."
    if sentences != generation.manifest.counts.sentences:
        yield f"It has {sentences:,} sentences, not {generation.manifest.counts.sentences:,}."


def _rows(generation: RemoteGeneration, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if table in generation.tables:
        with lance_errors(table):
            for batch in generation.tables[table].to_batches(columns=list(columns), batch_size=BLOCK):
                yield from checked_rows(pa.Table.from_batches([batch]), table)
