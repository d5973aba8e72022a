"""Who may come in: a text file of names and salted hashes of passwords. Must never know HTTP.

One user a line, `name:scrypt:n:r:p:salt:hash`, salt and hash in hexadecimal. scrypt (RFC 7914) makes each
guess cost 16 MB and tens of milliseconds. A password itself is never kept.
"""

import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import scrypt
from pathlib import Path
from secrets import token_bytes

from index import private
from index.errors import SettingsError

N, R, P = 2**14, 8, 1
_ALONE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_NAME = re.compile(r"[\w.@+-]{1,64}")
_LINE = re.compile(r"([\w.@+-]{1,64}):scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([0-9a-f]{32}):([0-9a-f]{64})")
SHORTEST = 8  # characters of a password


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password's salted hash, and what it cost to make."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def matches(self, password: str) -> bool:
        """Tell whether this is the password; takes the same time for every wrong one."""
        made = scrypt(password.encode(), salt=self.salt, n=self.n, r=self.r, p=self.p)[:32]
        return hmac.compare_digest(made, self.digest)


def hashed(password: str) -> Hashed:
    """Return the hash of a password under a salt of its own."""
    salt = token_bytes(16)
    return Hashed(N, R, P, salt, scrypt(password.encode(), salt=salt, n=N, r=R, p=P)[:32])


NOBODY = hashed("")
"""Compared with where there is no such user, so that time does not tell which names exist."""


def read(path: Path) -> Mapping[str, Hashed]:
    """Return the users of a file. Raises SettingsError where it cannot be read or names no user."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", _remedy(path)) from error
    users = dict(_user(path, n, line) for n, line in enumerate(lines, 1) if line.strip())
    if not users:
        raise SettingsError(f"{path} names no user, so nobody could come in.", _remedy(path))
    return users


def add(path: Path, name: str, password: str) -> None:
    """Add a user to the file, or give one that is there a new password. Raises SettingsError."""
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} is no user's name: letters, digits and . @ + - _ only, at most 64.")
    if len(password) < SHORTEST:
        raise SettingsError(f"The password is shorter than {SHORTEST} characters.", "choose a longer one")
    _write(path, {**_there(path), name: hashed(password)})


def remove(path: Path, name: str) -> None:
    """Take a user out of the file. Raises SettingsError where there is none of that name."""
    users = dict(read(path))
    if name not in users:
        raise SettingsError(f"{path} names no user {name!r}.")
    del users[name]
    _write(path, users)


def exposed(path: Path) -> tuple[str, ...]:
    """Return what must be told where others on this computer may read the file or write to it."""
    if not private.shared(path):
        return ()
    return (f"{path} can be opened by other users of this computer. Close it to them: chmod 600 {path}",)


def known(users: Mapping[str, Hashed], name: str, password: str) -> bool:
    """Tell whether a user of this name and password may come in."""
    return users.get(name, NOBODY).matches(password) and name in users


def _there(path: Path) -> Mapping[str, Hashed]:
    return read(path) if path.exists() and path.stat().st_size else {}


def _user(path: Path, n: int, line: str) -> tuple[str, Hashed]:
    found = _LINE.fullmatch(line.strip())
    if not found:
        raise SettingsError(f"{path}, line {n}, is no user.", _remedy(path))
    name, *costs, salt, digest = found.groups()
    n_, r, p = map(int, costs)
    return name, Hashed(n_, r, p, bytes.fromhex(salt), bytes.fromhex(digest))


def _write(path: Path, users: Mapping[str, Hashed]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)  # what an interrupted run left, or a link that somebody laid there
        descriptor = os.open(new, _ALONE, 0o600)
        with open(descriptor, "w") as file:  # noqa: PTH123 -- a descriptor has no path
            os.fchmod(descriptor, 0o600) if os.name != "nt" else None
            file.writelines(f"{_told(name, user)}\n" for name, user in users.items())
        new.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} was not written: {new}: {error.strerror}.", _remedy(path)) from error


def _told(name: str, user: Hashed) -> str:
    return f"{name}:scrypt:{user.n}:{user.r}:{user.p}:{user.salt.hex()}:{user.digest.hex()}"


def _remedy(path: Path) -> str:
    return f"citeback user NAME --file {path}"
