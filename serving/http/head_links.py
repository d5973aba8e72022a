"""Adds links to the head of a page that another program writes."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = b"<head>"


class HeadLinks:
    """Passes requests to `app`, and puts `links` at the top of the page at /."""

    def __init__(self, app: ASGIApp, links: str) -> None:
        self.app = app
        self._links = links.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        begun = list[Message]()
        written = bytearray()

        async def rewrite(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            written.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            page = bytes(written).replace(HEAD, HEAD + self._links, 1)
            headers = [each for each in begun[0]["headers"] if each[0].lower() != b"content-length"]
            headers.append((b"content-length", str(len(page)).encode()))
            await send({**begun[0], "headers": headers})
            await send({**message, "body": page})

        await self.app(scope, receive, rewrite)
