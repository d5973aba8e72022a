"""The page's library behind its guard: apps, their events and what is answered to one."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


def made(make: Callable[[], T]) -> T:
    """Make an app where a loop runs: without one Gradio makes loops of its own and never closes them."""

    async def running() -> T:
        return make()

    return asyncio.run(running())


def events(client: httpx.Client) -> list[Mapping[str, Any]]:
    """Return every event of the page, as the page itself is told of them."""
    page = client.get("/").text
    start = page.index("window.gradio_config = ") + len("window.gradio_config = ")
    results: list[Mapping[str, Any]] = json.JSONDecoder().raw_decode(page[start:])[0]["dependencies"]
    assert len(results) > 25
    return results


def stream(client: httpx.Client, session: str) -> str:
    """Return what comes on a session's stream until its events are done."""
    address = f"/gradio_api/queue/data?session_hash={session}"
    text = ""
    with suppress(httpx.RemoteProtocolError), client.stream("GET", address) as answer:  # no such session
        for part in answer.iter_text():
            text += part
    return text
