"""Attacks by connections: more than there are descriptors for, half of a request, bodies that never come."""

import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from socket import AF_INET, SHUT_WR, SO_LINGER, SOL_SOCKET, create_connection, socket
from time import perf_counter, sleep

import httpx

from bench.attack.ground import ADMIN, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server

FILES = 256
"""Descriptors that the server may hold here: what takes 1,100 connections elsewhere takes fewer."""
HALF = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Le"
BODY = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
GIVEN = 45.0
"""Seconds within which a request that does not come has to be given up."""


@contextmanager
def holding(server: Server, many: int, start: bytes = b"") -> Iterator[list[socket]]:
    """Hold many connections on which no more than `start` is sent."""
    with ExitStack() as stack:
        held = []
        for _ in range(many):
            with suppress(OSError):
                connection = stack.enter_context(create_connection(("127.0.0.1", server.port), timeout=5))
                if start:
                    connection.sendall(start)
                held.append(connection)
        yield held


def closed(connections: list[socket]) -> int:
    """Return how many connections the server has closed."""
    return sum(map(_closed, connections))


def _closed(connection: socket) -> bool:
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def until(held: list[socket], many: int, seconds: float) -> tuple[int, float]:
    """Wait until the server has closed so many connections; return how many it did, and the seconds."""
    began = perf_counter()
    while perf_counter() - began < seconds and closed(held) < many:
        sleep(0.5)
    return closed(held), perf_counter() - began


def idle(ground: Ground) -> Iterator[Outcome]:
    """More idle connections than the server may hold files, from somebody without a password."""
    with ground.served(ground.path / "store", "--auth", ground.users, files=FILES) as server:
        with server.client(ADMIN, timeout=30) as client:
            client.get("/style.css")  # a connection that is there already
            with holding(server, FILES * 2) as held:
                sleep(3)
                yield Outcome(
                    f"{len(held)} idle connections, {FILES} descriptors",
                    server.alive,
                    f"the server holds {server.descriptors if server.alive else 'none: it ended'}",
                )
                status = _asked(client)
                yield Outcome("who was there before asks meanwhile", status == "200", status)
                began = perf_counter()
                while perf_counter() - began < GIVEN and not server.answers(ADMIN, timeout=5):
                    sleep(1)
                waited = perf_counter() - began
                yield Outcome(
                    "somebody who comes anew is answered while they are held",
                    waited < GIVEN,
                    f"after {waited:.0f} s",
                )
            sleep(1)
        yield Outcome(
            "they are let go",
            server.alive and server.answers(ADMIN),
            "answered" if server.alive else f"ended: {server.process.returncode}",
        )
        yield Outcome(
            "nothing is printed that a program failed on", not server.traceback, server.traceback or "nothing"
        )
        if server.alive:
            yield Outcome("descriptors afterwards", server.descriptors < FILES / 2, f"{server.descriptors}")
        else:
            yield Outcome(
                "the status of a server that ended by itself",
                server.process.returncode != 0,
                str(server.process.returncode),
            )


def _asked(client: httpx.Client) -> str:
    try:
        return str(client.post("/api/ask", json={"question": SHIPS}).status_code)
    except httpx.HTTPError as error:
        return f"{error!r}"


def halves(ground: Ground) -> Iterator[Outcome]:
    """Requests of which a half is sent, then nothing."""
    server = ground.guarded()
    with holding(server, 150, HALF) as heads, holding(server, 150, BODY) as bodies:
        status = "answered" if server.answers(ADMIN) else "not answered"
        yield Outcome("a question while 300 half requests are held", status == "answered", status)
        for name, held in (("heads", heads), ("bodies", bodies)):
            gone, seconds = until(held, len(held), GIVEN)
            yield Outcome(
                f"150 half {name} are given up",
                gone == len(held),
                f"{gone} of {len(held)} after {seconds:.0f} s",
            )


def dripping(ground: Ground) -> Iterator[Outcome]:
    """A head and a body of which a byte comes every second: given up in the end as well."""
    server = ground.guarded()
    for name, start, more in (("head", HALF, b"x"), ("body", BODY, b" ")):
        with holding(server, 20, start) as held:
            began = perf_counter()
            while perf_counter() - began < GIVEN and closed(held) < len(held):
                for connection in held:
                    with suppress(OSError):
                        connection.send(more)
                sleep(1)
            gone = closed(held)
            yield Outcome(
                f"a {name} that drips",
                gone == len(held),
                f"{gone} of {len(held)} given up after {perf_counter() - began:.0f} s",
            )


def abandoned(ground: Ground) -> Iterator[Outcome]:
    """Streams that are begun and left, answers that are never read, connections that are reset."""
    server = ground.plain()
    server.answers()
    before, files = server.memory, server.descriptors
    body = f'{{"question": "{SHIPS}", "stream": true}}'.encode()
    ask = (
        b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        % len(body)
        + body
    )
    starts = {
        "answers that are streamed": ask,
        "the page's streams": b"GET /gradio_api/queue/data?session_hash=none HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "heartbeats": b"GET /gradio_api/heartbeat/s HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "progress of uploads": b"GET /gradio_api/upload_progress?upload_id=x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "MCP": b"GET /mcp/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n",
    }
    for name, start in starts.items():
        with holding(server, 60, start) as held:
            sleep(1)
            fine = server.answers()
            for connection in held[::2]:
                connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        yield Outcome(
            f"60 of {name}, begun and left", fine, "others are answered" if fine else "others are not"
        )
    end = perf_counter() + 25
    while server.descriptors > files + 5 and perf_counter() < end:
        sleep(0.5)
    yield Outcome(
        "what they held is let go",
        server.descriptors <= files + 5,
        f"{files} descriptors before, {server.descriptors} after",
    )
    yield Outcome(
        "memory", server.memory < before + 100, f"{before:.0f} MB before, {server.memory:.0f} after"
    )


SMUGGLED = {
    "a length and chunks": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a length with a sign": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello",
    "chunks by another name": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks of no end": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    "a folded header": b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n folded\r\n\r\n",
    "a space before the colon": b"GET /style.css HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "two hosts": b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /api/documents HTTP/1.1\r\n\r\n",
    "an address in place of a path": b"GET http://evil.example/api/documents HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a method of no name": b"FOO\x00 / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
    "a line without end": b"GET /" + b"a" * 200_000,
    "headers without end": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 40_000,
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic eDp5\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an upgrade to WebSocket": b"GET /gradio_api/queue/join HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "an upgrade to WebSocket by another site": b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "an upgrade to HTTP/2": b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
}


def smuggling(ground: Ground) -> Iterator[Outcome]:
    """Requests that two servers would read in two ways, and others that are none."""
    server = ground.plain()
    for name, sent in SMUGGLED.items():
        answer = exchanged(server, sent)
        ends = answer.count(b"HTTP/1.1 ")
        status = answer[9:12].decode(errors="replace") if ends else "closed"
        fine = ends <= 1 and not status.startswith(("5", "101")) and b"Authorization: Basic" not in answer
        yield Outcome(f"sent as they are: {name}", fine, f"{ends} answers, the first {status}")
    yield Outcome("afterwards", server.answers(), "a question is answered")


def exchanged(server: Server, sent: bytes, seconds: float = 3) -> bytes:
    """Return what comes back on a connection of its own."""
    answer = b""
    with suppress(OSError), create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        with suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(SHUT_WR)
        while part := connection.recv(65_536):
            answer += part
            if len(answer) > 1_000_000:
                break
    return answer


def ending(ground: Ground) -> Iterator[Outcome]:
    """The server is asked to end while it answers, and is started where it cannot serve."""
    store = ground.path / "store"
    with ground.served(store) as server:
        server.answers()
        body = f'{{"question": "{SHIPS}"}}'.encode()
        ask = (
            b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % len(body)
            + body
        )
        with holding(server, 16, ask) as held:
            sleep(0.05)
            began = perf_counter()
            server.process.send_signal(signal.SIGTERM)
            answers = [_rest(each) for each in held]
            whole = sum(b"200 OK" in each and each.endswith((b"}", b"}\n")) for each in answers)
            refused = sum(b" 503 " in each[:20] for each in answers)
        yield Outcome(
            "SIGTERM while 16 wait for answers",
            whole + refused == 16 and whole > 0,
            f"{whole} answered, {refused} told to come later",
        )
        try:
            status: int | str = server.process.wait(15)
        except subprocess.TimeoutExpired:
            status = "none: it runs on"
        yield Outcome(
            "the status after SIGTERM", status == 0, f"{status} after {perf_counter() - began:.1f} s"
        )
    with socket(AF_INET) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = ground.run("chat", "--store", store, "--port", other.getsockname()[1], timeout=60)
    yield Outcome(
        "the status where the port is taken",
        done.returncode in (1, 2),
        f"{done.returncode}: {done.stderr[-80:]}",
    )
    with ground.served(store) as server, holding(server, 5, HALF), holding(server, 5):
        status = server.stop(15)
        yield Outcome("Ctrl-C while connections are held", status in (0, 130), f"status {status}")


def _rest(connection: socket) -> bytes:
    answer = b""
    connection.settimeout(15)
    with suppress(OSError):
        while part := connection.recv(65_536):
            answer += part
    return answer
