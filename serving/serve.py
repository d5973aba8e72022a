"""An ASGI app served in a thread of its own, at an address that was free. Must never know the app."""

import asyncio
import errno
import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from threading import Thread
from time import sleep
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from index.errors import CitebackError
from serving.bounds import Bounds, bounds
from serving.connection import Connection
from serving.connections import Connections
from serving.logs import write_plainly

FIRST, LAST = 7860, 7959  # ports that are tried where none was named
PENDING = 512  # connections that the system holds until they are accepted
# Connections accepted in one turn of the loop: as many descriptors are taken before one can be refused.
AT_ONCE = 16
_PATIENCE = 1  # seconds that open connections are given at the end: a page keeps one for good
_QUIET = 10.0  # seconds in which the same trouble is logged once
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
log = logging.getLogger("citeback")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs; `address` is what a person types."""

    address: str
    port: int
    _server: uvicorn.Server
    _thread: Thread

    def wait(self) -> None:
        """Wait while the server runs. Raises CitebackError where it ends without being stopped."""
        while self._thread.is_alive():
            self._thread.join(1)
        if not self._server.should_exit:
            raise CitebackError(
                f"The server at {self.address} ended by itself; the reason stands above.", "start it again"
            )

    def stop(self) -> bool:
        """Stop serving; tell whether that was done in a few seconds: work in a thread cannot be cut off."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE + 4)
        return not self._thread.is_alive()


def serve(app: ASGIApp, host: str, port: int = 0, held: Bounds | None = None) -> Served:
    """Serve the app; port 0 takes the first one from `FIRST` that is free.

    `held` bounds the connections; without it the process holds as many as it can.

    Raises CitebackError where the address cannot be used, or the app does not start.
    """
    write_plainly()
    listening = _listening(host, port)
    server = uvicorn.Server(_config(app, Connections(held or bounds())))
    thread = Thread(target=_run, args=(server, listening), name="serve", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    if not server.started:
        raise CitebackError("The server did not start; the reason stands above.", "start it again")
    listening.listen(PENDING)
    port = listening.getsockname()[1]
    return Served(f"http://{f'[{host}]' if ':' in host else host}:{port}/", port, server, thread)


def _config(app: ASGIApp, connections: Connections) -> uvicorn.Config:
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
        proxy_headers=False,  # whoever asks could name another address with every guess of a password
    )


def _run(server: uvicorn.Server, listening: socket) -> None:
    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(_Trouble())
        await server.serve([listening])

    # uvicorn ends the thread by SystemExit where the app does not start, and has logged why.
    with listening, suppress(SystemExit):
        asyncio.run(run())


@dataclass(slots=True)
class _Trouble:
    """Logs what goes wrong in the event loop; that descriptors have run out, once in a while."""

    _since: float = -_QUIET

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _EXHAUSTED:
            loop.default_exception_handler(context)
        elif loop.time() - self._since >= _QUIET:
            self._since = loop.time()
            log.error("No connection can be accepted for now: %s. Those that are open go on.", error.strerror)


def _listening(host: str, port: int) -> socket:
    ports = [port] if port else range(FIRST, LAST + 1)
    for each in ports:
        made = socket(AF_INET6 if ":" in host else AF_INET)
        try:
            made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            made.bind((host, each))
            made.listen(128)
        except OSError as error:
            made.close()
            if each == ports[-1]:
                raise _unusable(host, each) from error
        else:
            return made
    raise _unusable(host, port)


def _unusable(host: str, port: int) -> CitebackError:
    return CitebackError(
        f"The page cannot be served at {host}:{port}: another program listens there, or the address is "
        "not one of this machine.",
        "citeback chat --port 0",
    )
