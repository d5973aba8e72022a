"""A browser tab as the server sees it: events of the page, joined and read without a browser."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from secrets import token_hex
from time import monotonic
from typing import Any

import httpx

TAG = re.compile(r"<[^>]*>")
CONFIG = "window.gradio_config = "
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the page: its number, its name, and the types of its inputs."""

    number: int
    name: str
    takes: tuple[str, ...]


@dataclass(frozen=True)
class Tab:
    """A tab with a session of its own, for any client."""

    client: httpx.Client
    session: str = field(default_factory=lambda: token_hex(8))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Return every event in the page's configuration."""
        page = self.client.get("/").raise_for_status().text
        config = json.JSONDecoder().raw_decode(page.split(CONFIG, 1)[1])[0]
        parts = {part["id"]: part for part in config["components"]}

        def name(target: list[Any]) -> str:
            part = parts.get(target[0], {})
            return f"{part.get('props', {}).get('elem_id') or part.get('type', 'page')}.{target[1]}"

        return tuple(
            Event(
                number=each["id"],
                name=" ".join(map(name, each["targets"])) or "page",
                takes=tuple(parts[number]["type"] for number in each["inputs"]),
            )
            for each in config["dependencies"]
        )

    @property
    def anew(self) -> "Tab":
        """Return another tab of the same page, with a session of its own."""
        other = Tab(self.client)
        other.__dict__["events"] = self.events
        return other

    def event(self, name: str) -> Event:
        """Return the first event of that name. Raises LookupError if the page has none."""
        for event in self.events:
            if name in event.name.split():
                return event
        raise LookupError(f"the page has no event {name}")

    def join(self, event: Event, value: Any = None, clicked: Any = None) -> httpx.Response:
        """Join the queue, with the value for every input of the event."""
        data = [None if kind == "state" else value for kind in event.takes]
        body = {"fn_index": event.number, "session_hash": self.session, "data": data, "event_data": clicked}
        # Escaped, since a browser can send lone surrogates and httpx cannot.
        return self.client.post(JOIN, content=json.dumps(body), headers={"Content-Type": "application/json"})

    def listen(self, seconds: float = 20) -> str:
        """Return what the server sends to this session until it is done, or for so many seconds."""
        return listen(self.client, self.session, seconds)

    def fire(self, name: str | Event, value: Any = None, clicked: Any = None, seconds: float = 20) -> str:
        """Fire an event and return everything it produces."""
        event = name if isinstance(name, Event) else self.event(name)
        joined = self.join(event, value, clicked)
        return self.listen(seconds) if joined.status_code == httpx.codes.OK else joined.text


def listen(client: httpx.Client, session: str, seconds: float = 20) -> str:
    """Return what is sent to a session, whoever listens."""
    end, heard = monotonic() + seconds, []
    try:
        with client.stream("GET", DATA, params={"session_hash": session}, timeout=seconds) as stream:
            for line in stream.iter_lines():
                heard.append(line)
                if '"close_stream"' in line or monotonic() > end:
                    break
    except httpx.TimeoutException:
        heard.append("no more came")
    except httpx.HTTPError as error:
        heard.append(f"{error!r}")
    return "\n".join(heard)


def data_of(heard: str) -> str:
    """Return the messages of a stream as one text with JSON escapes undone, for searching."""
    messages = (json.loads(line[5:]) for line in heard.splitlines() if line.startswith("data:"))
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in messages).replace('\\"', '"')


def words_of(heard: str) -> str:
    """Return the text of the last HTML fragments in messages, or the last message."""
    messages = [json.loads(line[5:]) for line in heard.splitlines() if line.startswith("data:")]
    pieces = [piece for piece in strings(messages) if "<" in piece]
    words = [" ".join(unescape(TAG.sub(" ", piece)).split()) for piece in pieces]
    return " | ".join(filter(None, dict.fromkeys(reversed(words)))) or heard[-120:]


def strings(value: object) -> Iterator[str]:
    """Yield every string in a message."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
