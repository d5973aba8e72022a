"""Serves an ASGI app in a separate thread, on a free port."""

import asyncio
import errno
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from threading import Thread
from time import sleep
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from citeback.index.errors import CitebackError
from citeback.serving.http.connection import Connection
from citeback.serving.http.connection_limits import ConnectionLimits, connection_limits
from citeback.serving.http.logging_config import configure_logging
from citeback.serving.http.open_connections import ConnectionPool

FIRST, LAST = 7860, 7959  # ports to try if none is given
PENDING = 512  # connections that the system queues until they are accepted
# Connections accepted in one turn of the loop; that many descriptors are taken before one can be refused.
AT_ONCE = 16
_PATIENCE = 1  # seconds that open connections get at shutdown; a page keeps one open for good
_QUIET = 10.0  # seconds during which the same problem is logged once
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
log = logging.getLogger("citeback")


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A running server; `address` is its URL."""

    address: str
    port: int
    _server: uvicorn.Server
    _thread: Thread

    def wait(self) -> None:
        """Wait while the server runs. Raises CitebackError if it ends without being stopped."""
        while self._thread.is_alive():
            self._thread.join(1)
        if not self._server.should_exit:
            raise CitebackError(
                f"The server at {self.address} stopped unexpectedly; see the reason above.", "start it again"
            )

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the event loop of the server, for at most a few seconds."""
        listening = self._server.servers
        if not listening or listening[0].get_loop().is_closed():
            work.close()
            return
        running = asyncio.run_coroutine_threadsafe(work, listening[0].get_loop())
        with suppress(TimeoutError):
            running.result(_PATIENCE)

    def stop(self) -> bool:
        """Stop the server; return whether it stopped within a few seconds.

        Work in a thread cannot be interrupted.
        """
        self.run(_turns())  # what has arrived by now gets a response
        self._server.should_exit = True
        self._thread.join(_PATIENCE + 4)
        return not self._thread.is_alive()


def serve(app: ASGIApp, host: str, port: int = 0, held: ConnectionLimits | None = None) -> RunningServer:
    """Serve the app; port 0 takes the first free one from `FIRST`.

    `held` limits the connections; by default they are as many as the process can hold. Raises CitebackError
    if the address cannot be used or the app does not start.
    """
    configure_logging()
    listening = _listening_socket(host, port)
    server = uvicorn.Server(_config(app, ConnectionPool(held or connection_limits())))
    thread = Thread(target=_run, args=(server, listening), name="serve", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    if not server.started:
        raise CitebackError("The server did not start; see the reason above.", "start it again")
    listening.listen(PENDING)
    port = listening.getsockname()[1]
    return RunningServer(
        address=f"http://{f'[{host}]' if ':' in host else host}:{port}/",
        port=port,
        _server=server,
        _thread=thread,
    )


def _config(app: ASGIApp, connections: ConnectionPool) -> uvicorn.Config:
    protocol = cast(type[asyncio.Protocol], partial(Connection, all_of_them=connections))
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="asyncio",
        backlog=AT_ONCE,
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=_PATIENCE,
        server_header=False,
        proxy_headers=False,  # otherwise a client could claim a new address for each guess of a password
    )


def _run(server: uvicorn.Server, listening: socket) -> None:
    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(_LoopErrorLog())
        await server.serve([listening])

    # uvicorn ends the thread by SystemExit if the app does not start, and has logged the reason.
    with listening, suppress(SystemExit):
        asyncio.run(run())


async def _turns() -> None:
    """Let the event loop accept the connections that wait, and read what they have sent."""
    for _ in range(2 * PENDING // AT_ONCE):
        await asyncio.sleep(0)


@dataclass(slots=True)
class _LoopErrorLog:
    """Logs errors in the event loop; those about exhausted descriptors only once in a while."""

    _since: float = -_QUIET

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _EXHAUSTED:
            loop.default_exception_handler(context)
        elif loop.time() - self._since >= _QUIET:
            self._since = loop.time()
            log.error("No new connection can be accepted for now: %s. Open ones continue.", error.strerror)


def _listening_socket(host: str, port: int) -> socket:
    ports = [port] if port else range(FIRST, LAST + 1)
    for each in ports:
        # With the protocol named, asyncio sets TCP_NODELAY; without it the body of a response waits 40 ms.
        made = socket(AF_INET6 if ":" in host else AF_INET, SOCK_STREAM, IPPROTO_TCP)
        try:
            made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            made.bind((host, each))
            made.listen(128)
        except OSError as error:
            made.close()
            if each == ports[-1]:
                raise _address_error(host, each) from error
        else:
            return made
    raise _address_error(host, port)


def _address_error(host: str, port: int) -> CitebackError:
    return CitebackError(
        f"The page cannot be served at {host}:{port}: another program is using it, or the address is "
        "not one of this computer's.",
        "citeback chat --port 0",
    )
