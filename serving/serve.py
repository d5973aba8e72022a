"""An ASGI app served in a thread of its own, at an address that was free. Must never know the app."""

from dataclasses import dataclass
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from threading import Thread
from time import sleep

import uvicorn
from starlette.types import ASGIApp

from index.errors import CitebackError

FIRST, LAST = 7860, 7959  # ports that are tried where none was named
_PATIENCE = 1  # seconds that open connections are given at the end: a page keeps one for good


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs; `address` is what a person types."""

    address: str
    port: int
    _server: uvicorn.Server
    _thread: Thread

    def wait(self) -> None:
        """Wait until the server has stopped."""
        while self._thread.is_alive():
            self._thread.join(1)

    def stop(self) -> None:
        """Stop serving and wait until that is done."""
        self._server.should_exit = True
        self._thread.join()


def serve(app: ASGIApp, host: str, port: int = 0) -> Served:
    """Serve the app; port 0 takes the first one from `FIRST` that is free.

    Raises CitebackError where the address cannot be used.
    """
    listening = _listening(host, port)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_PATIENCE,
        server_header=False,
        proxy_headers=False,  # whoever asks could name another address each time
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="serve", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    port = listening.getsockname()[1] if server.started else port
    return Served(f"http://{f'[{host}]' if ':' in host else host}:{port}/", port, server, thread)


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
