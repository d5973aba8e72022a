"""Tracks running requests and answers, so that each one gets a response when the server stops.

Answers of the page are counted by the page, since its requests end as soon as a question is queued.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from time import monotonic

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from citeback.serving.http.error_responses import error_event, error_response

SHUTTING_DOWN = "Citeback is shutting down. Try again later."
AGAIN = "10"  # seconds after which a refused client may try again
CHECKED = 0.05  # seconds between two looks at a queue that tells nobody when it is empty


@dataclass(slots=True, eq=False)
class PendingResponse:
    """The response to a running request; once it is given up, nothing more of it is sent."""

    scope: Scope
    receive: Receive
    send: Send
    _started: bool = False
    _stream: bool = False
    _complete: bool = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the response."""
        if self._complete:
            return
        if message["type"] == "http.response.start":
            self._started = True
            kinds = (value for name, value in message["headers"] if name.lower() == b"content-type")
            self._stream = next(kinds, b"").startswith(b"text/event-stream")
        elif message["type"] == "http.response.body":
            self._complete = not message.get("more_body", False)
        await self.send(message)

    async def give_up(self) -> None:
        """Refuse the request if nothing was sent yet, and end a stream of events with an error."""
        if self._complete or (self._started and not self._stream):
            return
        self._complete = True
        if self._started:
            last = error_event(SHUTTING_DOWN)
            await self.send({"type": "http.response.body", "body": last, "more_body": False})
        else:
            await refusal(self.scope["path"])(self.scope, self.receive, self.send)


@dataclass(slots=True)
class RunningRequests:
    """The running requests and answers. Safe to share between threads.

    `queued` returns the number of answers that were accepted and wait to be counted.
    """

    ending: bool = False
    queued: Callable[[], int] = lambda: 0
    _count: int = 0
    _pending: set[PendingResponse] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one answer while the block runs."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    @contextmanager
    def request(self, scope: Scope, receive: Receive, send: Send) -> Iterator[Send]:
        """Count a request while the block runs; the block responds by what it gets."""
        response = PendingResponse(scope=scope, receive=receive, send=send)
        self._pending.add(response)
        try:
            with self.one():
                yield response
        finally:
            self._pending.discard(response)

    def end(self, patience: float) -> bool:
        """Refuse new work and wait for the rest; return whether it finished within `patience` seconds."""
        self.ending = True
        until = monotonic() + patience
        with self._changed:
            while self._count or self.queued():
                if monotonic() >= until:
                    return False
                self._changed.wait(CHECKED)
        return True

    async def give_up(self) -> None:
        """Refuse the requests that are still running, in the event loop that serves them."""
        for response in tuple(self._pending):
            await response.give_up()

    def _add(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()


def refusal(path: str) -> Response:
    """Return the response to a request that comes too late."""
    headers = {"Retry-After": AGAIN, "Connection": "close"}
    return error_response(path, 503, SHUTTING_DOWN, headers=headers)
