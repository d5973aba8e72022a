"""Questions from an argument or a batch file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from citeback import wire

if TYPE_CHECKING:
    from citeback.rag.answer import Turn


def read_questions(question: str | None, batch: Path | None) -> tuple[wire.QuestionInput, ...]:
    """Return the questions; every line is parsed before the first is answered."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a QUESTION or --batch FILE.jsonl")
    try:
        return wire.parse_questions(batch.read_bytes()) if batch else (wire.single_question(question or ""),)
    except ValueError as error:
        raise typer.BadParameter(f"{batch}, {error}" if batch else str(error)) from error


def history_turns(history: Iterable[wire.HistoryTurn] | None) -> "tuple[Turn, ...]":
    """Return the history of a question."""
    from citeback.rag.answer import Turn

    return tuple(Turn("user" if said.role == "user" else "assistant", said.text) for said in history or ())
