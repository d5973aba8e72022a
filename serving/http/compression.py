"""Compresses what the browser loads with the page; answers, streams and files are sent as they are."""

from collections.abc import Collection

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1_000  # bytes


class CompressPaths:
    """Compresses the responses at some paths, none of which holds words of a document or a request."""

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=SMALLEST)
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        compressed = scope["type"] == "http" and scope["path"] in self._paths
        await (self._compressed if compressed else self._plain)(scope, receive, send)
