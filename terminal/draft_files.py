"""Reads a draft that a command names: a file of any format that can be indexed, or standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citeback.index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from citeback.index.records import Source
    from citeback.rag.drafts.checked_claim import CheckedClaim

STANDARD_INPUT = "-"
SUFFIXES = (".docx", ".ris", ".csl")
"""Formats of an answer or a draft that is written to a file."""


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
        what = f"{name} is a folder." if path.is_dir() else f"There is no file {name}."
        raise SettingsError(what, "name a file, or - for standard input")
    return read_draft_file(path, name)


def check_out(out: Path, suffixes: "Sequence[str]" = SUFFIXES) -> None:
    """Raise SettingsError unless the suffix names a known format and the folder exists."""
    if out.suffix.lower() not in suffixes:
        raise SettingsError(
            f"The name {out} does not end in a known format.", f"end it in {', '.join(suffixes)}"
        )
    if not out.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {out.absolute().parent}.", "make the folder first")


def write_checked(
    out: Path,
    name: str,
    draft: "Source",
    claims: "Sequence[CheckedClaim]",
    source: "Callable[[str], Source]",
    base: str,
    *,
    footnotes: bool,
) -> None:
    """Write a draft as a Word document with comments or footnotes, or its references.

    The file is replaced as a whole. A Word document keeps its own layout, with comments. `source` returns a
    cited document, and `base` is the address that permanent links begin with.
    """
    from citeback.rag.drafts.draft_files import WORD_SUFFIXES
    from citeback.wire.draft_files import draft_file

    form = out.suffix.lower().removeprefix(".")
    word = name != STANDARD_INPUT and Path(name).suffix.lower() in WORD_SUFFIXES
    data = draft_file(
        "footnotes" if footnotes and form == "docx" else form,
        draft,
        claims,
        source=source,
        base=base,
        word=Path(name).read_bytes() if word else b"",
    )
    write_file(out, data)


def write_file(out: Path, data: bytes) -> None:
    """Write a file atomically, so that it is never half written."""
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(data)
    part.replace(out)
