"""Documents, failures and chunks as rows of Arrow tables, and back.

What is read comes from a bucket, so its contents are checked like those of any file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.index.errors import DamagedGeneration
from citeback.index.generations.parts.minhash import minhash
from citeback.index.generations.parts.rows import ChunkRow, NewChunk
from citeback.index.object_store.tables import DOCUMENTS, FAILURES, SCHEMAS, chunk_schema
from citeback.index.records import Chunk, Document, Failure, Heading, Location, Source, Span

RELATIONS = ("copy_of", "near_of")
"""Fields of a document that follow from other documents, and are in a table of their own."""
DOCUMENT_FIELDS = tuple(f.name for f in fields(Document) if f.name not in RELATIONS)
FAILURE_FIELDS = tuple(f.name for f in fields(Failure))
SOURCE_FIELDS = (
    "name",
    "title",
    "kind",
    "author",
    "date",
    "saved",
    "chars",
    "headings",
    "pages",
    "places",
    "labels",
    "text_sha256",
    "text",
)
CHUNK_FIELDS = ("document", "start", "end", "headings", "sentences", "key")


@dataclass(frozen=True, slots=True, eq=False)
class EncodedChunk:
    """A chunk of a document with its vectors, ready to be written."""

    document: str
    new: NewChunk
    vector: Floats
    sentences: Float16s


@dataclass(frozen=True, slots=True, eq=False)
class StoredChunk:
    """A chunk as read, with its vector (dimension,) and those of its sentences, (sentences, dimension)."""

    row: ChunkRow
    vector: Floats
    sentences: Float16s


def document_rows(pairs: Iterable[tuple[Document, Source]]) -> pa.Table:
    """Return documents with their texts as rows."""
    return pa.Table.from_pylist([_document(*pair) for pair in pairs], schema=SCHEMAS[DOCUMENTS])


def failure_rows(failures: Iterable[Failure]) -> pa.Table:
    """Return failures as rows."""
    rows = [{name: getattr(each, name) for name in FAILURE_FIELDS} for each in failures]
    return pa.Table.from_pylist(rows, schema=SCHEMAS[FAILURES])


def chunk_rows(chunks: Sequence[EncodedChunk], dimension: int) -> pa.Table:
    """Return chunks with their vectors as rows."""
    matrix = np.array([each.vector for each in chunks], dtype=np.float16).reshape(len(chunks), dimension)
    vector = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), dimension)
    spans = [[x for s in each.new.chunk.sentences for x in (s.start, s.end)] for each in chunks]
    columns: dict[str, Any] = {
        "document": [each.document for each in chunks],
        "start": [each.new.chunk.span.start for each in chunks],
        "end": [each.new.chunk.span.end for each in chunks],
        "headings": [list(each.new.chunk.headings) for each in chunks],
        "sentences": spans,
        "key": [each.new.key for each in chunks],
        "terms": [each.new.terms for each in chunks],
        "vectors": [pack_vectors(each.vector, each.sentences) for each in chunks],
    }
    schema = chunk_schema(dimension)
    arrays = [vector if f.name == "vector" else pa.array(columns[f.name], f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def pack_vectors(vector: Floats, sentences: Float16s) -> bytes:
    """Return a chunk's vectors as bytes: its own in float32, then those of its sentences in float16."""
    return vector.astype("<f4").tobytes() + sentences.astype("<f2").tobytes()


def unpack_vectors(data: bytes, dimension: int, sentences: int) -> tuple[Floats, Float16s]:
    """Return the vectors that `pack_vectors` packed.

    Raises:
        ValueError: the bytes do not hold so many vectors, or not finite ones.
    """
    if len(data) != 4 * dimension + 2 * dimension * sentences:
        raise ValueError(f"{len(data)} bytes are not the vectors of a chunk of {sentences} sentences")
    vector = np.frombuffer(data, "<f4", count=dimension)
    rest = np.frombuffer(data, "<f2", offset=4 * dimension).reshape(sentences, dimension)
    if not (np.isfinite(vector).all() and np.isfinite(rest).all()):
        raise ValueError("a vector is not finite")
    return vector.astype(np.float32), rest.astype(np.float16)


def documents_of(
    rows: pa.Table, relations: Mapping[str, Mapping[str, str]], where: str
) -> Iterator[Document]:
    """Yield the documents of some rows; `relations` holds `copy_of` and `near_of` by name."""
    for row in checked_rows(rows, where):
        yield Document(**{name: row[name] for name in DOCUMENT_FIELDS} | dict(relations.get(row["name"], {})))


def failures_of(rows: pa.Table, where: str) -> Iterator[Failure]:
    """Yield the failures of some rows."""
    for row in checked_rows(rows, where):
        yield Failure(**{name: row[name] for name in FAILURE_FIELDS})


def source_of(row: dict[str, Any], where: str) -> Source:
    """Return the source of a document's row.

    Raises:
        DamagedGeneration: its text does not match its checksum.
    """
    data: bytes = row["text"]
    if sha256(data).digest() != row["text_sha256"]:
        raise DamagedGeneration(
            f"{where}: the text of {row['name']} does not match its checksum.", "citeback index --rebuild"
        )
    try:
        flat = row["headings"]
        headings = (Heading(Span(*flat[n : n + 2]), flat[n + 2]) for n in range(0, len(flat), 3))
        places = zip(row["places"], row["labels"], strict=True)
        return Source(
            text=data.decode(),
            title=row["title"],
            kind=row["kind"],
            headings=tuple(headings),
            pages=tuple(row["pages"]),
            locations=tuple(Location(start, label) for start, label in places),
            author=row["author"],
            date=row["date"],
            saved=row["saved"],
        )
    except (ValueError, TypeError, IndexError) as error:
        raise _damaged(where, error) from error


def chunk_of(row: dict[str, Any], number: int, where: str) -> ChunkRow:
    """Return the chunk of a row, whose number is given."""
    try:
        flat = row["sentences"]
        chunk = Chunk(
            span=Span(row["start"], row["end"]),
            sentences=tuple(Span(flat[n], flat[n + 1]) for n in range(0, len(flat), 2)),
            headings=tuple(row["headings"]),
        )
    except (ValueError, TypeError, IndexError) as error:
        raise _damaged(where, error) from error
    return ChunkRow(row=number, document=row["document"], chunk=chunk, first_sentence=0, key=row["key"])


def stored_chunk(row: dict[str, Any], number: int, dimension: int, where: str) -> StoredChunk:
    """Return the chunk and the vectors of a row."""
    known = chunk_of(row, number, where)
    try:
        return StoredChunk(known, *unpack_vectors(row["vectors"], dimension, len(known.chunk.sentences)))
    except (ValueError, TypeError) as error:
        raise _damaged(where, error) from error


def checked_rows(rows: pa.Table, where: str) -> Iterator[dict[str, Any]]:
    """Yield rows as dictionaries. Raises DamagedGeneration if a value is missing."""
    for column in rows.columns:
        if column.null_count:
            raise DamagedGeneration(f"{where} lacks values.", "citeback index --rebuild")
    for batch in rows.to_batches(max_chunksize=4096):
        yield from batch.to_pylist()


def _document(document: Document, source: Source) -> dict[str, Any]:
    text = source.text.encode()
    return {name: getattr(document, name) for name in DOCUMENT_FIELDS} | {
        "headings": [x for h in source.headings for x in (h.span.start, h.span.end, h.level)],
        "pages": list(source.pages),
        "places": [place.start for place in source.locations],
        "labels": [place.label for place in source.locations],
        "sketch": minhash(source.text),
        "text_sha256": sha256(text).digest(),
        "text": text,
    }


def _damaged(where: str, error: Exception) -> DamagedGeneration:
    return DamagedGeneration(f"{where} holds a row that cannot be read: {error}.", "citeback index --rebuild")
