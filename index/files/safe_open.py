"""Opens files without following links that were placed after the folder was listed.

Between listing a folder and reading a file, someone may replace a directory with a link. So each component of
a path is opened relative to its parent, and none may be a link. Where the operating system does not support
this (Windows), the opened file is compared with the path afterwards.
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

SUPPORTS_DIR_FD = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether the system can open paths component by component."""

REPLACED_BY_LINK = "it was replaced by a link"

_HERE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | _HERE | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def open_regular_file(path: str | Path, root: str | Path = "") -> Iterator[BufferedReader]:
    """Open a regular file below `root`, which itself may be a link.

    Without a root, only the last component of the path may not be a link.

    Raises:
        OSError: the file cannot be opened, is a link or not a regular file.
    """
    descriptor = _descriptor(str(path), str(root))
    with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        yield file


def digest(path: str | Path, root: str | Path = "") -> str:
    """Return the SHA-256 of a file, in hexadecimal. Raises OSError like `open_regular_file`."""
    with open_regular_file(path, root) as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def scan_directory(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
    """Yield a directory for `os.scandir`: the one with this device and inode, or any if `seen` is None.

    Raises:
        OSError: the directory cannot be opened, or (ESTALE) another one has taken its place.
    """
    if not SUPPORTS_DIR_FD:
        yield path
        return
    descriptor = os.open(path, _DIRECTORY | (_HERE if seen else 0))
    try:
        results = os.fstat(descriptor)
        if seen and (results.st_dev, results.st_ino) != seen:
            raise OSError(errno.ESTALE, "it was replaced while it was being opened")
        yield descriptor
    finally:
        os.close(descriptor)


def move_file(path: str, root: str, target: Path) -> None:
    """Move a file from below `root` to a path that does not exist.

    Raises:
        OSError: the file cannot be moved, is a directory, or a link leads to it.
    """
    if not SUPPORTS_DIR_FD:
        os.close(_open_and_verify(path, root))
        shutil.move(path, target)
        return
    with _open_parent(path, root) as (directory, name):
        if S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            raise OSError(errno.EISDIR, "it is now a directory")
        try:
            os.rename(name, target, src_dir_fd=directory)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(path, root, target)
            os.unlink(name, dir_fd=directory)


def _copy(path: str, root: str, target: Path) -> None:
    with open_regular_file(path, root) as file, target.open("xb") as copy:
        target.chmod(S_IMODE(os.fstat(file.fileno()).st_mode))
        try:
            shutil.copyfileobj(file, copy)
        except OSError:
            target.unlink()
            raise


def _descriptor(path: str, root: str) -> int:
    with _raising_swapped():
        if not SUPPORTS_DIR_FD:
            return _open_and_verify(path, root)
        if not root:
            return os.open(path, _FILE)
        with _open_parent(path, root) as (directory, name):
            return os.open(name, _FILE, dir_fd=directory)


@contextmanager
def _open_parent(path: str, root: str) -> Iterator[tuple[int, str]]:
    """Yield the descriptor of a path's parent directory, opened by component, and the file name."""
    *parts, name = Path(os.path.relpath(path, root)).parts
    if ".." in (*parts, name):
        raise OSError(errno.EXDEV, "it is not in its folder")
    with _raising_swapped():
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
def _raising_swapped() -> Iterator[None]:
    """Translate the errors that a link in the path causes."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise OSError(error.errno, REPLACED_BY_LINK) from error
        raise


def _open_and_verify(path: str, root: str) -> int:
    """Open a path, then verify that it is no link and lies below `root`."""
    descriptor = os.open(path, _FILE)
    results, there = os.fstat(descriptor), os.lstat(path)
    real = os.path.realpath(path)
    if os.path.samestat(results, there) and (not root or Path(real).is_relative_to(os.path.realpath(root))):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.ELOOP, REPLACED_BY_LINK)
