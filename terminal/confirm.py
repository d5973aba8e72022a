"""Asks the user whether folders whose disk may be missing are gone for good."""

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import typer

from citeback.index.errors import StoreError
from citeback.terminal import screen

if TYPE_CHECKING:
    from citeback.index.sync.missing_files import MissingFolder


def confirm_deletions(absent: "tuple[MissingFolder, ...]", *, yes: bool = False) -> Collection[str]:
    """Return the folders whose documents are to be removed: all with `yes`, else those the user confirms.

    Raises StoreError if the command is not interactive.
    """
    if yes:
        return [each.folder for each in absent]
    asked = [each for each in absent if each.documents]
    if asked and not _is_interactive():
        raise StoreError(
            f"{' '.join(each.message for each in asked)} Nothing was changed.",
            "connect the disk, then: citeback index (to remove the documents instead: citeback index --yes)",
        )
    return [each.folder for each in asked if not _kept_message(each)]


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _kept_message(absent: "MissingFolder") -> bool:
    many = len(absent.documents)
    what = f"its {many:,} documents" if many > 1 else "its document"
    return typer.confirm(
        screen.safe_line(f"{absent.summary} Keep {what} in the index?"), default=True, err=True
    )
