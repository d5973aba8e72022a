"""Reads a draft that a command names: a file of any format that can be indexed, or standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citeback.index.errors import ReadError, SettingsError

if TYPE_CHECKING:
    from citeback.index.records import Source

STANDARD_INPUT = "-"


def read_draft(name: str) -> "Source":
    """Return the text of a draft, read by the same readers as documents, in a process of its own.

    Standard input is read as Markdown. Raises SettingsError if there is no text to read.
    """
    from citeback.index.records import Source
    from citeback.index.sandbox.pool import WorkerPool

    if name == STANDARD_INPUT:
        return Source(sys.stdin.read(), "", "markdown")
    path = Path(name)
    if not path.is_file():
        raise SettingsError(f"There is no file {name}.", "name a file, or - for standard input")
    try:
        with WorkerPool(count=1) as workers:
            draft = workers.read(path.absolute())
    except ReadError as error:
        raise SettingsError(f"{name}: {error.message}", "save it as .docx, .md or .txt") from error
    if not isinstance(draft, Source):
        raise SettingsError(f"{name} holds several documents.", "name one of them")
    return draft
