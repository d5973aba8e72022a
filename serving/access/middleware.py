"""Middleware that checks every request: its user, origin, size and rate.

It wraps the page, the API and MCP alike, so that no route can be forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citeback.rag.rights import Rights, Role
from citeback.serving.access.authentication import LoginResult, LoginService
from citeback.serving.access.forwarded_for import client_address
from citeback.serving.access.origins import is_known_host, is_same_site
from citeback.serving.access.password_file import User
from citeback.serving.access.rate_limit import RateLimiter
from citeback.serving.http.error_responses import error_response
from citeback.serving.http.in_flight import RunningRequests, refusal

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
USER = "citeback.user"
"""Key of the user name in a request's scope; "" without users."""
RIGHTS = "citeback.rights"
"""Key of the user's rights (`citeback.rag.rights.Rights`) in a request's scope."""
LARGEST = 1024 * 1024  # bytes of a request's body, except uploads
UPLOADS = "/uploads"
PAGE_STREAMS = "/gradio_api/"
ANSWERS = "/gradio_api/queue/data"
"""Where the page reads the answers to questions that it has sent before."""
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
class AccessRules:
    """Access rules: who may log in, and the names that the page answers to.

    `users` returns the users by name as they are now, and is None if there are none: then everyone may ask.
    `hosts` None allows any name; `addresses` also allows every IP address. `largest` is the maximum size of
    an upload in bytes. `rate` None means no limit. `proxies` are trusted to report client addresses.
    """

    users: Callable[[], Mapping[str, User]] | None = None
    hosts: frozenset[str] | None = frozenset(LOOPBACK)
    largest: int = 1024 * 1024 * 1024
    rate: RateLimiter | None = None
    addresses: bool = False
    proxies: frozenset[str] = frozenset()

    @property
    def near(self) -> bool:
        """Return whether every client is on this computer."""
        return not self.addresses and self.hosts is not None and self.hosts <= LOOPBACK

    @property
    def rights(self) -> Rights:
        """Return everyone's rights without users: those of an admin locally and of a reader otherwise."""
        return Rights(Role.ADMIN if self.near else Role.READER)


@dataclass(slots=True)
class AccessMiddleware:
    """The middleware: `app` gets only the requests that the rules allow."""

    app: ASGIApp
    rules: AccessRules
    underway: RunningRequests = field(default_factory=RunningRequests)
    _logins: LoginService | None = field(init=False)

    def __post_init__(self) -> None:
        self._logins = None if self.rules.users is None else LoginService(self.rules.users)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket":
            return  # not supported: the connection is refused
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["client"] = client_address(scope.get("client"), headers, self.rules.proxies)
        refused = await self._refusal(scope, headers)
        bounded = _BoundedBody(receive, self._most(scope))
        answer = refused or self.app
        if _stays_open(scope):
            await answer(scope, bounded, _SecurityHeaders(send))
            return
        with self.underway.request(scope, bounded, _SecurityHeaders(send)) as counted:
            await answer(scope, bounded, counted)

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the refusal of a request, or None after recording its user in the scope."""
        path = scope["path"]
        if self.underway.ending and path != ANSWERS:
            return refusal(path)
        if not is_known_host(headers, self.rules.hosts, self.rules.addresses):
            return error_response(path, 421, "This page is not served under this host name.", RENAMED)
        if not is_same_site(headers, scope["method"]):
            return error_response(path, 403, "Requests from other sites are refused.")
        if reason := _oversize(path, headers, self._most(scope)):
            return reason
        login = await self._login(scope, headers)
        if login.wait:
            notice = {"Retry-After": str(login.wait)}
            return error_response(path, 429, "Too many wrong passwords. Try again later.", headers=notice)
        if login.rights is None:
            asked = {"WWW-Authenticate": 'Basic realm="Citeback", charset="UTF-8"'}
            return error_response(path, 401, "A name and password are required.", headers=asked)
        scope[USER], scope[RIGHTS] = login.user, login.rights
        return self._too_often(scope, login.user)

    def _most(self, scope: Scope) -> int:
        return self.rules.largest if scope["path"] == UPLOADS else LARGEST

    def _too_often(self, scope: Scope, user: str) -> Response | None:
        if self.rules.rate is None or scope["method"] in {"GET", "HEAD"}:
            return None
        wait = self.rules.rate.wait(user or _address(scope))
        if not wait:
            return None
        notice = {"Retry-After": str(int(wait) + 1)}
        return error_response(scope["path"], 429, "Too many requests. Try again in a moment.", headers=notice)

    async def _login(self, scope: Scope, headers: Headers) -> LoginResult:
        """Return the login of a request; the name is "" without users."""
        if self._logins is None:
            return LoginResult("", self.rules.rights)
        return await self._logins.authenticate(headers.get("authorization", ""), _address(scope))


def _stays_open(scope: Scope) -> bool:
    """Return whether the page keeps a request open for as long as it likes."""
    return scope["method"] in {"GET", "HEAD"} and scope["path"].startswith(PAGE_STREAMS)


def _address(scope: Scope) -> str:
    return str((scope.get("client") or [""])[0])


def _oversize(path: str, headers: Headers, most: int) -> Response | None:
    length = headers.get("content-length")
    if length is not None and (len(length) > _DIGITS or not length.isdecimal() or int(length) > most):
        return error_response(path, 413, f"A request may have at most {most:,} bytes.")
    if headers.get("transfer-encoding"):
        # With both headers, two servers may disagree on where the request ends: nothing after it is read.
        closed = None if length is None else {"Connection": "close"}
        return error_response(
            path, 411, "A request must have a Content-Length and no Transfer-Encoding.", headers=closed
        )
    return None


@dataclass(slots=True)
class _BoundedBody:
    """Limits the size of a request's body, which a server in front may have failed to do."""

    receive: Receive
    left: int

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}


@dataclass(slots=True)
class _SecurityHeaders:
    """Adds security headers to a response, unless it sets its own."""

    send: Send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self.send(message)
