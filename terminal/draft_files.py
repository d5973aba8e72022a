"""Reads a draft that a command names: a file of any format that can be indexed, or standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citeback.index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citeback.index.records import Source
    from citeback.rag.drafts.checked_claim import CheckedClaim

STANDARD_INPUT = "-"


def read_draft(name: str) -> "Source":
    """Return the text of a draft, read by the same readers as documents, in a process of its own.

    Standard input is read as Markdown. Raises SettingsError if there is no text to read.
    """
    from citeback.index.records import Source
    from citeback.rag.drafts.draft_files import read_draft_file

    if name == STANDARD_INPUT:
        return Source(text=sys.stdin.read(), title="", kind="markdown")
    path = Path(name)
    if not path.is_file():
        raise SettingsError(f"There is no file {name}.", "name a file, or - for standard input")
    return read_draft_file(path, name)


def check_out(out: Path) -> None:
    """Raise SettingsError unless a Word document can be written to a file of this name."""
    if out.suffix.lower() != ".docx":
        raise SettingsError(f"{out} is no name for a Word document.", "end it in .docx")
    if not out.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {out.absolute().parent}.", "make the folder first")


def write_checked(out: Path, name: str, draft: "Source", claims: "Sequence[CheckedClaim]", base: str) -> None:
    """Write a draft as a Word document with comments; the file is replaced as a whole.

    A Word document keeps its own layout. `base` is the address that permanent links begin with.
    """
    from citeback.rag.drafts.draft_files import WORD_SUFFIXES
    from citeback.wire.word.claim_comments import commented_draft, draft_document

    word = name != STANDARD_INPUT and Path(name).suffix.lower() in WORD_SUFFIXES
    data = commented_draft(Path(name).read_bytes(), claims, base) if word else None
    write_file(out, data or draft_document(draft, claims, base))


def write_file(out: Path, data: bytes) -> None:
    """Write a file; it is replaced as a whole, so that it is never half written."""
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(data)
    part.replace(out)
