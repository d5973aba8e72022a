"""What every request passes first, whatever it asks: who, from where, how much and how often.

An ASGI middleware around the page, the API and MCP alike, so that no route can be forgotten. Must never
know what is served behind it.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_bytes
from threading import Lock
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.rights import Rights, Role
from serving.limits import Rate
from serving.users import User, known

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
USER = "citeback.user"
"""Where in a request's scope its user's name stands; empty where there are no users."""
RIGHTS = "citeback.rights"
"""Where in it what they may do stands (`rag.rights.Rights`)."""
LARGEST = 1024 * 1024  # bytes of a request's body, uploads apart
UPLOADS = "/gradio_api/upload"
# Gradio's page runs scripts of its own that stand in the page and templates that it compiles: without
# 'unsafe-inline' and 'unsafe-eval' nothing of it is drawn. Nothing may come from, or go, elsewhere.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom to let in: `users` by name (None: whoever comes), `hosts` by which names the page may be called.

    `hosts` None allows any name. `largest` is the most bytes of an upload. `rate` is None for no limit.
    """

    users: Mapping[str, User] | None = None
    hosts: frozenset[str] | None = frozenset(LOOPBACK)
    largest: int = 1024 * 1024 * 1024
    rate: Rate | None = None

    def rights(self, user: str) -> Rights:
        """Return what a user may do; whoever comes without users, only at this computer more than ask."""
        if self.users is not None:
            return self.users[user].rights
        near = self.hosts is not None and self.hosts <= LOOPBACK
        return Rights(Role.ADMIN if near else Role.READER)


@dataclass(slots=True)
class Guard:
    """The middleware: `app` is asked only what the rules let through."""

    app: ASGIApp
    rules: Rules
    _key: bytes = field(default_factory=lambda: token_bytes(32))
    _known: set[bytes] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] == "websocket":
            return  # nothing here speaks it: the connection is refused
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = await self._refusal(scope, Headers(scope=scope))
        bounded = _Bounded(receive, self._most(scope))
        await (refusal or self.app)(scope, bounded, _Headed(send))

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that may not come in; note the user of one that may."""
        host = urlsplit(f"//{headers.get('host', '')}")
        if self.rules.hosts is not None and host.hostname not in self.rules.hosts:
            # Another site's name that was made to point at this computer would make its scripts ours.
            return PlainTextResponse("This page is not served under that name.", 421)
        origin = headers.get("origin")
        if scope["method"] not in {"GET", "HEAD"} and origin and urlsplit(origin).netloc != host.netloc:
            return PlainTextResponse("Another site may not ask in your name.", 403)
        if reason := _oversize(headers, self._most(scope)):
            return reason
        user = await self._user(headers)
        if user is None:
            asked = {"WWW-Authenticate": 'Basic realm="Citeback", charset="UTF-8"'}
            return PlainTextResponse("Name and password, please.", 401, headers=asked)
        scope[USER], scope[RIGHTS] = user, self.rules.rights(user)
        return self._too_often(scope, user)

    def _most(self, scope: Scope) -> int:
        return self.rules.largest if scope["path"].startswith(UPLOADS) else LARGEST

    def _too_often(self, scope: Scope, user: str) -> Response | None:
        if self.rules.rate is None or scope["method"] in {"GET", "HEAD"}:
            return None
        wait = self.rules.rate.wait(user or str((scope.get("client") or [""])[0]))
        if not wait:
            return None
        told = {"Retry-After": str(int(wait) + 1)}
        return PlainTextResponse("Too many questions at once. Wait a little.", 429, headers=told)

    async def _user(self, headers: Headers) -> str | None:
        """Return who asks: empty where there are no users, None for whoever is not one of them."""
        if self.rules.users is None:
            return ""
        name, password = _credentials(headers.get("authorization", ""))
        # Kept instead of the password, and worth nothing after this process: scrypt is slow on purpose.
        seen = blake2b(f"{name}\0{password}".encode(), key=self._key).digest()
        if any(hmac.compare_digest(seen, each) for each in self._known):
            return name
        if not await to_thread.run_sync(known, self.rules.users, name, password):
            return None
        with self._lock:
            self._known.add(seen)
        return name


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _oversize(headers: Headers, most: int) -> Response | None:
    length = headers.get("content-length")
    if length is not None and (not length.isdecimal() or int(length) > most):
        return PlainTextResponse(f"A request may hold at most {most:,} bytes.", 413)
    if length is None and headers.get("transfer-encoding"):
        return PlainTextResponse("A request has to say how long it is.", 411)
    return None


@dataclass(slots=True)
class _Bounded:
    """Reads a request's body up to a bound; a server in front may have let a longer one through."""

    receive: Receive
    left: int

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}


@dataclass(slots=True)
class _Headed:
    """Sends a response with the headers that keep a browser safe, unless it has its own."""

    send: Send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self.send(message)
