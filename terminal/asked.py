"""Questions from an argument or a batch file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import wire

if TYPE_CHECKING:
    from rag.answer import Turn


def questions(question: str | None, batch: Path | None) -> tuple[wire.Asked, ...]:
    """Return the questions; every line is parsed before the first is answered."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a QUESTION or --batch FILE.jsonl")
    try:
        return wire.asked(batch.read_bytes()) if batch else (wire.one(question or ""),)
    except ValueError as error:
        raise typer.BadParameter(f"{batch}, {error}" if batch else str(error)) from error


def turns(history: Iterable[wire.Said] | None) -> "tuple[Turn, ...]":
    """Return the history of a question."""
    from rag.answer import Turn

    return tuple(Turn("user" if said.role == "user" else "assistant", said.text) for said in history or ())
