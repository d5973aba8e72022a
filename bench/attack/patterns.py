"""Attacks by slow input: patterns, questions, histories and request bodies."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Thread
from time import perf_counter
from typing import Any, TypeVar

import httpx

from bench.attack.ground import SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.tab import Tab

T = TypeVar("T")
LONG = 6.0
"""Seconds within which a request must end, and others be answered; generous, for a busy machine."""
GIVEN_UP = 12.0
PATTERNS = {
    "eight pairs of * and ?": ["*?" * 8 + "!"],
    "twenty pairs of * and ?": ["*?" * 20 + "!"],
    "** over and over": ["**/" * 60 + "!"],
    "*a over and over": ["*a" * 40 + "!"],
    "a class left open": ["[" * 5000],
    "a long one": ["x" * 200_000],
    "10,000 of them": ["*x*y*"] * 10_000,
    "a class that turns back": ["[z-a]", "[!]", "[]]", "\\"],
}
MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
SPEAKS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
NUMBERS = " ".join(["one hundred and"] * 3000)
QUESTIONS = {
    "46 kB of numbers in words": NUMBERS,
    "46 kB of digits": "1" * 46_000,
    "a mebibyte of points": "." * 1_000_000,
    "dates": "1.2.2022 " * 5000,
    "quotation marks": '"“' * 20_000,
    "brackets": "(" * 46_000,
    "white space": " " * 46_000 + "x",
    "line ends": "\n" * 46_000 + "x",
    "combining signs": "e" + "\u0301" * 46_000,
    "capitals": "A. B. " * 8000,
}


def while_waiting(server: Server, work: Callable[[httpx.Client], Any]) -> tuple[float, float, str]:
    """Return the seconds that work takes, the longest wait of others meanwhile, and its result."""
    result: list[str] = []
    times: list[float] = []

    def run() -> None:
        began = perf_counter()
        with server.client(timeout=GIVEN_UP) as client:
            try:
                result.append(str(work(client)))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                result.append(f"{error!r}")
        times.append(perf_counter() - began)

    thread = Thread(target=run, daemon=True)
    thread.start()
    waited = [server.waited(timeout=GIVEN_UP)]
    while thread.is_alive():
        waited.append(server.waited(timeout=GIVEN_UP))
        thread.join(0.05)
    return times[0], max(waited), " ".join(result)


def judged(server: Server, tried: str, work: Callable[[httpx.Client], Any]) -> Outcome:
    """Return whether work ended in time and others were answered meanwhile."""
    seconds, waited, result = while_waiting(server, work)
    fine = seconds < LONG and waited < LONG and "Internal Server Error" not in result
    return Outcome(
        tried=tried, holds=fine, answer=f"{seconds:.1f} s, others waited {waited:.1f} s; {result[:60]}"
    )


def stopped(server: Server) -> bool:
    """Return whether a server has stopped answering; if so, end it, since it can be tested no further."""
    if server.waited(timeout=GIVEN_UP) < GIVEN_UP:
        return False
    server.stop(1)
    return True


def listed(client: httpx.Client, given: list[str]) -> object:
    """List the documents whose names match; patterns are cut to what fits in a request line."""
    return client.get("/api/documents", params={"in": [given[0][:40_000], *given[1:50]]}).status_code


def searched(client: httpx.Client, given: list[str]) -> object:
    """Search in the documents whose names match."""
    return client.post("/api/search", json={"question": SHIPS, "in": given}).status_code


def called(client: httpx.Client, given: list[str]) -> object:
    """List the documents by MCP."""
    return call(client, "documents", {"in": given})[:60]


def looked_up(client: httpx.Client, given: list[str]) -> object:
    """Search in the documents on the page."""
    clicked = {"question": SHIPS, "within": ",".join(given)}
    return Tab(client).fire("lookup-search.act", None, clicked, GIVEN_UP)[-60:]


def remembered(client: httpx.Client, words: str) -> object:
    """Ask with words in the history."""
    history = [{"role": "user", "text": words}, {"role": "assistant", "text": words}]
    return client.post("/api/ask", json={"question": "And in that year?", "history": history}).status_code


def asked_by_tool(client: httpx.Client, words: str) -> object:
    """Ask with words in the question, by MCP."""
    return call(client, "ask", {"question": f"{SHIPS} {words}"})[:60]


def asked_on_page(client: httpx.Client, words: str) -> object:
    """Ask with words in the question, on the page."""
    return Tab(client).fire("question.submit", f"{SHIPS} {words}", None, GIVEN_UP)[-60:]


def call(client: httpx.Client, tool: str, arguments: dict[str, Any]) -> str:
    """Call a tool of the MCP server and return the answer."""
    asked = MCP | {"params": {"name": tool, "arguments": arguments}}
    return client.post("/mcp/", json=asked, headers=SPEAKS).text


def each(
    ground: Ground, ways: Mapping[str, Callable[[httpx.Client, T], object]], values: Mapping[str, T]
) -> Iterator[Outcome]:
    """Try every value in every way; a value that stops a server is not tried again."""
    for name, value in values.items():
        for way, work in ways.items():
            server = ground.plain()
            yield judged(server, f"{way}: {name}", partial(_swapped, work, value))
            if stopped(server):
                break


def _swapped(work: Callable[[httpx.Client, T], object], value: T, client: httpx.Client) -> object:
    return work(client, value)


def patterns(ground: Ground) -> Iterator[Outcome]:
    """Send patterns on which a backtracking matcher takes years, wherever one is accepted."""
    ways = {
        "GET /api/documents": listed,
        "POST /api/search": searched,
        "MCP": called,
        "the page": looked_up,
    }
    yield from each(ground, ways, PATTERNS)


def questions(ground: Ground) -> Iterator[Outcome]:
    """Send long questions and histories, wherever one is accepted."""
    ways = {
        "POST /api/ask, history": remembered,
        "MCP, question": asked_by_tool,
        "the page, question": asked_on_page,
    }
    yield from each(ground, ways, QUESTIONS)


def bodies(ground: Ground) -> Iterator[Outcome]:
    """Send malicious request bodies."""
    many = [{"role": "user", "text": "x"}] * 20_000
    asked: dict[str, bytes] = {
        "JSON nested 100,000 deep": b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "a history of 20,000 turns": json.dumps({"question": "And then?", "history": many}).encode(),
        "a number of 400,000 digits": b'{"question": "x", "k": ' + b"9" * 400_000 + b"}",
        "half a surrogate": b'{"question": "ships \\ud800"}',
        "a NUL": b'{"question": "ships \\u0000"}',
        "not a number": b'{"question": "x", "id": NaN}',
        "20,000 keys": json.dumps({"question": "x", **{f"k{n}": n for n in range(20_000)}}).encode(),
        "an id of 900,000 characters": json.dumps({"question": "x", "id": "i" * 900_000}).encode(),
    }
    paths = ("/api/ask", "/api/search", "/mcp/", "/gradio_api/queue/join")
    yield from each(ground, {f"POST {path}": partial(posted, path) for path in paths}, asked)


def posted(path: str, client: httpx.Client, content: bytes) -> object:
    """Post a body verbatim."""
    return client.post(path, content=content, headers=SPEAKS).status_code
