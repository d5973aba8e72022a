"""Attacks by connections: more than there are descriptors, half requests, bodies that never come."""

import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from json import dumps
from socket import AF_INET, SO_LINGER, SOL_SOCKET, create_connection, socket
from time import perf_counter, sleep

import httpx

from bench.attack.ground import ADMIN, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server

FILES = 256
"""Descriptor limit of the server here: fewer connections exhaust it than the 1,100 needed elsewhere."""
ASK = "POST /api/ask HTTP/1.1"


def head(first: str, *more: str) -> bytes:
    """Return the head of a request in bytes."""
    return "\r\n".join((first, "Host: localhost", *more, "", "")).encode()


def question(**more: object) -> bytes:
    """Return a complete question to the API in bytes, on a connection to be closed afterwards."""
    body = dumps({"question": SHIPS, **more}).encode()
    kind = ("Connection: close", "Content-Type: application/json", f"Content-Length: {len(body)}")
    return head(ASK, *kind) + body


HALF = head(ASK, "X-A: b")[:-4]
BODY = head(ASK, "Content-Type: application/json", "Content-Length: 100") + b"{"
AT_ONCE = 6
"""Questions under way when the server is told to end."""
GIVEN = 45.0
"""Seconds within which the server must give up an incomplete request."""


@contextmanager
def holding(server: Server, many: int, start: bytes = b"") -> Iterator[list[socket]]:
    """Hold many connections that send nothing beyond `start`."""
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
    """Wait until the server has closed `many` connections; return how many it did, and the seconds."""
    began = perf_counter()
    while perf_counter() - began < seconds and closed(held) < many:
        sleep(0.5)
    return closed(held), perf_counter() - began


def idle(ground: Ground) -> Iterator[Outcome]:
    """Hold more idle connections than the server has descriptors, without a password."""
    with ground.served(ground.path / "store", "--auth", ground.users, files=FILES) as server:
        with server.client(ADMIN, timeout=30) as client:
            client.get("/style.css")  # an existing connection
            with holding(server, FILES * 2) as held:
                sleep(3)
                yield Outcome(
                    tried=f"{len(held)} idle connections, {FILES} descriptors",
                    holds=server.alive,
                    answer=f"the server holds {server.descriptors if server.alive else 'none: it ended'}",
                )
                status = _asked(client)
                yield Outcome(
                    tried="who was there before asks meanwhile", holds=status == "200", answer=status
                )
                began = perf_counter()
                while perf_counter() - began < GIVEN and not server.answers(ADMIN, timeout=5):
                    sleep(1)
                waited = perf_counter() - began
                yield Outcome(
                    tried="somebody who comes anew is answered while they are held",
                    holds=waited < GIVEN,
                    answer=f"after {waited:.0f} s",
                )
            sleep(1)
        yield Outcome(
            tried="they are let go",
            holds=server.alive and server.answers(ADMIN),
            answer="answered" if server.alive else f"ended: {server.process.returncode}",
        )
        yield Outcome(
            tried="nothing is printed that a program failed on",
            holds=not server.traceback,
            answer=server.traceback or "nothing",
        )
        if server.alive:
            yield Outcome(
                tried="descriptors afterwards",
                holds=server.descriptors < FILES / 2,
                answer=f"{server.descriptors}",
            )
            with holding(server, 5, HALF), holding(server, 5):
                status = str(server.stop(15))
            yield Outcome(
                tried="Ctrl-C while connections are held",
                holds=status in ("0", "130"),
                answer=f"status {status}",
            )
        else:
            yield Outcome(
                tried="the status of a server that ended by itself",
                holds=server.process.returncode != 0,
                answer=str(server.process.returncode),
            )


def _asked(client: httpx.Client) -> str:
    try:
        return str(client.post("/api/ask", json={"question": SHIPS}).status_code)
    except httpx.HTTPError as error:
        return f"{error!r}"


def halves(ground: Ground) -> Iterator[Outcome]:
    """Send half of many requests, then nothing."""
    server = ground.plain()
    with holding(server, 150, HALF) as heads, holding(server, 150, BODY) as bodies:
        status = "answered" if server.answers() else "not answered"
        yield Outcome(
            tried="a question while 300 half requests are held", holds=status == "answered", answer=status
        )
        for name, held in (("heads", heads), ("bodies", bodies)):
            gone, seconds = until(held, len(held), GIVEN)
            yield Outcome(
                tried=f"150 half {name} are given up",
                holds=gone == len(held),
                answer=f"{gone} of {len(held)} after {seconds:.0f} s",
            )


def dripping(ground: Ground) -> Iterator[Outcome]:
    """Send a head, and a body, one byte a second: the server must give up on both."""
    server = ground.plain()
    with holding(server, 20, HALF) as heads, holding(server, 20, BODY) as bodies:
        began = perf_counter()
        while perf_counter() - began < GIVEN and closed(heads + bodies) < 40:
            for connection in heads + bodies:
                with suppress(OSError):
                    connection.send(b"x" if connection in heads else b" ")
            sleep(1)
        for name, held in (("head", heads), ("body", bodies)):
            yield Outcome(
                tried=f"a {name} that drips",
                holds=closed(held) == 20,
                answer=f"{closed(held)} of 20 given up after {perf_counter() - began:.0f} s",
            )


def abandoned(ground: Ground) -> Iterator[Outcome]:
    """Abandon streams and unread responses, and reset connections."""
    server = ground.plain()
    server.answers()
    before, files = server.memory, server.descriptors
    session = "session_hash=none"
    starts = {
        "answers that are streamed": question(stream=True),
        "the page's streams": head(f"GET /gradio_api/queue/data?{session} HTTP/1.1"),
        "heartbeats": head("GET /gradio_api/heartbeat/s HTTP/1.1"),
        "progress of uploads": head("GET /gradio_api/upload_progress?upload_id=x HTTP/1.1"),
        "MCP": head("GET /mcp/ HTTP/1.1", "Accept: text/event-stream"),
    }
    for name, start in starts.items():
        with holding(server, 60, start) as held:
            sleep(1)
            fine = server.answers()
            for connection in held[::2]:
                connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        yield Outcome(
            tried=f"60 of {name}, begun and left",
            holds=fine,
            answer="others are answered" if fine else "others are not",
        )
    end = perf_counter() + 25
    while server.descriptors > files + 5 and perf_counter() < end:
        sleep(0.5)
    yield Outcome(
        tried="what they held is let go",
        holds=server.descriptors <= files + 5,
        answer=f"{files} descriptors before, {server.descriptors} after",
    )
    yield Outcome(
        tried="memory",
        holds=server.memory < before + 100,
        answer=f"{before:.0f} MB before, {server.memory:.0f} after",
    )


HIDDEN = head("GET /style.css HTTP/1.1")
WEBSOCKET = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
NONCE = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
SMUGGLED = {
    "a length and chunks": head(ASK, "Content-Length: 4", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n"
    + HIDDEN,
    "two lengths": head(ASK, "Content-Length: 0", f"Content-Length: {len(HIDDEN)}") + HIDDEN,
    "a length with a sign": head(ASK, "Content-Length: +5") + b"hello",
    "chunks by another name": head(ASK, "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "chunks of no end": head(ASK, "Transfer-Encoding: chunked") + b"ffffffffffffffffff\r\n",
    "a folded header": head("GET /api/documents HTTP/1.1", "X-A: b", " folded"),
    "a space before the colon": b"GET /style.css HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "two hosts": head("GET /style.css HTTP/1.1", "Host: evil.example"),
    "no host": b"GET /api/documents HTTP/1.1\r\n\r\n",
    "an address in place of a path": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a method of no name": head("FOO\0 / HTTP/1.1"),
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
    "a line without end": b"GET /" + b"a" * 200_000,
    "headers without end": head("GET / HTTP/1.1", *["X-A: b"] * 40_000),
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "TRACE": head("TRACE / HTTP/1.1", "Authorization: Basic eDp5"),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an upgrade to WebSocket": head("GET /gradio_api/queue/join HTTP/1.1", *WEBSOCKET, NONCE),
    "the same by another site": head("GET / HTTP/1.1", "Origin: http://evil.example", *WEBSOCKET, NONCE),
    "an upgrade to HTTP/2": head(
        "GET /style.css HTTP/1.1", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"
    ),
}


def smuggling(ground: Ground) -> Iterator[Outcome]:
    """Send ambiguous requests (request smuggling) and invalid ones."""
    server = ground.plain()
    for name, sent in SMUGGLED.items():
        answer = exchanged(server, sent)
        ends = answer.count(b"HTTP/1.1 ")
        status = answer[9:12].decode(errors="replace") if ends else "closed"
        hidden = HIDDEN in sent and b" 200 " in answer
        fine = not hidden and not status.startswith(("5", "101")) and b"Authorization: Basic" not in answer
        yield Outcome(
            tried=f"sent as they are: {name}", holds=fine, answer=f"{ends} answers, the first {status}"
        )
    yield Outcome(tried="afterwards", holds=server.answers(), answer="a question is answered")


def exchanged(server: Server, sent: bytes, seconds: float = 2) -> bytes:
    """Return the response on a new connection."""
    answer = b""
    with suppress(OSError), create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        with suppress(OSError):
            connection.sendall(sent)
        while part := connection.recv(65_536):
            answer += part
            if len(answer) > 1_000_000:
                break
    return answer


def ending(ground: Ground) -> Iterator[Outcome]:
    """Stop a server while it answers, and start one where it cannot serve."""
    store = ground.path / "store"
    with ground.served(store) as server:
        server.answers()
        with holding(server, AT_ONCE, question()) as held:
            sleep(0.05)
            began = perf_counter()
            server.process.send_signal(signal.SIGTERM)
            answers = [_rest(each) for each in held]
            whole = sum(b"200 OK" in each and each.endswith((b"}", b"}\n")) for each in answers)
            refused = sum(b" 503 " in each[:20] for each in answers)
        yield Outcome(
            tried=f"SIGTERM while {AT_ONCE} wait for answers",
            holds=whole + refused == AT_ONCE and whole > 0,
            answer=f"{whole} answered, {refused} told to come later",
        )
        try:
            status: int | str = server.process.wait(15)
        except subprocess.TimeoutExpired:
            status = "none: it runs on"
        yield Outcome(
            tried="the status after SIGTERM",
            holds=status == 0,
            answer=f"{status} after {perf_counter() - began:.1f} s",
        )
    with socket(AF_INET) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = ground.run("chat", "--store", store, "--port", other.getsockname()[1], timeout=60)
    yield Outcome(
        tried="the status where the port is taken",
        holds=done.returncode in (1, 2),
        answer=f"{done.returncode}: {done.stderr[-80:]}",
    )


def _rest(connection: socket) -> bytes:
    answer = b""
    connection.settimeout(15)
    with suppress(OSError):
        while part := connection.recv(65_536):
            answer += part
    return answer
