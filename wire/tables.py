"""JSON output of a table of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citeback.rag.review.cell import CellSource, TableCell
    from citeback.wire import schemas


def answer_table(questions: Sequence[str], cells: Iterable[TableCell]) -> schemas.AnswerTable:
    """Return the output of `citeback table --json`: a row for each document, a cell for each question."""
    rows: dict[str, list[schemas.AnswerCell]] = {}
    for cell in cells:
        rows.setdefault(cell.document, []).append(_cell(cell))
    return {
        "questions": list(questions),
        "rows": [{"document": document, "cells": own} for document, own in rows.items()],
    }


def _cell(cell: TableCell) -> schemas.AnswerCell:
    return {
        "answer": cell.answer or None,
        "source": _source(cell.source) if cell.source else None,
        "confidence": cell.confidence,
        "saved": cell.saved,
    }


def _source(source: CellSource) -> schemas.CellSource:
    return {
        "start": source.span.start,
        "end": source.span.end,
        "quote": source.quote,
        "page": source.page,
        "place": source.place,
    }
