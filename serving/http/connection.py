"""One HTTP connection: uvicorn's, with timeouts.

By itself, uvicorn waits forever for a request to be completed and for a response to be read.
"""

from asyncio import TimerHandle
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from citeback.serving.http.open_connections import PARTING, ConnectionPool

TOO_MANY_CONNECTIONS = (
    "503 Service Unavailable",
    "Too many connections are open. Try again in a few seconds.",
)
TOO_SLOW = ("408 Request Timeout", "The request was sent too slowly.")


class Connection(H11Protocol):
    """A connection that makes room for others while idle, and ends if the client is too slow."""

    def __init__(self, *given: Any, all_of_them: ConnectionPool, **named: Any) -> None:
        super().__init__(*given, **named)
        self._all, self._bounds = all_of_them, all_of_them.bounds
        self._refused = self._parting = False
        self._part: object = None  # the part of a request that is arriving; its start and size
        self._since, self._arrived = 0.0, 0
        self._waiting: TimerHandle | None = None
        self._unread = 0  # bytes of a response
        self._reading: TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Return whether it waits for a request, with no unanswered one."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.conn.their_state is h11.IDLE

    def give_way(self) -> None:
        """Close the connection and tell the client why."""
        self._all.leave(self, self._address)
        self._reject(*TOO_MANY_CONNECTIONS)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def connection_made(self, transport: Any) -> None:
        """Register the connection, or refuse it if there is no room."""
        super().connection_made(transport)
        # Report every byte the client has not read yet, instead of only every 64 kB.
        transport.set_write_buffer_limits(high=0)
        if self._all.enter(self, self._address):
            self._watch(0)
        else:
            self._reject(*TOO_MANY_CONNECTIONS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        self._all.leave(self, self._address)
        self._all.parting -= self._parting
        self._forget_request()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process incoming data; ignore what a refused connection still sends."""
        if not self._refused:
            super().data_received(data)
            self._watch(len(data))

    def pause_writing(self) -> None:
        """Start the timeout for the client to read the response."""
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self._bounds.unread, self._check_reader)

    def resume_writing(self) -> None:
        """Stop the timeout: the client has read everything."""
        super().resume_writing()
        if self._reading:
            self._reading.cancel()

    def _should_upgrade(self) -> bool:
        """Return False, since no other protocol is supported; uvicorn would log every request for one."""
        return False

    def _watch(self, arrived: int) -> None:
        """Start or continue the timeout for the part of a request that is arriving."""
        part = self.conn.their_state
        if part not in (h11.IDLE, h11.SEND_BODY):
            self._forget_request()
            return
        if part is not self._part:
            self._forget_request()
            self._part, self._since, self._arrived = part, self.loop.time(), 0
            self._waiting = self.loop.call_later(self._bounds.patience, self._check_timeouts)
        self._arrived += arrived

    def _forget_request(self) -> None:
        self._part, self._arrived = None, 0
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _check_timeouts(self) -> None:
        """Refuse a request that takes too long, or check again later."""
        now, more = self.loop.time(), self._arrived / self._bounds.slowest
        until = self._since + self._bounds.patience + (more if self._part is h11.SEND_BODY else 0)
        if self.flow.read_paused:  # the delay is on this side
            until = now + self._bounds.patience
        if now < until:
            self._waiting = self.loop.call_later(until - now, self._check_timeouts)
        else:
            self._reject(*TOO_SLOW)

    def _check_reader(self) -> None:
        """Abort a response that is read too slowly."""
        unread, bounds = self.transport.get_write_buffer_size(), self._bounds
        if self._unread - unread < bounds.slowest * bounds.unread:
            self.transport.abort()
            return
        self._unread = unread
        self._reading = self.loop.call_later(bounds.unread, self._check_reader)

    def _reject(self, status: str, words: str) -> None:
        """Close the connection, with a response if the client expects one."""
        due, self._refused = self._response_due(), True
        self._forget_request()
        if self.cycle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not due:
            self.transport.close()
            return
        self.transport.write(_response(status, words))
        self._close_gently()

    def _response_due(self) -> bool:
        """Return whether the client waits for a response to something it has sent."""
        if self.conn.their_state is h11.SEND_BODY:
            return not self.cycle.response_started
        return self._arrived > 0 or (self._part is None and self.cycle is None)

    def _close_gently(self) -> None:
        """Close once the client can have read the response; closing while it sends would discard it."""
        if self._all.parting >= PARTING:
            self.transport.close()
            return
        self._all.parting, self._parting = self._all.parting + 1, True
        self.transport.write_eof()
        self.loop.call_later(self._bounds.parting, self.transport.abort)


def _response(status: str, words: str) -> bytes:
    head = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(words)}",
        "Retry-After: 5",
        "Connection: close",
    )
    return ("\r\n".join((*head, "", words))).encode("ascii")
