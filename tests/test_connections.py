"""Connections of people who mean harm, over real sockets: none keeps others out or ends the server."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from citeback.index.errors import CitebackError
from citeback.serving.http.connection_limits import ConnectionLimits, connection_limits
from citeback.serving.http.open_connections import ConnectionPool
from citeback.serving.http.server import RunningServer, serve

BOUNDS = ConnectionLimits(
    max_connections=12, max_per_address=8, patience=0.5, slowest=1000, unread=0.5, parting=0.2
)
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG = 64 << 20


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the number of bytes that came, or with very many."""
    if scope["type"] != "http":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    size, message = 0, await receive()
    size += len(message.get("body", b""))
    while message.get("more_body"):
        message = await receive()
        size += len(message.get("body", b""))
    body = b"x" * LONG if scope["path"] == "/long" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def test_no_response_waits_for_a_full_packet(server: RunningServer) -> None:
    with opened(server) as made:
        made.sendall(GET)
        assert made.recv(1)
        kept = [each.transport.get_extra_info("socket") for each in server._server.server_state.connections]
        assert [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in kept] == [1]


@pytest.fixture
def server() -> Iterator[RunningServer]:
    running = serve(app, "127.0.0.1", held=BOUNDS)
    yield running
    running.stop()


@contextmanager
def opened(server: RunningServer, send: bytes = b"", source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), 10, (source, 0)) as made:
        made.sendall(send)
        yield made


def read(made: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    made.settimeout(20)
    parts = []
    try:
        while part := made.recv(1 << 16):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def works(server: RunningServer) -> bool:
    return httpx.get(server.address, timeout=10).text == "0"


def test_a_request_that_is_not_sent_to_its_end_is_ended(server: RunningServer) -> None:
    with (
        opened(server) as silent,
        opened(server, b"GET / HT") as half,
        opened(server, GET + GET[:9]) as second,
    ):
        assert read(silent) == b""
        assert b"408 Request Timeout" in read(half)
        answers = read(second)
        assert answers.count(b"200 OK") == 1


def test_a_byte_now_and_then_does_not_lengthen_the_time_for_a_head(server: RunningServer) -> None:
    with opened(server, b"GET /") as slow:
        answer = b""
        for _ in range(100):
            time.sleep(0.1)
            slow.settimeout(0.01)
            try:
                answer += slow.recv(1 << 16)
            except TimeoutError:
                slow.sendall(b"x")
                continue
            break
        assert answer.startswith(b"HTTP/1.1 408")


def test_a_body_may_be_long_but_not_slow(server: RunningServer) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n"
    with opened(server, head + b"x" * 10) as stuck, opened(server, head) as steady:
        for _ in range(20):  # 2000 bytes a second for four times as long as patience
            steady.sendall(b"x" * 200)
            time.sleep(0.1)
        assert b"408 Request Timeout" in read(stuck)
        assert steady.recv(1 << 16).endswith(b"4000")


def test_a_response_that_is_not_read_is_ended(server: RunningServer) -> None:
    with opened(server, b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n") as made:
        time.sleep(2)
        assert len(read(made)) < LONG


def test_a_response_that_is_read_slowly_comes_whole(server: RunningServer) -> None:
    with opened(server, b"GET /long HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as made:
        size = 0
        while part := made.recv(8 << 20):
            size += len(part)
            time.sleep(0.05)
        assert size > LONG


def test_whoever_sends_nothing_gives_way_to_whoever_asks(server: RunningServer) -> None:
    with ExitStack() as idle:
        for _ in range(60):
            idle.enter_context(opened(server))
            idle.enter_context(opened(server, b"GET / HT", "127.0.0.2"))
        assert works(server)


def test_where_all_are_at_work_another_is_told_that_there_are_too_many(server: RunningServer) -> None:
    busy = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(BOUNDS.max_per_address):
            stack.enter_context(opened(server, busy))
        time.sleep(0.1)
        refused = stack.enter_context(opened(server, GET))
        answer = read(refused)
        assert answer.startswith(b"HTTP/1.1 503") and b"Retry-After:" in answer
        assert answer.endswith(b"Try again in a few seconds.")
        elsewhere = stack.enter_context(opened(server, GET, "127.0.0.2"))
        assert elsewhere.recv(1 << 16).startswith(b"HTTP/1.1 200")


def test_more_connections_than_descriptors_leave_the_server_serving(server: RunningServer) -> None:
    with ExitStack() as many:
        for _ in range(200):
            many.enter_context(opened(server))
    assert works(server)


class WaitingConnection:
    """A connection as `ConnectionPool` sees it."""

    def __init__(self, idle: bool) -> None:
        self.idle = idle
        self.closed = False

    def give_way(self) -> None:
        self.closed = True


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=60))
def test_there_are_never_more_than_there_may_be_and_none_at_work_is_closed(steps: list[Any]) -> None:
    open_ones: list[tuple[WaitingConnection, str]] = []
    held = ConnectionPool(ConnectionLimits(max_connections=7, max_per_address=4))
    for address, idle, leaves in steps:
        one = WaitingConnection(idle)
        entered = held.enter(one, address)
        for gone, where in [pair for pair in open_ones if pair[0].closed]:
            assert gone.idle
            held.leave(gone, where)
        open_ones = [pair for pair in open_ones if not pair[0].closed]
        there = sum(where == address for _, where in open_ones)
        assert entered or len(open_ones) == 7 or there == 4
        if entered:
            open_ones.append((one, address))
        if leaves and open_ones:
            held.leave(*open_ones.pop(0))
        assert len(held) == len(open_ones) <= 7
        assert all(sum(where == each for _, where in open_ones) <= 4 for each in "abc")


def test_a_process_holds_no_more_connections_than_it_has_descriptors_for() -> None:
    resource = pytest.importorskip("resource")
    held = connection_limits()
    assert held.max_per_address < held.max_connections < resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_a_server_that_does_not_start_is_told() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no"})

    with pytest.raises(CitebackError, match="did not start"):
        serve(broken, "127.0.0.1")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_that_ends_by_itself_is_told() -> None:
    running = serve(app, "127.0.0.1", held=BOUNDS)
    loop = running._server.servers[0].get_loop()
    loop.call_soon_threadsafe(loop.stop)
    with pytest.raises(CitebackError, match="stopped unexpectedly"):
        running.wait()
