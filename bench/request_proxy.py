"""A proxy on loopback that counts HTTP requests, and delays each as a distant object store would."""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

REQUEST = re.compile(rb"(GET|HEAD|PUT|POST|DELETE) /\S* HTTP/1\.1\r\n")
BLOCK = 1 << 16


class RequestProxy:
    """Forwards connections to an endpoint; `requests` counts them by method, `delay` is in seconds."""

    def __init__(self, endpoint: str, delay: float = 0.0) -> None:
        parts = urlsplit(endpoint)
        self._target = parts.hostname or "127.0.0.1", parts.port or 80
        self._loop = asyncio.new_event_loop()
        self.delay = delay
        self.requests: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Yield the endpoint of the proxy."""
        thread = Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        server = self._do(asyncio.start_server(self._connected, "127.0.0.1", 0))
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            self._do(self._cancelled())
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _cancelled(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            back, forth = await asyncio.open_connection(*self._target)
            await asyncio.gather(self._forward(reader, forth), self._forward(back, writer))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while block := await reader.read(BLOCK):
                if request := REQUEST.match(block):
                    self.requests[request[1].decode()] += 1
                    await asyncio.sleep(self.delay)
                writer.write(block)
                await writer.drain()
        finally:
            writer.close()
