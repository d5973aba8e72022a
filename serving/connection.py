"""One HTTP connection: uvicorn's, with an end to waiting. Must never know the app.

uvicorn waits without end for a request that was begun, and for a response to be read.
"""

from asyncio import TimerHandle
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from serving.connections import PARTING, Connections

CROWDED = ("503 Service Unavailable", "Too many connections are open. Try again in a few seconds.")
SLOW = ("408 Request Timeout", "The request was sent too slowly.")


class Connection(H11Protocol):
    """A connection that gives way to others while it waits, and ends where its other side is too slow."""

    def __init__(self, *given: Any, all_of_them: Connections, **named: Any) -> None:
        super().__init__(*given, **named)
        self._all, self._bounds = all_of_them, all_of_them.bounds
        self._refused = self._parting = False
        self._part: object = None  # the part of a request that is being sent: since when, how much of it
        self._since, self._arrived = 0.0, 0
        self._waiting: TimerHandle | None = None
        self._unread = 0  # bytes of a response
        self._reading: TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Tell whether it waits for a request: none has come whole that is not answered yet."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.conn.their_state is h11.IDLE

    def give_way(self) -> None:
        """Close, and say why."""
        self._all.leave(self, self._address)
        self._refuse(*CROWDED)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def connection_made(self, transport: Any) -> None:
        """Begin, or say that there is no room."""
        super().connection_made(transport)
        # Told of every byte that the other side has not taken yet, not only of 64 kB of them.
        transport.set_write_buffer_limits(high=0)
        if self._all.enter(self, self._address):
            self._watch(0)
        else:
            self._refuse(*CROWDED)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take leave."""
        self._all.leave(self, self._address)
        self._all.parting -= self._parting
        self._forget_request()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what a refused connection still sends is not looked at."""
        if not self._refused:
            super().data_received(data)
            self._watch(len(data))

    def pause_writing(self) -> None:
        """Have the time measured that the other side takes to read."""
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self._bounds.unread, self._look_at_reader)

    def resume_writing(self) -> None:
        """Go on: all was read."""
        super().resume_writing()
        if self._reading:
            self._reading.cancel()

    def _should_upgrade(self) -> bool:
        """Return False: nothing else is spoken here. uvicorn would log each time that it was asked for."""
        return False

    def _watch(self, arrived: int) -> None:
        """Have the time measured that the part of a request takes which is being sent."""
        part = self.conn.their_state
        if part not in (h11.IDLE, h11.SEND_BODY):
            self._forget_request()
            return
        if part is not self._part:
            self._forget_request()
            self._part, self._since, self._arrived = part, self.loop.time(), 0
            self._waiting = self.loop.call_later(self._bounds.patience, self._look)
        self._arrived += arrived

    def _forget_request(self) -> None:
        self._part, self._arrived = None, 0
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _look(self) -> None:
        """End what takes too long; look again later at what may take longer."""
        now, more = self.loop.time(), self._arrived / self._bounds.slowest
        until = self._since + self._bounds.patience + (more if self._part is h11.SEND_BODY else 0)
        if self.flow.read_paused:  # it is this side that does not read
            until = now + self._bounds.patience
        if now < until:
            self._waiting = self.loop.call_later(until - now, self._look)
        else:
            self._refuse(*SLOW)

    def _look_at_reader(self) -> None:
        """End a response that is read too slowly."""
        unread, bounds = self.transport.get_write_buffer_size(), self._bounds
        if self._unread - unread < bounds.slowest * bounds.unread:
            self.transport.abort()
            return
        self._unread = unread
        self._reading = self.loop.call_later(bounds.unread, self._look_at_reader)

    def _refuse(self, status: str, words: str) -> None:
        """Close, and say why where an answer is due."""
        due, self._refused = self._due(), True
        self._forget_request()
        if self.cycle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not due:
            self.transport.close()
            return
        self.transport.write(_response(status, words))
        self._depart()

    def _due(self) -> bool:
        """Tell whether the other side waits for an answer: it has sent something that has had none."""
        if self.conn.their_state is h11.SEND_BODY:
            return not self.cycle.response_started
        return self._arrived > 0 or (self._part is None and self.cycle is None)

    def _depart(self) -> None:
        """Close once the other side can have read why: what it still sends would make it lose that."""
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
