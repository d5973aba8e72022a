"""Saved cells of earlier runs: one JSON line each, in a private file beside the index.

A cell is saved as soon as it is answered, so an interrupted table continues where it stopped. The key is the
hash of the document's bytes, the question and whatever the answer depends on, so that a changed document is
asked again and an unchanged one is not.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from citeback.index.closeable import Closeable
from citeback.index.errors import WriteError
from citeback.index.files import private_files
from citeback.index.records import Span
from citeback.rag.review.cell import CellSource, TableCell

FILENAME = "cells.jsonl"
MAX_BYTES = 256 * 2**20
"""Largest file that is read; a larger one is begun anew."""


def cell_key(sha256_of_document: str, question: str, settings: str) -> str:
    """Return the key under which a cell is saved."""
    parts = json.dumps([sha256_of_document, question, settings])
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


class SavedCells(Closeable):
    """The saved cells of one store; opened with `SavedCells.open`, for one process at a time."""

    def __init__(self, path: Path, cells: dict[str, Mapping[str, Any]], file: TextIO) -> None:
        self._path = path
        self._cells = cells
        self._file = file

    @classmethod
    def open(cls, store: Path) -> "SavedCells":
        """Open the cells of a store. Raises WriteError if the file cannot be written."""
        path = store / FILENAME
        cells = _read(path)
        try:
            file = open(path, "a" if cells else "w", encoding="utf-8", opener=private_files.opener)  # noqa: SIM115
            if cells:
                file.write("\n")  # a line that an interruption cut short ends here
        except OSError as error:
            raise WriteError(path, error.strerror or str(error)) from error
        return cls(path, cells, file)

    def cell(self, key: str, document: str, question: str) -> TableCell | None:
        """Return a saved cell, or None if there is none or its line is damaged."""
        values = self._cells.get(key)
        return None if values is None else _parsed(values, document, question)

    def save(self, key: str, cell: TableCell) -> None:
        """Save a cell. Raises WriteError if the disk refuses it."""
        values = {
            "key": key,
            "answer": cell.answer,
            "confidence": cell.confidence,
            "source": _source(cell.source),
        }
        self._cells[key] = values
        try:
            self._file.write(json.dumps(values) + "\n")
            self._file.flush()
        except OSError as error:
            raise WriteError(self._path, error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read(path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the lines of the file by key; damaged lines are left out, and their cells are asked again."""
    cells: dict[str, Mapping[str, Any]] = {}
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return cells
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                values = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(values, dict) and isinstance(values.get("key"), str):
                cells[values["key"]] = values
    return cells


def _source(source: CellSource | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {
        "start": source.span.start,
        "end": source.span.end,
        "quote": source.quote,
        "page": source.page,
        "place": source.place,
    }


def _parsed(values: Mapping[str, Any], document: str, question: str) -> TableCell | None:
    try:
        given = values["source"]
        source = None
        if given is not None:
            span = Span(int(given["start"]), int(given["end"]))
            source = CellSource(
                span=span, quote=str(given["quote"]), page=given["page"], place=given["place"]
            )
        empty = TableCell(
            document=document,
            question=question,
            answer="",
            source=source,
            confidence=float(values["confidence"]),
            saved=True,
        )
        return replace(empty, answer=str(values["answer"]))
    except (KeyError, TypeError, ValueError):
        return None
