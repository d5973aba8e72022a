"""Writes documents, chunks and failures to the SQLite file that `rows` reads. Must never know vectors."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from index.records import Document, Failure, Source
from index.rows import SCHEMA, Piece, Rows


class RowWriter:
    """Writes the file that `Rows` reads. Nothing is safe to read before `close`."""

    def __init__(self, path: Path) -> None:
        # No journal and no syncs: a half-written file is thrown away, and publishing syncs a whole one.
        self._path = path
        self._connection = sqlite3.connect(path)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SCHEMA}")
        self._rows = 0
        self._sentences = 0

    def add_source(self, document: Document, source: Source) -> None:
        """Write a document and its text, in any order of names. ValueError for text that is not Unicode."""
        headings = [(h.span.start, h.span.end, h.level) for h in source.headings]
        values = (*_values(document), json.dumps(headings), json.dumps(source.pages), source.text.encode())
        self._connection.execute("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", values)

    def add_chunks(self, name: str, pieces: Iterable[Piece]) -> None:
        """Write the chunks of a document; documents come by name, chunks by where they start."""
        for piece in pieces:
            chunk = piece.chunk
            place = (self._rows, name, chunk.span.start, chunk.span.end, json.dumps(chunk.headings))
            spans = json.dumps([(span.start, span.end) for span in chunk.sentences])
            self._connection.execute(
                "INSERT INTO chunks VALUES (?,?,?,?,?,?,?,?,?)",
                (*place, spans, self._sentences, piece.key, piece.terms),
            )
            self._rows += 1
            self._sentences += len(chunk.sentences)

    def add_failures(self, failures: Iterable[Failure]) -> None:
        """Write what could not be read, and why."""
        self._connection.executemany("INSERT INTO failures VALUES (?,?,?,?,?,?)", map(_values, failures))

    def reader(self) -> Rows:
        """Return what has been written so far, to be read while more is written by the same thread."""
        self._connection.commit()
        return Rows(self._connection, self._path)

    def close(self) -> None:
        """Commit and close."""
        self._connection.commit()
        self._connection.close()


def _values(placed: Document | Failure) -> tuple[object, ...]:
    # dataclasses.astuple copies every value deeply: it was a tenth of an incremental sync.
    return tuple(getattr(placed, field.name) for field in fields(placed))
