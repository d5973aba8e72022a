"""Asks the user whether folders whose disk may be missing are gone for good."""

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import typer

from index.errors import StoreError
from terminal import screen

if TYPE_CHECKING:
    from index.absent import Absence


def gone(absent: "tuple[Absence, ...]", *, yes: bool = False) -> Collection[str]:
    """Return the folders whose documents are to be removed: all with `yes`, else those the user confirms.

    Raises StoreError if the command is not interactive.
    """
    if yes:
        return [each.folder for each in absent]
    asked = [each for each in absent if each.documents]
    if asked and not _somebody():
        raise StoreError(
            f"{' '.join(each.told for each in asked)} Nothing was changed.",
            "connect the disk, then: citeback index (to remove the documents instead: citeback index --yes)",
        )
    return [each.folder for each in asked if not _stays(each)]


def _somebody() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _stays(absent: "Absence") -> bool:
    many = len(absent.documents)
    what = f"its {many:,} documents" if many > 1 else "its document"
    return typer.confirm(screen.line(f"{absent.lead} Keep {what} in the index?"), default=True, err=True)
