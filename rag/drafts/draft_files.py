"""Reads a draft from a file, by the same readers as documents."""

from pathlib import Path

from citeback.index.errors import ReadError, SettingsError
from citeback.index.records import Source
from citeback.index.sandbox.pool import WorkerPool

WORD_SUFFIXES = (".docx", ".docm")


def read_draft_file(path: Path, shown: str = "") -> Source:
    """Return the text of a draft, read in a separate process; `shown` is its name in errors.

    Raises SettingsError if there is no text to read.
    """
    name = shown or str(path)
    try:
        with WorkerPool(count=1) as workers:
            draft = workers.read(path.absolute())
    except ReadError as error:
        raise SettingsError(f"{name}: {error.message}", "save it as .docx, .md or .txt") from error
    if not isinstance(draft, Source):
        raise SettingsError(f"{name} contains several documents.", "name one of them")
    return draft
