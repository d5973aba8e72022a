"""Which disk each folder stood on when it was last looked at: a missing one does not count as deletions.

A disk that is not mounted leaves its mount point behind, empty. So the file system of every folder, and of
every directory in it that begins another one, is noted beside the generations.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from index import private

FILENAME = "places.json"


def file_system(path: str, status: os.stat_result) -> str:
    """Return what tells the file system that a directory stands on.

    Its own number stays as it is from one mount to the next; the device's is taken where it has none.
    """
    try:
        own = os.statvfs(path).f_fsid if hasattr(os, "statvfs") else 0
    except OSError:
        own = 0
    return f"{own:x}" if own else f"device {status.st_dev:x}"


def noted(store: Path) -> Mapping[str, str]:
    """Return the file system of each place as it was noted; nothing where nothing readable is."""
    try:
        found = json.loads((store / FILENAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}  # as before anything was noted: an empty folder is asked about all the same
    pairs = found.items() if isinstance(found, dict) else ()
    return {place: system for place, system in pairs if isinstance(system, str)}


def note(store: Path, places: Mapping[str, str]) -> None:
    """Note the file systems of places in one step, if they are not noted already."""
    if places == noted(store):
        return
    new = store / f"{FILENAME}.new"
    private.file(new)
    new.write_text(json.dumps(places, indent=1, sort_keys=True))
    new.replace(store / FILENAME)
