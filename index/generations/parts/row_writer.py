"""Writes documents, chunks and failures to SQLite."""

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Self

from citeback.index.generations.parts.minhash import minhash, near_duplicates
from citeback.index.generations.parts.row_sources import ReusedRows
from citeback.index.generations.parts.rows import INDEXES, TABLES, NewChunk, RowReader
from citeback.index.generations.parts.sqlite_writer import SqlWriter
from citeback.index.records import Document, Failure, Source

_ADD_DOCUMENT = """
INSERT INTO documents (
    name, folder, path, size, mtime_ns, sha256, title, kind, chars, author, date, saved, member, copy_of,
    near_of, headings, pages, places, text, sketch
) VALUES (
    :name, :folder, :path, :size, :mtime_ns, :sha256, :title, :kind, :chars, :author, :date, :saved, :member,
    :copy_of, :near_of, :headings, :pages, :places, :text, :sketch
)
"""
_TAKE_DOCUMENTS = """
INSERT INTO documents (
    name, folder, path, size, mtime_ns, sha256, title, kind, chars, author, date, saved, member, copy_of,
    near_of, headings, pages, places, text, sketch
)
SELECT
    name, folder, path, size, mtime_ns, sha256, title, kind, chars, author, date, saved, member, copy_of,
    near_of, headings, pages, places, text, sketch
FROM previous.documents WHERE name IN (SELECT value FROM json_each(?)) ORDER BY name
"""
_MOVE_DOCUMENT = "UPDATE documents SET folder = ?, path = ?, mtime_ns = ? WHERE name = ?"
_ADD_CHUNK = """
INSERT INTO chunks (row, document, start, "end", headings, sentences, first_sentence, key, terms)
VALUES (:row, :document, :start, :end, :headings, :sentences, :first_sentence, :key, :terms)
"""
_TAKE_CHUNKS = """
INSERT INTO chunks (row, document, start, "end", headings, sentences, first_sentence, key, terms)
SELECT
    row + :rows, document, start, "end", headings, sentences, first_sentence + :sentences, key, terms
FROM previous.chunks WHERE row >= :start AND row < :stop ORDER BY row
"""
_ADD_FAILURE = """
INSERT INTO failures (name, folder, path, size, mtime_ns, reason, member)
VALUES (:name, :folder, :path, :size, :mtime_ns, :reason, :member)
"""


class RowWriter:
    """Writes a file that `RowReader` reads; other processes may open it after `finish`.

    `rows` and `sentences` count what has been written.
    """

    def __init__(self, path: Path, file: SqlWriter) -> None:
        self._path = path
        self._file = file
        self.rows = 0
        self.sentences = 0

    @classmethod
    def open(cls, path: Path, previous: Path | None = None) -> Self:
        """Create the file; `previous` is the file of the previous generation to copy from."""
        # No journal and no fsync: a half-written file is discarded, and publishing syncs the whole one.
        file = SqlWriter.open(path)
        file.script(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {TABLES}")
        if previous:
            where = f"{previous.absolute().as_uri()}?mode=ro&immutable=1"
            file.run("ATTACH ? AS previous", (where,))
        return cls(path, file)

    def add_source(self, document: Document, source: Source) -> None:
        """Write a document and its text, in any order.

        Raises:
            ValueError: the text is not valid Unicode.
        """
        headings = [(h.span.start, h.span.end, h.level) for h in source.headings]
        places = [(place.start, place.label) for place in source.locations]
        self._file.run(
            _ADD_DOCUMENT,
            {
                **_column_values(document),
                "headings": json.dumps(headings),
                "pages": json.dumps(source.pages),
                "places": json.dumps(places),
                "text": source.text.encode(),
                "sketch": minhash(source.text),
            },
        )

    def copy_sources(self, names: Iterable[str], moved: Iterable[Document]) -> None:
        """Copy documents from the previous generation; update the location of those in `moved`."""
        self._file.run(_TAKE_DOCUMENTS, (json.dumps(list(names)),))
        places = [(document.folder, document.path, document.mtime_ns, document.name) for document in moved]
        self._file.run_many(_MOVE_DOCUMENT, places)

    def mark_duplicates(self, documents: Iterable[Document]) -> None:
        """Mark duplicates and near duplicates, once all documents are written."""
        self._file.run("UPDATE documents SET copy_of = '' WHERE copy_of != ''", ())
        copies = [(document.copy_of, document.name) for document in documents if document.copy_of]
        self._file.run_many("UPDATE documents SET copy_of = ? WHERE name = ?", copies)
        self._file.run("UPDATE documents SET near_of = '' WHERE near_of != ''", ())
        pairs = near_duplicates(self.reader().minhashes()).items()
        self._file.run_many("UPDATE documents SET near_of = ? WHERE name = ?", ((b, a) for a, b in pairs))

    def drop(self, name: str) -> None:
        """Delete a document that has no chunks yet."""
        self._file.run("DELETE FROM documents WHERE name = ?", (name,))

    def add_chunks(self, name: str, pieces: Iterable[NewChunk]) -> list[bytes]:
        """Write a document's chunks and return their keys.

        Documents must be written in order of name, chunks in order of offset.
        """
        keys = []
        for piece in pieces:
            chunk = piece.chunk
            self._file.run(
                _ADD_CHUNK,
                {
                    "row": self.rows,
                    "document": name,
                    "start": chunk.span.start,
                    "end": chunk.span.end,
                    "headings": json.dumps(chunk.headings),
                    "sentences": json.dumps([(span.start, span.end) for span in chunk.sentences]),
                    "first_sentence": self.sentences,
                    "key": piece.key,
                    "terms": piece.terms,
                },
            )
            self.rows += 1
            self.sentences += len(chunk.sentences)
            keys.append(piece.key)
        return keys

    def copy_chunks(self, stretch: ReusedRows) -> None:
        """Copy a range of chunks from the previous generation, renumbered behind the rows so far."""
        rows, sentences = stretch.rows, stretch.sentences
        moved = {"rows": self.rows - rows.start, "sentences": self.sentences - sentences.start}
        self._file.run(_TAKE_CHUNKS, {**moved, "start": rows.start, "stop": rows.stop})
        self.rows += len(rows)
        self.sentences += len(sentences)

    def add_failures(self, failures: Iterable[Failure]) -> None:
        """Write failures."""
        self._file.run_many(_ADD_FAILURE, map(_column_values, failures))

    def reader(self) -> RowReader:
        """Return read access for the same thread to what has been written so far."""
        self._file.commit()
        return RowReader(self._file.connection, self._path)

    def finish(self) -> None:
        """Create the indexes; the file is complete from now on."""
        self._file.commit()
        self._file.script(INDEXES)

    def close(self) -> None:
        """Close the file; without `finish`, discard it."""
        self._file.close()


def _column_values(placed: Document | Failure) -> dict[str, object]:
    # dataclasses.asdict copies every value deeply, which took a tenth of an incremental sync.
    return {field.name: getattr(placed, field.name) for field in fields(placed)}
