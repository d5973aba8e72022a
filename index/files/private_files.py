"""Creates files and directories that only their owner can access, whatever the umask.

On Windows nothing is changed: user folders are private there by default.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG

OTHERS = 0o077
"""Permission bits of the group and others."""


def make_private_directory(path: Path) -> None:
    """Create a private directory and its parents, or make an existing one private."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_private(path)


def make_private_file(path: Path) -> None:
    """Create an empty private file, or make an existing one private."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        make_private(path)
        return
    os.close(descriptor)
    make_private(path)


def opener(path: str, flags: int) -> int:
    """Open a private file, as `open(..., opener=opener)`."""
    make_private_file(Path(path))
    return os.open(path, flags)


def make_private(path: Path) -> bool:
    """Make a file or directory private; return whether it is.

    Links are left alone. The mode cannot be changed where someone else is the owner, or where the file system
    has no permissions.
    """
    if os.name == "nt":
        return True
    mode = path.lstat().st_mode
    wanted = 0o700 if S_ISDIR(mode) else 0o600
    if not (S_ISDIR(mode) or S_ISREG(mode)) or S_IMODE(mode) == wanted:
        return True
    try:
        path.chmod(wanted)
    except OSError:
        return not mode & OTHERS
    return not path.lstat().st_mode & OTHERS


def make_all_private(path: Path, but: str = "") -> None:
    """Make a directory tree private, except the contents of directories named `but`."""
    make_private(path)
    for each in _within(path, but):
        with suppress(FileNotFoundError):  # SQLite may delete its journal meanwhile
            make_private(each)


def is_shared(path: Path) -> bool:
    """Return whether the group or others have any access to a path."""
    return os.name != "nt" and bool(path.stat().st_mode & OTHERS)


def _within(path: Path, but: str) -> Iterator[Path]:
    for place, directories, files in os.walk(path):
        yield from (Path(place, name) for name in (*directories, *files))
        directories[:] = [name for name in directories if name != but]
