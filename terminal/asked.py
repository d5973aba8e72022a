"""Questions as they are typed or read from a file of lines. Must never know what becomes of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import wire

if TYPE_CHECKING:
    from rag.answer import Turn


def questions(question: str | None, batch: Path | None) -> tuple[wire.Asked, ...]:
    """Return what is asked; every line is looked at before the first is answered."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a QUESTION or --batch FILE.jsonl")
    try:
        return wire.asked(batch.read_bytes()) if batch else (wire.one(question or ""),)
    except ValueError as error:
        raise typer.BadParameter(f"{batch}, {error}" if batch else str(error)) from error


def turns(history: Iterable[wire.Said] | None) -> "tuple[Turn, ...]":
    """Return what was said before a question."""
    from rag.answer import Turn

    return tuple(Turn("user" if said.role == "user" else "assistant", said.text) for said in history or ())
