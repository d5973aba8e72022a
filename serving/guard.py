"""Middleware that checks every request: who sends it, from where, how much and how often.

It wraps the page, the API and MCP alike, so that no route can be forgotten.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.rights import Rights, Role
from serving.forwarded import sender
from serving.limits import Rate
from serving.logins import Login, Logins
from serving.origins import called, own
from serving.refusals import refusal
from serving.underway import Underway
from serving.users import User

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
USER = "citeback.user"
"""Key of the user name in a request's scope; "" without users."""
RIGHTS = "citeback.rights"
"""Key of the user's rights (`rag.rights.Rights`) in a request's scope."""
LARGEST = 1024 * 1024  # bytes of a request's body, except uploads
UPLOADS = "/uploads"
RENAMED = "start citeback chat with --name and the host name in the address"
_DIGITS = 20  # digits of a byte count; Python refuses to parse thousands of them
# Gradio needs inline scripts and compiled templates: without 'unsafe-inline' and 'unsafe-eval' the page stays
# empty. Nothing may be loaded from or sent to other origins.
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
    """Access rules: `users` by name (None: everyone), and `hosts`, the names that the page answers to.

    `hosts` None allows any name; `addresses` also allows every IP address. `largest` is the maximum size of
    an upload in bytes. `rate` None means no limit. `proxies` are trusted to report client addresses.
    """

    users: Mapping[str, User] | None = None
    hosts: frozenset[str] | None = frozenset(LOOPBACK)
    largest: int = 1024 * 1024 * 1024
    rate: Rate | None = None
    addresses: bool = False
    proxies: frozenset[str] = frozenset()

    @property
    def near(self) -> bool:
        """Return whether every client is on this computer."""
        return not self.addresses and self.hosts is not None and self.hosts <= LOOPBACK

    def rights(self, user: str) -> Rights:
        """Return the rights of a user; without users, everyone is an admin locally and a reader otherwise."""
        if self.users is not None:
            return self.users[user].rights
        return Rights(Role.ADMIN if self.near else Role.READER)


@dataclass(slots=True)
class Guard:
    """The middleware: `app` gets only the requests that the rules allow."""

    app: ASGIApp
    rules: Rules
    underway: Underway = field(default_factory=Underway)
    _logins: Logins | None = field(init=False)

    def __post_init__(self) -> None:
        self._logins = None if self.rules.users is None else Logins(self.rules.users)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket":
            return  # not supported: the connection is refused
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["client"] = sender(scope.get("client"), headers, self.rules.proxies)
        refused = await self._refusal(scope, headers)
        bounded = _Bounded(receive, self._most(scope))
        with nullcontext() if scope["method"] in {"GET", "HEAD"} else self.underway.one():
            await (refused or self.app)(scope, bounded, _Headed(send))

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the refusal of a request, or None after recording its user in the scope."""
        path = scope["path"]
        if self.underway.ending:
            again = {"Retry-After": "10", "Connection": "close"}
            return refusal(path, 503, "Citeback is shutting down. Try again later.", headers=again)
        if not called(headers, self.rules.hosts, self.rules.addresses):
            return refusal(path, 421, "This page is not served under this host name.", RENAMED)
        if not own(headers, scope["method"]):
            return refusal(path, 403, "Requests from other sites are refused.")
        if reason := _oversize(path, headers, self._most(scope)):
            return reason
        login = await self._login(scope, headers)
        if login.wait:
            told = {"Retry-After": str(login.wait)}
            return refusal(path, 429, "Too many wrong passwords. Try again later.", headers=told)
        user = login.user
        if user is None:
            asked = {"WWW-Authenticate": 'Basic realm="Citeback", charset="UTF-8"'}
            return refusal(path, 401, "A name and password are required.", headers=asked)
        scope[USER], scope[RIGHTS] = user, self.rules.rights(user)
        return self._too_often(scope, user)

    def _most(self, scope: Scope) -> int:
        return self.rules.largest if scope["path"] == UPLOADS else LARGEST

    def _too_often(self, scope: Scope, user: str) -> Response | None:
        if self.rules.rate is None or scope["method"] in {"GET", "HEAD"}:
            return None
        wait = self.rules.rate.wait(user or _address(scope))
        if not wait:
            return None
        told = {"Retry-After": str(int(wait) + 1)}
        return refusal(scope["path"], 429, "Too many requests. Try again in a moment.", headers=told)

    async def _login(self, scope: Scope, headers: Headers) -> Login:
        """Return the login of a request; the name is "" without users."""
        if self._logins is None:
            return Login("")
        return await self._logins.who(headers.get("authorization", ""), _address(scope))


def _address(scope: Scope) -> str:
    return str((scope.get("client") or [""])[0])


def _oversize(path: str, headers: Headers, most: int) -> Response | None:
    length = headers.get("content-length")
    if length is not None and (len(length) > _DIGITS or not length.isdecimal() or int(length) > most):
        return refusal(path, 413, f"A request may have at most {most:,} bytes.")
    if headers.get("transfer-encoding"):
        # With both headers, two servers may disagree on where the request ends: nothing after it is read.
        closed = None if length is None else {"Connection": "close"}
        return refusal(
            path, 411, "A request must have a Content-Length and no Transfer-Encoding.", headers=closed
        )
    return None


@dataclass(slots=True)
class _Bounded:
    """Limits the size of a request's body, which a server in front may have failed to do."""

    receive: Receive
    left: int

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}


@dataclass(slots=True)
class _Headed:
    """Adds security headers to a response, unless it sets its own."""

    send: Send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self.send(message)
