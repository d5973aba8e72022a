"""Middleware in front of Gradio that lets through only the requests of the page.

Gradio serves some sixty routes, for files by path, addresses to fetch, deep links to sessions and more. The
page needs the few below; no other is answered, including any that a later version adds. A session belongs to
the user who opened it: its id is replaced by a keyed hash of the id and the user's name, so the same id sent
by another user is a different session.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citeback.serving.access.middleware import USER
from citeback.serving.gradio_guard.events import EventCancellation, EventReset, PageEvent

# What the page loads: itself, its scripts and styles. No name begins with a dot, so no path leads upwards.
LOADED = re.compile(
    r"/(?:theme\.css|favicon\.ico|manifest\.json|(?:assets|static)(?:/[\w-][\w.-]*)+|gradio_api/app_id)?"
)
HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([A-Za-z0-9_-]{1,64})")
STREAM, JOIN = "/gradio_api/queue/data", "/gradio_api/queue/join"
CANCEL, RESET = "/gradio_api/cancel", "/gradio_api/reset"
NOT_HERE = HTTPException(404, "There is nothing at this address.")
NOT_YOURS = HTTPException(404, "No such event is running.")
REMEMBERED = 10_000  # events and sessions remembered; the oldest go first

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class GradioShield:
    """The middleware: `app` gets only requests of the page, in a session of the user who sends them.

    `takes` maps each event of the page to its number of values; with too few, Gradio raises a traceback.
    """

    app: ASGIApp
    takes: Mapping[int, int]
    _key: bytes = field(default_factory=lambda: token_bytes(32))
    _begun: dict[str, tuple[str, str]] = field(default_factory=dict)  # by event: the user, and the session
    _joined: dict[str, None] = field(default_factory=dict)  # sessions that have begun an event

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or raise HTTPException. Static files are loaded without their query."""
        if scope["type"] != "http":
            return
        inside = _plain(scope)
        match scope["method"], scope["path"]:
            case "GET" | "HEAD", path if LOADED.fullmatch(path):
                await self.app({**inside, "query_string": b""}, receive, send)
            case "GET", path if beat := HEARTBEAT.fullmatch(path):
                path = f"/gradio_api/heartbeat/{self.user_session(scope, beat[1])}"
                await self.app({**inside, "path": path, "raw_path": path.encode()}, receive, send)
            case "GET", path if path == STREAM:
                await self.app({**inside, "query_string": self._query(scope)}, receive, send)
            case "POST", path if path == JOIN:
                await self._join(inside, receive, send)
            case "POST", path if path == CANCEL:
                await self._cancel(inside, receive, send)
            case "POST", path if path == RESET:
                await self._reset(inside, receive, send)
            case _:
                raise NOT_HERE

    def user_session(self, scope: Scope, session: str) -> str:
        """Return the name that a browser's session has for Gradio: another one for each user."""
        named = f"{scope.get(USER, '')}\0{session}".encode()
        return blake2b(named, key=self._key, digest_size=16).hexdigest()

    def _query(self, scope: Scope) -> bytes:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
        if len(given) != 1:
            raise HTTPException(422, "A stream belongs to one session.")
        session = self.user_session(scope, given[0])
        if session not in self._joined:  # Gradio would respond with a traceback in the log
            raise HTTPException(404, "No event was begun in this session.")
        return urlencode({"session_hash": session}).encode()

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        event = await _read(PageEvent, scope, receive)
        if self.takes.get(event.fn_index) != len(event.data):
            raise HTTPException(422, "There is no such event of this page, or it takes other values.")
        session = self.user_session(scope, event.session_hash)
        self._joined.pop(session, None)
        self._joined[session] = None
        if len(self._joined) > REMEMBERED:
            del self._joined[next(iter(self._joined))]
        answered = _RecordedResponse(send)
        await self.app(*_with(scope, receive, event.model_dump() | {"session_hash": session}), answered)
        if number := answered.event():
            self._begun[number] = scope.get(USER, ""), session
            if len(self._begun) > REMEMBERED:
                del self._begun[next(iter(self._begun))]

    async def _cancel(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = await _read(EventCancellation, scope, receive)
        session = self.user_session(scope, asked.session_hash)
        if self._begun.get(asked.event_id) != (scope.get(USER, ""), session):
            raise NOT_YOURS
        await self.app(*_with(scope, receive, asked.model_dump() | {"session_hash": session}), send)

    async def _reset(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = await _read(EventReset, scope, receive)
        if self._begun.get(asked.event_id, (None, ""))[0] != scope.get(USER, ""):
            raise NOT_YOURS
        await self.app(*_with(scope, receive, asked.model_dump()), send)


def _plain(scope: Scope) -> Scope:
    """Return the scope without headers that Gradio would trust: it lets any page of localhost read responses.

    `AccessMiddleware` has checked them. `X-Forwarded-Proto` is kept, since the page must know its own
    address.
    """
    return {**scope, "headers": [each for each in scope["headers"] if _passes(*each)]}


def _passes(name: bytes, value: bytes) -> bool:
    if name == b"x-forwarded-proto":
        return value in {b"http", b"https"}
    return name != b"origin" and not name.startswith(b"x-forwarded-")


async def _read(model: type[M], scope: Scope, receive: Receive) -> M:
    try:
        return model.model_validate_json(await Request(scope, receive).body())
    except ClientDisconnect:
        raise HTTPException(400, "The request ended before it was complete.") from None
    except ValidationError:
        raise HTTPException(422, "An event of this page accepts only text.") from None


def _with(scope: Scope, receive: Receive, body: Mapping[str, Any]) -> tuple[Scope, Receive]:
    """Return a request with a new body, which holds only what was validated."""
    written = json.dumps(body).encode()
    kept = [each for each in scope["headers"] if each[0] not in {b"content-length", b"content-type"}]
    described = [(b"content-length", str(len(written)).encode()), (b"content-type", b"application/json")]
    messages = iter([{"type": "http.request", "body": written, "more_body": False}])

    async def read() -> Message:
        return next(messages, None) or await receive()

    return {**scope, "headers": kept + described}, read


@dataclass(slots=True)
class _RecordedResponse:
    """Passes a response on, and keeps its body to read the id of the event that was begun."""

    send: Send
    body: bytes = b""

    async def __call__(self, message: Message) -> None:
        self.body += message.get("body", b"")
        await self.send(message)

    def event(self) -> str:
        """Return the id of the event, or "" if none was begun."""
        try:
            result = json.loads(self.body)
        except ValueError:
            return ""
        return str(result.get("event_id", "")) if isinstance(result, dict) else ""
