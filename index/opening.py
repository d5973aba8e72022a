"""A file or directory is opened at its own place: no link that was laid meanwhile leads anywhere else.

Between the listing of a folder and the reading of a file of it somebody may put a link where a directory
stood. So each part of a path is opened relative to the one before it, and none of them may be a link. Where
the system knows no such thing (Windows), what was opened is compared with what stands at the path.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG

RELATIVE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether a path can be opened part by part."""

SWAPPED = "a link was laid where it stood"

_HERE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | _HERE | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def opened(path: str | Path, root: str | Path = "") -> Iterator[BufferedReader]:
    """Open a regular file below `root`, which may be a link itself.

    Without a root only the last part of the path may not be one. Raises OSError, also where a link or
    something else than a file stands in the way.
    """
    descriptor = _descriptor(str(path), str(root))
    with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        yield file


def digest(path: str | Path, root: str | Path = "") -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal. Raises OSError as `opened` does."""
    with opened(path, root) as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def directory(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
    """Yield what `os.scandir` lists: the directory that had this device and inode (None: whichever is there).

    Raises OSError, FileNotFoundError where it went away, ESTALE where another one has come in its place.
    """
    if not RELATIVE:
        yield path
        return
    descriptor = os.open(path, _DIRECTORY | (_HERE if seen else 0))
    try:
        found = os.fstat(descriptor)
        if seen and (found.st_dev, found.st_ino) != seen:
            raise OSError(errno.ESTALE, "another one came in its place while it was looked at")
        yield descriptor
    finally:
        os.close(descriptor)


def move(path: str, root: str, target: Path) -> None:
    """Move a file that stands below `root` to a path that nothing has yet.

    Raises OSError as `opened` does.
    """
    if not RELATIVE:
        os.close(_compared(path, root))
        shutil.move(path, target)
        return
    with _above(path, root) as (directory, name):
        if S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            raise OSError(errno.EISDIR, "it is a directory by now")
        try:
            os.rename(name, target, src_dir_fd=directory)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(path, root, target)
            os.unlink(name, dir_fd=directory)


def _copy(path: str, root: str, target: Path) -> None:
    with opened(path, root) as file, target.open("xb") as copy:
        target.chmod(S_IMODE(os.fstat(file.fileno()).st_mode))
        try:
            shutil.copyfileobj(file, copy)
        except OSError:
            target.unlink()
            raise


def _descriptor(path: str, root: str) -> int:
    with _told():
        if not RELATIVE:
            return _compared(path, root)
        if not root:
            return os.open(path, _FILE)
        with _above(path, root) as (directory, name):
            return os.open(name, _FILE, dir_fd=directory)


@contextmanager
def _above(path: str, root: str) -> Iterator[tuple[int, str]]:
    """Yield the directory that a path stands in, opened part by part, and its last part."""
    *parts, name = Path(os.path.relpath(path, root)).parts
    if ".." in (*parts, name):
        raise OSError(errno.EXDEV, "it does not stand in its folder")
    with _told():
        directory = os.open(root, _DIRECTORY)
        try:
            for part in parts:
                below = os.open(part, _DIRECTORY | _HERE, dir_fd=directory)
                os.close(directory)
                directory = below
            yield directory, name
        finally:
            os.close(directory)


@contextmanager
def _told() -> Iterator[None]:
    """Have a link in the way told as one."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise OSError(error.errno, SWAPPED) from error
        raise


def _compared(path: str, root: str) -> int:
    """Open a path, and see afterwards that it was no link and led nowhere else."""
    descriptor = os.open(path, _FILE)
    found, there = os.fstat(descriptor), os.lstat(path)
    real = os.path.realpath(path)
    if os.path.samestat(found, there) and (not root or Path(real).is_relative_to(os.path.realpath(root))):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.ELOOP, SWAPPED)
