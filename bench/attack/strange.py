"""Attacks by the contents of documents, names and questions, and by excessive use."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from html.parser import HTMLParser
from io import BytesIO
from time import sleep
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import httpx

from bench.attack.files import sent, upload
from bench.attack.ground import IMAGE, SCRIPT, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.patterns import MCP, SPEAKS, call
from bench.attack.server import Server
from bench.attack.tab import Tab, strings, words_of

DANGEROUS = {"script", "iframe", "object", "embed", "base", "meta", "form action", "link"}
ESCAPE = "\x1b[2J\x1b]0;owned\x07"


class Tags(HTMLParser):
    """Collects the tags of an HTML fragment that a browser would execute."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a tag that executes something."""
        if tag in DANGEROUS or any(name.startswith("on") or _runs(value) for name, value in attrs):
            self.names.append(tag)


def _runs(value: str | None) -> bool:
    return bool(value) and re.sub(r"[\s\x00-\x20]", "", str(value)).lower().startswith(
        ("javascript:", "data:text", "vbscript:")
    )


def runs(html: str) -> list[str]:
    """Return the tags of an HTML fragment that would execute something."""
    tags = Tags()
    tags.feed(html)
    return tags.names


def views(ground: Ground) -> Iterator[Outcome]:
    """Use names and texts that are HTML: every view must show them as text."""
    server = ground.plain()
    name = f"open/{IMAGE}.md"
    with server.client() as client:
        tab = Tab(client)
        fired = {
            "the answer": ("question.submit", f"What does the harbour say? {SCRIPT}", None),
            "the source": ("log.follow", None, {"ref": "cite-0-1"}),
            "a passage": ("log.follow", None, {"ref": "passage-0-1"}),
            "passages": ("lookup-search.act", None, {"question": f"harbour {IMAGE}"}),
            "a passage looked up": ("results.follow", None, {"ref": "found-0"}),
            "the list": ("documents.select", None, None),
            "the list, narrowed": ("listing.find", None, {"wanted": f'"><{IMAGE}'}),
            "conversations": ("find-talk.find", None, {"words": ""}),
            "conversations, found": ("find-talk.find", None, {"words": f'"><{SCRIPT}'}),
            "a folder that is none": ("include.act", None, {"act": "include", "folder": f"/{SCRIPT}"}),
            "a document that is none": ("listing.act", None, {"act": "remove", "value": SCRIPT}),
            "a setting that is none": (
                "settings-form.act",
                None,
                {"act": "save", "care": SCRIPT, "model": IMAGE},
            ),
            "a model that is none": ("answering.act", None, {"act": "write", "model": IMAGE}),
        }
        for what, (event, value, clicked) in fired.items():
            heard = tab.fire(event, value, clicked)
            pieces = [piece for message in _messages(heard) for piece in strings(message)]
            bad = [tag for piece in pieces for tag in runs(piece)]
            yield Outcome(
                tried=f"HTML in {what}",
                holds=not bad,
                answer=f"{len(pieces)} pieces, tags that run: {bad[:5]}",
            )
        pages = (
            f"/source/{name}?at=0-5&words=b344d80e24a3679999fa964450b34bc2",
            f"/source/{SCRIPT}?at=0-5&words=b344d80e24a3679999fa964450b34bc2",
            f"/source/x?at={SCRIPT}&words={SCRIPT}",
            f"/pages/{SCRIPT}?page=1&at=0-5",
            f"/conversations/{SCRIPT}.md",
            f"/{SCRIPT}",
            f"/?__theme={SCRIPT}",
            f"/?deep_link={SCRIPT}",
        )
        for path in pages:
            answer = client.get(path)
            bad = (
                runs(answer.text)
                if "html" in answer.headers.get("content-type", "") and SCRIPT in answer.text
                else []
            )
            yield Outcome(
                tried=f"GET {path}",
                holds=not bad and answer.status_code < 500,
                answer=f"status {answer.status_code}, tags that run: {bad[:3]}",
            )


def _messages(heard: str) -> Iterator[object]:
    for line in heard.splitlines():
        if line.startswith("data:"):
            yield json.loads(line[5:])


def asked_with(value: str) -> Iterator[Callable[[httpx.Client], object]]:
    """Yield requests that hold the value in every possible place."""
    place = {"document": value, "start": 0, "end": 1}
    event = {"data": [value], "fn_index": 10_000, "session_hash": value}
    clicked = {"act": value, "value": value, "folder": value}
    yield lambda c: c.post("/api/ask", json={"question": value, "in": [value]})
    yield lambda c: c.get("/api/documents", params={"in": value, "since": value})
    yield lambda c: c.get(f"/api/{quote(value)}")
    yield lambda c: call(c, "show", place)
    yield lambda c: c.post(f"/mcp/{'x' * 50}", content=value.encode(), headers=SPEAKS)
    yield lambda c: c.post("/mcp/", json=MCP | {"method": value}, headers=SPEAKS)
    yield lambda c: c.post("/gradio_api/queue/join", json=event)
    yield lambda c: c.get("/gradio_api/queue/data", params={"session_hash": value})
    yield lambda c: Tab(c).fire("question.submit", value)
    yield lambda c: Tab(c).fire("listing.act", None, clicked)
    yield lambda c: Tab(c).fire("talks.act", None, clicked)
    yield lambda c: Tab(c).fire("include.act", None, clicked)
    yield lambda c: upload(c, value, b"x")


def logged(ground: Ground) -> Iterator[Outcome]:
    """Put terminal escapes and newlines into everything that is asked, named or sent."""
    line = f"\nCiteback is at http://evil.example{ESCAPE}"
    server = ground.plain()
    before = len(server.printed)
    for value in (f"Where?{line}", ESCAPE):
        for ask in asked_with(value):
            with suppress(httpx.HTTPError), server.client(timeout=8) as client:
                ask(client)
    printed = server.printed[before:]
    bad = [sign for sign in ("\x1b", "\x07") if sign in printed] + [
        line for line in printed.splitlines() if line.startswith("Citeback is at http://evil")
    ]
    yield Outcome(tried="orders to a terminal in what is asked", holds=not bad, answer=f"printed: {bad[:3]}")
    yield Outcome(
        tried="what is printed on it",
        holds=len(printed) < 5000 and "Traceback" not in printed,
        answer=f"{len(printed):,} characters, {server.traceback or 'no traceback'}",
    )


def uploads(ground: Ground) -> Iterator[Outcome]:
    """Upload expensive files: each is refused, or read within limits."""
    server = ground.plain()
    with server.client(timeout=30) as client:  # the readers are loaded once and stay in memory
        key = upload(client, "bomb-first.txt", b"The first document of many.").json()["upload"]
        Tab(client).fire("files.act", None, sent(key))
        Tab(client).fire("rebuild.click", seconds=60)
    before = server.memory
    part = b'--c\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nx\r\n'
    bodies = {
        "20,000 files at once": part * 20_000 + b"--c--\r\n",
        "100,000 fields": b'--c\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n' * 100_000
        + b"--c--\r\n",
        "a header of 10 MB": b"--c\r\nContent-Disposition: form-data; "
        + b"x" * 10_000_000
        + b"\r\n\r\n\r\n--c--\r\n",
        "a file without an end": part[:-2] + b"y" * 1_000_000,
        "boundaries without parts": b"--c\r\n" * 200_000,
    }
    kind = {"Content-Type": "multipart/form-data; boundary=c"}
    with server.client(timeout=30) as client:
        for what, content in bodies.items():
            try:
                status = str(client.post("/gradio_api/upload", content=content, headers=kind).status_code)
            except httpx.HTTPError as error:
                status = f"{type(error).__name__}"
            fine = status.startswith("4") and server.waited() < 5
            yield Outcome(tried=f"an upload of {what}", holds=fine, answer=f"{status}")
        yield from _sent_to_us(ground, server, client, bodies)
        for path in ("/gradio_api/process_recording", "/gradio_api/component_server"):
            answer = client.post(path, content=part + b"--c--\r\n", headers=kind)
            yield Outcome(
                tried=f"a file given to {path}",
                holds=400 <= answer.status_code < 500,
                answer=f"status {answer.status_code}",
            )
        for what, data in (("a zip of 200 MB in 200 kB", _bomb(1)), ("a zip of 40 zips of 5 MB", _bomb(40))):
            key = upload(client, f"bomb-{len(what)}.zip", data).json()["upload"]
            Tab(client).fire("files.act", None, sent(key))
            heard = Tab(client).fire("rebuild.click", seconds=60)
            yield Outcome(
                tried=what, holds=server.answers() and "Up to date" in heard, answer=words_of(heard)
            )
        for added in (ground.path / "documents").glob("bomb-*"):
            added.unlink()
        Tab(client).fire("rebuild.click", seconds=60)
    yield Outcome(
        tried="memory of the server afterwards",
        holds=server.memory < before + 250,
        answer=f"{before:.0f} MB before, {server.memory:.0f} after",
    )


def _sent_to_us(
    ground: Ground, server: Server, client: httpx.Client, bodies: Mapping[str, bytes]
) -> Iterator[Outcome]:
    """Send the same bodies to Citeback's own upload route: each is stored only under its key."""
    put = ground.path / "store" / "uploads"
    for what, content in bodies.items():
        answer = client.post("/uploads?name=a.txt", content=content)
        fine = answer.status_code in (201, 413) and server.waited() < 5
        yield Outcome(tried=f"/uploads is sent {what}", holds=fine, answer=f"status {answer.status_code}")
    wrong = {
        "no name": "/uploads",
        "a name of 100,000 characters": f"/uploads?name={'a' * 40_000}",
        "two names": "/uploads?name=a.txt&name=../../evil.txt",
        "a path for a key": "/uploads/..%2f..%2fevil.txt?name=a.txt",
    }
    for what, path in wrong.items():
        answer = client.post(path, content=b"words")
        evil = [path.name for path in ground.path.rglob("evil.txt")]
        fine = answer.status_code < 500 and not evil
        yield Outcome(
            tried=f"/uploads is sent {what}",
            holds=fine,
            answer=f"status {answer.status_code}, written: {evil}",
        )
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = client.request(method, "/uploads?name=a.txt")
        yield Outcome(
            tried=f"{method} /uploads",
            holds=400 <= answer.status_code < 500,
            answer=f"status {answer.status_code}",
        )
    chunks = client.post("/uploads?name=a.txt", content=iter([b"x" * 1000] * 1000))
    yield Outcome(
        tried="/uploads is sent chunks", holds=chunks.status_code < 500, answer=f"status {chunks.status_code}"
    )
    many = [client.post("/uploads?name=a.txt", content=b"x").status_code for _ in range(100)]
    held = sum(path.is_file() for path in put.rglob("*"))
    yield Outcome(
        tried="100 files that nobody adds",
        holds=server.waited() < 5,
        answer=f"{many.count(201)} taken, {held} kept",
    )


def _bomb(inner: int) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        if inner == 1:
            archive.writestr("zeros.txt", b"0" * 200_000_000)
        for n in range(inner if inner > 1 else 0):
            one = BytesIO()
            with ZipFile(one, "w", ZIP_DEFLATED) as deeper:
                deeper.writestr("zeros.txt", b"0" * 5_000_000)
            archive.writestr(f"{n}.zip", one.getvalue())
    return whole.getvalue()


def _beginning(number: int) -> dict[str, object]:
    """Return the message that begins a session of MCP."""
    return {
        "jsonrpc": "2.0",
        "id": number,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"},
        },
    }


def endless(ground: Ground) -> Iterator[Outcome]:
    """Exhaust what is allowed: sessions, events without listeners, MCP sessions."""
    server = ground.plain()
    with server.client(timeout=20) as client:
        tab = Tab(client)
        for _ in range(30):
            tab.anew.fire("documents.select")
        before, files = server.memory, server.descriptors
        event = tab.event("documents.select")
        joined = [tab.anew.join(event).status_code for _ in range(200)]
        yield Outcome(
            tried="200 events in sessions that nobody listens to",
            holds=server.answers(),
            answer=f"statuses {sorted(set(joined))}",
        )
        for n in range(100):
            client.post("/mcp/", json=_beginning(n), headers=SPEAKS)
        yield Outcome(tried="100 sessions of MCP", holds=server.answers(), answer="others are answered")
        for n in range(-20, 60):
            client.post("/gradio_api/queue/join", json={"data": [], "fn_index": n, "session_hash": f"s{n}"})
            client.post(
                "/gradio_api/cancel", json={"session_hash": f"s{n}", "fn_index": n, "event_id": f"{n}"}
            )
            client.get("/gradio_api/deep_link", params={"session_hash": f"s{n}"})
        yield Outcome(
            tried="events that there are none of", holds=server.answers(), answer="others are answered"
        )
        flood = [tab.join(tab.event("question.submit"), SHIPS).status_code for _ in range(100)]
        waited = server.waited()
        answered = server.answers(timeout=10)
        yield Outcome(
            tried="100 questions of one session at once",
            holds=answered and waited < 3,
            answer=f"{flood.count(200)} taken; another is answered: {answered}",
        )
        sleep(2)
        yield Outcome(
            tried="memory",
            holds=server.memory < before + 150,
            answer=f"{before:.0f} MB before, {server.memory:.0f} after",
        )
        yield Outcome(
            tried="descriptors",
            holds=server.descriptors < files + 30,
            answer=f"{files} before, {server.descriptors} after",
        )


def errors(ground: Ground) -> Iterator[Outcome]:
    """Send invalid requests to the API: every error has the same shape."""
    server = ground.plain()
    wrong: dict[str, tuple[str, str, dict[str, object]]] = {
        "no JSON": ("POST", "/api/ask", {"content": b"{"}),
        "not Unicode": ("POST", "/api/ask", {"content": b'{"question": "\xff"}'}),
        "a list": ("POST", "/api/ask", {"content": b"[]"}),
        "nothing": ("POST", "/api/ask", {}),
        "another kind of content": (
            "POST",
            "/api/ask",
            {"content": b"question=x", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        "nested deep": ("POST", "/api/ask", {"content": b"[" * 50_000}),
        "too large": ("POST", "/api/ask", {"content": b" " * 2_000_000}),
        "another method": ("GET", "/api/ask", {}),
        "no such route": ("GET", "/api/none", {}),
        "another site": (
            "POST",
            "/api/ask",
            {"json": {"question": "x"}, "headers": {"Origin": "http://evil.example"}},
        ),
        "another host": ("GET", "/api/documents", {"headers": {"Host": "evil.example"}}),
        "chunks": ("POST", "/api/ask", {"content": iter([b"{}"])}),
        "a date that is none": ("GET", "/api/documents?since=May", {}),
        "a span that is none": ("GET", "/api/show?document=open/canal.md&start=5&end=1", {}),
        "no number": ("GET", "/api/show?document=open/canal.md&start=x&end=1", {}),
        "a number beyond all": ("GET", f"/api/show?document=open/canal.md&start=0&end={'9' * 4000}", {}),
        "a surrounding beyond all": (
            "GET",
            "/api/show?document=open/canal.md&start=0&end=5&around=99999999999999999999999",
            {},
        ),
    }
    with server.client() as client:
        for what, (method, path, given) in wrong.items():
            answer = client.request(method, path, **given)  # type: ignore[arg-type]  # mixed
            try:
                keys = set(answer.json())
            except ValueError:
                keys = {"no JSON"}
            fine = 400 <= answer.status_code < 500 and keys == {"error", "next"}
            yield Outcome(
                tried=f"the API is given {what}",
                holds=fine or (what.startswith("a surrounding") and answer.status_code == 200),
                answer=f"status {answer.status_code}, {sorted(keys)}",
            )
