"""The password file: names, salted password hashes and roles.

One user a line, `name:scrypt:n:r:p:salt:hash:role:pattern:pattern`: salt and hash in hexadecimal, then any
number of document patterns, percent-encoded where necessary. scrypt (RFC 7914) makes each guess cost 16 MB
and tens of milliseconds. Passwords themselves are never stored.
"""

import hmac
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import scrypt
from pathlib import Path
from secrets import token_bytes
from urllib.parse import quote, unquote

from citeback.index.errors import SettingsError
from citeback.index.files import private_files
from citeback.rag.rights import Rights, Role

N, R, P = 2**14, 8, 1
_ALONE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_NAME = re.compile(r"[\w.@+-]{1,64}")
_LINE = re.compile(
    r"([\w.@+-]{1,64}):scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([0-9a-f]{32}):([0-9a-f]{64})"
    r"(?::(reader|editor|admin)((?::[^:]*)*))?"
)
_PLAIN = "!#$&'()*+,/;=?@[]^`{|}"  # characters that a pattern keeps unescaped: neither colon nor percent sign
SHORTEST = 8  # characters of a password


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A salted password hash, with its scrypt parameters."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def matches(self, password: str) -> bool:
        """Return whether this is the password, in constant time."""
        made = scrypt(password.encode(), salt=self.salt, n=self.n, r=self.r, p=self.p)[:32]
        return hmac.compare_digest(made, self.digest)


def hash_password(password: str) -> PasswordHash:
    """Return the hash of a password with a new salt."""
    salt = token_bytes(16)
    return PasswordHash(
        n=N, r=R, p=P, salt=salt, digest=scrypt(password.encode(), salt=salt, n=N, r=R, p=P)[:32]
    )


NOBODY = hash_password("")
"""Compared for unknown users, so that timing does not reveal which names exist."""
READER = Rights(Role.READER)


@dataclass(frozen=True, slots=True)
class User:
    """A user, with password hash and rights.

    `assigned` is false if the file gives no role, as files written before roles do not; such users are
    readers.
    """

    password: PasswordHash
    rights: Rights = READER
    assigned: bool = True


def read(path: Path) -> Mapping[str, User]:
    """Return the users of a file. Raises SettingsError if it cannot be read or names no user."""
    users = read_any(path)
    if not users:
        raise SettingsError(f"{path} contains no users, so nobody could log in.", _remedy(path))
    return users


def read_any(path: Path) -> Mapping[str, User]:
    """Return the users of a file, if any. Raises SettingsError if it cannot be read."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", _remedy(path)) from error
    return dict(_user(path, n, line) for n, line in enumerate(lines, 1) if line.strip())


def add(path: Path, name: str, password: str, rights: Rights | None = None) -> None:
    """Add a user to the file, or set a new password for an existing one. Raises SettingsError.

    Without `rights`, a new user is a reader, and an existing one keeps their rights.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is not a user name: use letters, digits and . @ + - _ only, at most 64."
        )
    if len(password) < SHORTEST:
        raise SettingsError(f"The password is shorter than {SHORTEST} characters.", "choose a longer one")
    users = read_existing(path)
    user = replace(users.get(name, User(NOBODY)), password=hash_password(password))
    _write(path, {**users, name: user if rights is None else _with(user, rights)})


def change(path: Path, name: str, role: Role | None = None, patterns: Sequence[str] | None = None) -> Rights:
    """Change a user's role or patterns, keeping the password; return the new rights.

    Raises SettingsError.
    """
    users = _named(path, name)
    before = users[name].rights
    rights = Rights(role or before.role, before.patterns if patterns is None else tuple(patterns))
    _write(path, {**users, name: _with(users[name], rights)})
    return rights


def remove(path: Path, name: str) -> None:
    """Remove a user from the file. Raises SettingsError for an unknown name."""
    users = dict(_named(path, name))
    del users[name]
    _write(path, users)


def permission_warning(path: Path) -> tuple[str, ...]:
    """Return a warning if other users of this computer may read or write the file."""
    if not private_files.is_shared(path):
        return ()
    return (f"{path} can be read by other users of this computer. To prevent that: chmod 600 {path}",)


def verify_password(users: Mapping[str, User], name: str, password: str) -> bool:
    """Return whether the name and password are those of a user."""
    user = users.get(name)
    return (user.password if user else NOBODY).matches(password) and user is not None


def read_existing(path: Path) -> Mapping[str, User]:
    """Return the users of a file that may not exist yet. Raises SettingsError."""
    return read(path) if path.exists() and path.stat().st_size else {}


def user_warnings(users: Mapping[str, User], path: Path) -> tuple[str, ...]:
    """Return warnings about the users' rights, for the person who runs the page."""
    old = ", ".join(name for name, user in users.items() if not user.assigned)
    lacking = f"{path} gives no role to {old}: they are readers and may only ask." if old else ""
    admin = any(user.rights.role is Role.ADMIN for user in users.values())
    nobody = "" if admin else f"Nobody in {path} is an admin: folders can only be chosen in the terminal."
    if not lacking and admin:
        return ()
    given = f"To give a role: citeback user add NAME --role admin --file {path}"
    return tuple(filter(None, (lacking, nobody, given)))


def _with(user: User, rights: Rights) -> User:
    """Return a user with other rights. Raises SettingsError for an invalid pattern."""
    _ = rights.visible
    return replace(user, rights=rights, assigned=True)


def _named(path: Path, name: str) -> Mapping[str, User]:
    users = read(path)
    if name not in users:
        raise SettingsError(f"{path} contains no user {name!r}.", f"citeback user list --file {path}")
    return users


def _user(path: Path, n: int, line: str) -> tuple[str, User]:
    match = _LINE.fullmatch(line.strip())
    if not match:
        raise SettingsError(f"{path}, line {n}, is not a user.", _remedy(path))
    name, *costs, salt, digest, role, patterns = match.groups()
    n_, r, p = map(int, costs)
    password = PasswordHash(n=n_, r=r, p=p, salt=bytes.fromhex(salt), digest=bytes.fromhex(digest))
    if role is None:
        return name, User(password, assigned=False)
    return name, User(password, Rights(Role(role), tuple(map(unquote, patterns.split(":")[1:]))))


def _write(path: Path, users: Mapping[str, User]) -> None:
    """Replace the file atomically, readable by its owner alone."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)  # left by an interrupted run, or a link planted there
        descriptor = os.open(new, _ALONE, 0o600)
        with open(descriptor, "w") as file:  # noqa: PTH123 -- a descriptor has no path
            os.fchmod(descriptor, 0o600) if os.name != "nt" else None
            file.writelines(f"{_line(name, user)}\n" for name, user in users.items())
        new.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} was not written: {new}: {error.strerror}.", _remedy(path)) from error


def _line(name: str, user: User) -> str:
    password = user.password
    parts = [name, "scrypt", f"{password.n}:{password.r}:{password.p}"]
    parts += [password.salt.hex(), password.digest.hex()]
    if user.assigned:
        parts += [user.rights.role, *(quote(pattern, safe=_PLAIN) for pattern in user.rights.patterns)]
    return ":".join(parts)


def _remedy(path: Path) -> str:
    return f"citeback user add NAME --file {path}"
