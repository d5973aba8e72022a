"""Remembers the file system of each folder, so that an unmounted disk is not taken for deletions.

An unmounted disk leaves an empty mount point behind. The file systems of folders, and of the mount points in
them, are stored beside the generations.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from citeback.index.files import private_files

FILENAME = "places.json"


def file_system(path: str, status: os.stat_result) -> str:
    """Return an identifier of the file system that holds a directory.

    The file system's own id survives remounting; without one, the device number is used.
    """
    try:
        own = os.statvfs(path).f_fsid if hasattr(os, "statvfs") else 0
    except OSError:
        own = 0
    return f"{own:x}" if own else f"device {status.st_dev:x}"


def recorded_file_systems(store: Path) -> Mapping[str, str]:
    """Return the recorded file system of each path; empty if the record is missing or unreadable."""
    try:
        result = json.loads((store / FILENAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}  # as before the first record: users are asked about empty folders all the same
    pairs = result.items() if isinstance(result, dict) else ()
    return {place: system for place, system in pairs if isinstance(system, str)}


def record_file_systems(store: Path, places: Mapping[str, str]) -> None:
    """Record the file systems of paths atomically, if they have changed."""
    if places == recorded_file_systems(store):
        return
    new = store / f"{FILENAME}.new"
    private_files.make_private_file(new)
    new.write_text(json.dumps(places, indent=1, sort_keys=True))
    new.replace(store / FILENAME)
