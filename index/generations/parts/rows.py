"""Read access to documents, texts, chunks and failures in SQLite.

Row `n` is the n-th chunk of the generation, sorted by document name, then by offset. Texts are stored as
UTF-8 blobs, since SQLite's text functions stop at a NUL character.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from citeback.index.errors import DamagedGeneration, UnknownDocument
from citeback.index.records import Chunk, Document, Failure, Heading, Location, Source, Span

TABLES = """
CREATE TABLE documents (
    name TEXT PRIMARY KEY, folder TEXT, path TEXT, size INTEGER, mtime_ns INTEGER, sha256 TEXT,
    title TEXT, kind TEXT, chars INTEGER, author TEXT, date TEXT, saved TEXT, member TEXT, copy_of TEXT,
    near_of TEXT, headings TEXT, pages TEXT, places TEXT, text BLOB, sketch BLOB
) STRICT;
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, document TEXT, start INTEGER, "end" INTEGER, headings TEXT,
    sentences TEXT, first_sentence INTEGER, key BLOB, terms TEXT
) STRICT;
CREATE TABLE failures (
    name TEXT PRIMARY KEY, folder TEXT, path TEXT, size INTEGER, mtime_ns INTEGER, reason TEXT, member TEXT
) STRICT;
"""
INDEXES = """
CREATE INDEX chunks_of_document ON chunks (document, row);
CREATE INDEX chunks_of_key ON chunks (key);
"""
_DOCUMENTS = """
SELECT name, folder, path, size, mtime_ns, sha256, title, kind, chars, author, date,
    saved, member, copy_of, near_of
FROM documents ORDER BY name
"""
_DOCUMENT = """
SELECT name, folder, path, size, mtime_ns, sha256, title, kind, chars, author, date,
    saved, member, copy_of, near_of
FROM documents WHERE name = ?
"""
_SIZES = "SELECT name, chars FROM documents WHERE name IN (SELECT value FROM json_each(?))"
_SOURCE = (
    "SELECT text, title, kind, headings, pages, places, author, date, saved FROM documents WHERE name = ?"
)
_COPIES = "SELECT copy_of, name FROM documents WHERE copy_of != '' ORDER BY name"
_NEAR = "SELECT name, near_of FROM documents WHERE near_of != '' ORDER BY name"
_SKETCHES = "SELECT name, sketch FROM documents WHERE copy_of = ''"
_RANGES = "SELECT document, min(row), max(row) FROM chunks GROUP BY document"
_CHUNKS = """
SELECT row, document, start, "end", headings, sentences, first_sentence, key FROM chunks
WHERE row IN (SELECT value FROM json_each(?))
"""
_CHUNKS_OF = """
SELECT row, document, start, "end", headings, sentences, first_sentence, key FROM chunks
WHERE document = ? ORDER BY row
"""
_TERMS = "SELECT terms FROM chunks WHERE row >= ? AND row < ? ORDER BY row"
_FAILURES = "SELECT name, folder, path, size, mtime_ns, reason, member FROM failures ORDER BY name"
_BETWEEN = "SELECT min(row), max(row) + 1 FROM chunks WHERE document >= ? AND document <= ?"
_STARTS = "SELECT first_sentence FROM chunks WHERE row = ?"
_PLACE = "SELECT row, first_sentence, json_array_length(sentences) FROM chunks WHERE key = ? LIMIT 1"
_COUNTS = """
SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM failures), (SELECT count(*) FROM chunks),
       (SELECT coalesce(sum(json_array_length(sentences)), 0) FROM chunks)
"""
# Decoded sources to cache: an answer needs those of its passages, which users then open.
CACHED_SOURCES = 64
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A stored chunk.

    `document` is a document name. The chunk's sentence vectors start at row `first_sentence` of their array.
    `key` identifies the model's input (see `ChunkInput.key`).
    """

    row: int
    document: str
    chunk: Chunk
    first_sentence: int
    key: bytes


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk without a row yet; `terms` are the words that BM25 indexes, separated by spaces."""

    chunk: Chunk
    key: bytes
    terms: str


class RowReader:
    """Read access through one connection with a lock. Safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, where: Path) -> None:
        self._connection = connection
        self._where = where
        self._lock = Lock()
        self.source = lru_cache(CACHED_SOURCES)(self._source)

    @classmethod
    def open(cls, path: Path) -> "RowReader":
        """Open a published file read-only, without locks or journals, since it never changes.

        Raises:
            DamagedGeneration: the file is missing.
        """
        if not path.is_file():
            raise DamagedGeneration(f"{path} is missing.", "citeback check")
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False), path)

    def close(self) -> None:
        """Close the connection; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._connection.close()

    def documents(self) -> tuple[Document, ...]:
        """Return all documents by name, without their texts."""
        return tuple(Document(**row) for row in self._fetch_all(_DOCUMENTS))

    def document(self, name: str) -> Document:
        """Return a document by name. Raises UnknownDocument."""
        return Document(**self._fetch_one(_DOCUMENT, name))

    def _source(self, name: str) -> Source:
        """Return a document's source. Raises UnknownDocument."""
        row = self._fetch_one(_SOURCE, name)
        headings, places = json.loads(row["headings"]), json.loads(row["places"])
        return Source(
            text=row["text"].decode(),
            title=row["title"],
            kind=row["kind"],
            headings=tuple(Heading(Span(start, end), level) for start, end, level in headings),
            pages=tuple(json.loads(row["pages"])),
            locations=tuple(Location(start, label) for start, label in places),
            author=row["author"],
            date=row["date"],
            saved=row["saved"],
        )

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Map the given documents to their lengths in characters."""
        rows = self._fetch_all(_SIZES, json.dumps(sorted(set(names))))
        return {row["name"]: row["chars"] for row in rows}

    def failures(self) -> tuple[Failure, ...]:
        """Return all failures by name."""
        return tuple(Failure(**row) for row in self._fetch_all(_FAILURES))

    def chunks(self, rows: Iterable[int]) -> tuple[ChunkRow, ...]:
        """Return chunks by row, in the order given. Raises IndexError for a row that does not exist."""
        wanted = [int(row) for row in rows]
        result = {row.row: row for row in map(_chunk_row, self._fetch_all(_CHUNKS, json.dumps(wanted)))}
        if missing := set(wanted) - set(result):
            raise IndexError(f"no chunk has row {min(missing)}")
        return tuple(result[row] for row in wanted)

    def chunks_of(self, name: str) -> tuple[ChunkRow, ...]:
        """Return a document's chunks in order; empty if there is no such document."""
        return tuple(map(_chunk_row, self._fetch_all(_CHUNKS_OF, name)))

    def duplicates(self) -> dict[str, tuple[str, ...]]:
        """Map each original to the names of its duplicates."""
        result: dict[str, tuple[str, ...]] = {}
        for row in self._fetch_all(_COPIES):
            result[row["copy_of"]] = (*result.get(row["copy_of"], ()), row["name"])
        return result

    def near_duplicates(self) -> list[tuple[str, str]]:
        """Return (document, leader) for each near duplicate."""
        return [(row["name"], row["near_of"]) for row in self._fetch_all(_NEAR)]

    def minhashes(self) -> dict[str, bytes]:
        """Map each document to its MinHash sketch, duplicates excluded."""
        return {row["name"]: row["sketch"] for row in self._fetch_all(_SKETCHES)}

    def row_ranges(self) -> dict[str, range]:
        """Map each document to its range of rows; documents without chunks are left out."""
        return {name: range(first, last + 1) for name, first, last in self._fetch_all(_RANGES)}

    def terms(self, count: int) -> Iterator[list[str]]:
        """Yield the terms of the first `count` chunks by row, reading in blocks."""
        for start in range(0, count, BLOCK):
            for (terms,) in self._fetch_all(_TERMS, start, min(start + BLOCK, count)):
                yield terms.split()

    def rows_between(self, first: str, last: str) -> range:
        """Return the range of rows from one document to another, by name, both included."""
        start, stop = self._fetch_all(_BETWEEN, first, last)[0]
        return range(start or 0, stop or 0)

    def first_sentence(self, row: int) -> int | None:
        """Return the index of a row's first sentence vector; None if there is no such row."""
        results = self._fetch_all(_STARTS, row)
        return int(results[0][0]) if results else None

    def find_key(self, key: bytes) -> tuple[int, range] | None:
        """Return a row with this key and the range of its sentence vectors, or None."""
        for row, first, count in self._fetch_all(_PLACE, key):
            return row, range(first, first + count)
        return None

    def counts(self) -> tuple[int, int, int, int]:
        """Return the numbers of documents, failures, chunks and sentences."""
        documents, failures, chunks, sentences = self._fetch_all(_COUNTS)[0]
        return documents, failures, chunks, sentences

    def _fetch_one(self, statement: str, name: str) -> sqlite3.Row:
        results = self._fetch_all(statement, name)
        if not results:
            raise UnknownDocument.of(name)
        return results[0]

    def _fetch_all(self, statement: str, *parameters: object) -> list[sqlite3.Row]:
        try:
            with self._lock:
                cursor = self._connection.cursor()
                cursor.row_factory = sqlite3.Row
                return cursor.execute(statement, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError):
                raise
            raise DamagedGeneration(f"{self._where} cannot be read: {error}.", "citeback check") from error


def _chunk_row(row: sqlite3.Row) -> ChunkRow:
    chunk = Chunk(
        span=Span(row["start"], row["end"]),
        sentences=tuple(Span(start, end) for start, end in json.loads(row["sentences"])),
        headings=tuple(json.loads(row["headings"])),
    )
    return ChunkRow(
        row=row["row"],
        document=row["document"],
        chunk=chunk,
        first_sentence=row["first_sentence"],
        key=row["key"],
    )
