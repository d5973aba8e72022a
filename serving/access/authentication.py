"""Authentication by name and password.

scrypt makes each guess cost 16 MB and tens of milliseconds, for the server too. So it runs in a few slots,
and users who have logged in are recognised by a hash in memory, without waiting behind guesses.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from secrets import token_bytes

from anyio import CapacityLimiter, Event, to_thread

from citeback.rag.rights import Rights
from citeback.serving.access.login_attempts import LoginThrottle
from citeback.serving.access.password_file import PasswordHash, User, verify_password

AT_ONCE, WAITING = 2, 16  # passwords compared at once, and waiting
MAX_PER_ADDRESS = 4  # compared and waiting from one address
CROWDED = 2  # seconds to wait if too many are waiting


@dataclass(frozen=True, slots=True)
class LoginResult:
    """A user and their rights, None if unknown; `wait` is the number of seconds until another attempt."""

    user: str = ""
    rights: Rights | None = None
    wait: int = 0


@dataclass(slots=True)
class LoginService:
    """Authenticates users; belongs to one event loop.

    `users` returns them as they are now, so that a removed user, or one with a new password, is no longer
    recognised.
    """

    users: Callable[[], Mapping[str, User]]
    guesses: LoginThrottle = field(default_factory=LoginThrottle)
    _key: bytes = field(default_factory=lambda: token_bytes(32))
    _verified: dict[bytes, PasswordHash] = field(default_factory=dict)
    _comparing: dict[bytes, Event] = field(default_factory=dict)
    _from: Counter[str] = field(default_factory=Counter)
    _slots: CapacityLimiter | None = None

    async def authenticate(self, header: str, address: str) -> LoginResult:
        """Return the login for an `Authorization` header from an address."""
        name, password = _credentials(header)
        if not name:
            return LoginResult()
        # Stored instead of the password, and useless after this process ends.
        seen = blake2b(f"{name}\0{password}".encode("utf-8", "surrogatepass"), key=self._key).digest()
        if (login := self._recognised(seen, name)).rights:
            return login
        if seen in self._comparing:
            await self._comparing[seen].wait()
            return self._recognised(seen, name)
        if wait := self._wait(name, address):
            return LoginResult(wait=wait)
        await self._compare(seen, name, password, address)
        return self._recognised(seen, name)

    def _recognised(self, seen: bytes, name: str) -> LoginResult:
        """Return the login if this password was right and still is."""
        user = self.users().get(name)
        if user is None or self._verified.get(seen) != user.password:
            self._verified.pop(seen, None)
            return LoginResult()
        return LoginResult(name, user.rights)

    def _wait(self, name: str, address: str) -> int:
        """Return the seconds until an attempt is allowed, or 0 after counting it."""
        if len(self._comparing) >= AT_ONCE + WAITING or self._from[address] >= MAX_PER_ADDRESS:
            return CROWDED
        return ceil(self.guesses.wait(name, address))

    async def _compare(self, seen: bytes, name: str, password: str, address: str) -> None:
        """Record a password that is right; concurrent requests with the same one wait for the result."""
        if self._slots is None:  # made here: a limiter belongs to the event loop that waits for it
            self._slots = CapacityLimiter(AT_ONCE)
        users = self.users()
        compared = self._comparing[seen] = Event()
        self._from[address] += 1
        try:
            if await to_thread.run_sync(verify_password, users, name, password, limiter=self._slots):
                self._verified[seen] = users[name].password
                self.guesses.give_back(name, address)
        finally:
            self._from[address] -= 1
            self._from += Counter()  # drops zeros
            del self._comparing[seen]
            compared.set()


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password
