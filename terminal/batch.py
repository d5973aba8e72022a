"""Questions from an argument or a batch file."""

from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from citeback import wire
from citeback.index.errors import SettingsError

if TYPE_CHECKING:
    from citeback.index.search.filters import Filter
    from citeback.rag.answer import Turn


def read_questions(
    question: str | None, batch: Path | None, within: "Filter"
) -> "tuple[tuple[wire.BatchQuestion, Filter], ...]":
    """Return the questions, each with the documents to search: `within`, unless its line overrides it.

    Every line is parsed before the first question is answered.
    """
    questions = _parsed(question, batch)
    try:
        return tuple((each, _narrowed(each.filter(), within)) for each in questions)
    except SettingsError as error:
        raise typer.BadParameter(f"{batch}: {error}") from error


def _narrowed(line: "Filter", options: "Filter") -> "Filter":
    """Return the conditions of a line, and those of the options that the line does not set."""
    unset = {f.name: getattr(options, f.name) for f in fields(options) if not getattr(line, f.name)}
    return replace(line, **unset)


def _parsed(question: str | None, batch: Path | None) -> tuple[wire.BatchQuestion, ...]:
    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a QUESTION or --batch FILE.jsonl")
    try:
        return wire.parse_questions(batch.read_bytes()) if batch else (wire.single_question(question or ""),)
    except ValueError as error:
        raise typer.BadParameter(f"{batch}, {error}" if batch else str(error)) from error


def history_turns(history: Iterable[wire.HistoryTurn] | None) -> "tuple[Turn, ...]":
    """Return the history of a question."""
    from citeback.rag.answer import Turn

    return tuple(Turn("user" if turn.role == "user" else "assistant", turn.text) for turn in history or ())
