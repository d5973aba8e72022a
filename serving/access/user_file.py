"""The users of a running server: read again whenever their file changes.

So a removed user, a new password and other rights take effect with the next request.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from citeback.index.errors import SettingsError
from citeback.serving.access import password_file
from citeback.serving.access.password_file import User

log = logging.getLogger("citeback")


@dataclass(slots=True)
class UserFile:
    """The users in a file; calling it returns them as they are now, at the cost of one `stat`.

    A file that is missing or damaged, as while it is being edited, changes nothing: the users read last
    remain, and the log says so. An empty file has no users, so that the last one can be removed.
    """

    path: Path
    _users: Mapping[str, User] = field(default_factory=dict)
    _version: tuple[int, ...] | None = None

    @classmethod
    def open(cls, path: Path) -> "UserFile":
        """Return the users of a file. Raises SettingsError if it cannot be read or names no user."""
        version = _version(path)  # before reading: a change in between is noticed later
        return cls(path, password_file.read(path), version)

    def __call__(self) -> Mapping[str, User]:
        """Return the users by name."""
        version = _version(self.path)
        if version != self._version:
            self._version = version
            try:
                self._users = password_file.read_any(self.path)
            except SettingsError as error:
                log.error("%s Until then, the users read before may log in.", error)
        return self._users


def _version(path: Path) -> tuple[int, ...] | None:
    """Return what changes whenever the file does; None if there is no file."""
    try:
        stat = os.stat(path)  # noqa: PTH116 -- called for every request
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
