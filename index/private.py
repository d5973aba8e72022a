"""Files and directories that only their owner may open, whatever the umask.

Windows has permissions of another kind, and a user's own folders are closed to others there.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG

OTHERS = 0o077
"""What the group and everybody else may do."""


def directory(path: Path) -> None:
    """Make a directory, and those above it, where there is none; others may not enter it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    narrow(path)


def file(path: Path) -> None:
    """Make an empty file where there is none; others may not open it."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        narrow(path)
        return
    os.close(descriptor)
    narrow(path)


def opener(path: str, flags: int) -> int:
    """Open a file for `open(..., opener=opener)`; one that is made now is its owner's alone."""
    file(Path(path))
    return os.open(path, flags)


def narrow(path: Path) -> bool:
    """Take a file or directory away from others; return whether it is closed to them now.

    A link is left alone, and so is what belongs to someone else or stands where there are no permissions.
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


def narrow_all(path: Path, but: str = "") -> None:
    """Do the same with a directory and all that is in it, but for what the directory of that name holds."""
    narrow(path)
    for each in _within(path, but):
        with suppress(FileNotFoundError):  # a journal that SQLite took away meanwhile
            narrow(each)


def shared(path: Path) -> bool:
    """Tell whether others may read, write or enter what stands at a path."""
    return os.name != "nt" and bool(path.stat().st_mode & OTHERS)


def _within(path: Path, but: str) -> Iterator[Path]:
    for place, directories, files in os.walk(path):
        yield from (Path(place, name) for name in (*directories, *files))
        directories[:] = [name for name in directories if name != but]
