"""The page's library, attacked over a socket: no event and no address gives a file or another's session.

Events and addresses are listed from the running app: what a new version of the library brings is tried.
"""

import re
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from clients import client_of
from fastapi import FastAPI
from gradio.utils import get_upload_folder
from shielded import events, made, stream
from starlette.routing import Mount, Route
from toy import ToyEncoder, loading

from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import app as page_app
from citeback.page import launch
from citeback.page.assets import FRONTEND
from citeback.serving.access.middleware import AccessMiddleware
from citeback.serving.gradio_guard.allowlist import GradioShield
from citeback.serving.http.head_links import HeadLinks
from citeback.serving.http.server import serve

LOAD: Any = loading(ToyEncoder())


CANARY = "the canary of the coal mine sings"
META = {"_type": "gradio.FileData"}
NEEDED = {
    ("GET", "/"),
    ("GET", "/theme.css"),
    ("GET", "/favicon.ico"),
    ("GET", "/manifest.json"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/static/{path:path}"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
}
"""All that the page asks for itself; the browser's tests use it by these alone."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "canal.txt").write_text("The canal was opened in 1869.")
    sync(Store(folder / ".citeback"), [folder], load=loading(ToyEncoder()))
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    app = made(lambda: launch.site_of(folder / ".citeback", LOAD))
    running = serve(app, "127.0.0.1")
    with client_of(running.address) as client:
        yield client
    running.stop()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("private") / "key.txt"
    path.write_text(CANARY)
    path.chmod(0o600)
    return path


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server of this computer, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CANARY.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret.txt", asked
    server.shutdown()
    server.server_close()


def files(place: str) -> Iterator[Any]:
    """Yield values that describe a file or an address, in every shape that a component may take."""
    named = {"path": place, "meta": META}
    yield from (named, [named], {"a": [{"b": named}]}, named | {"url": place}, named | {"is_stream": True})
    yield named | {"path": f"file://{place}"}
    yield named | {"path": "x", "url": place, "orig_name": "x.txt"}
    yield {"url": place, "meta": META}


def join(client: httpx.Client, **body: Any) -> Any:
    return client.post("/gradio_api/queue/join", json={"session_hash": "eve", "trigger_id": None, **body})


def copies() -> list[Path]:
    """Return the files with the canary's words that Gradio holds for whoever asks for their path."""
    results = (path for path in Path(get_upload_folder()).rglob("*") if path.is_file())
    return [path for path in results if path.stat().st_size < 1000 and CANARY.encode() in path.read_bytes()]


@pytest.fixture(autouse=True)
def _nothing_is_copied() -> Iterator[None]:
    for path in copies():
        path.unlink()
    yield
    assert copies() == []


def test_no_event_takes_a_file_or_an_address(
    client: httpx.Client, folder: Path, secret: Path, elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    places = [secret, "/etc/passwd", folder / ".citeback/conversations.sqlite", "/proc/self/environ", address]
    values = [*(next(files(str(place))) for place in places), *files(str(secret))]
    listening = events(client)
    widest = max(listening, key=lambda event: len(event["inputs"]))
    for event in listening:
        many = max(1, len(event["inputs"]))
        # What a value may be is asked of every event alike: one of them is sent everything.
        for value in values if event is widest else values[:1]:
            for body in {"data": [value] * many}, {"data": [None] * many, "event_data": {"value": value}}:
                refused = join(client, fn_index=event["id"], **body)
                assert refused.status_code == 422, (event, body)
                assert CANARY not in refused.text
        assert join(client, fn_index=event["id"], data=[7] * many).status_code == 422
    assert asked == []


def test_no_address_gives_a_file_or_fetches_one(
    client: httpx.Client, secret: Path, elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    for place in (str(secret), "/etc/passwd", address, f"file://{secret}", str(Path(page_app.__file__))):
        for way in ("file=", "file/", "proxy=", "stream/", "custom_component/"):
            for path in (f"/gradio_api/{way}{place}", f"/{way}{place}"):
                refused = client.get(path)
                assert refused.status_code == 404, path
                assert CANARY not in refused.text
    for path in ("/assets/../../../ui.py", "/assets/%2e%2e/%2e%2e/x", "/static//etc/passwd", "/static/.git"):
        assert client.get(path).status_code == 404, path
    assert asked == []


def test_what_the_page_loads_is_compressed_once_and_stays_the_same(client: httpx.Client) -> None:
    name = next(re.finditer(r"/assets/([\w-]+\.js)", client.get("/").text))[0]
    packed, plain = client.get(name), client.get(name, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.content == plain.content == (FRONTEND / name.rpartition("/")[2]).read_bytes()
    assert "javascript" in packed.headers["content-type"] and "immutable" in packed.headers["cache-control"]
    for path in ("/assets/none.js", "/assets/.git", "/assets/" + "x" * 500, "/assets/%00", "/assets/\\x"):
        assert client.get(path).status_code == 404, path


def unshielded(folder: Path) -> tuple[FastAPI, Mount]:
    """Return all that is served, and in it the page's library, without what stands before either."""
    app: Any = made(lambda: launch.site_of(folder / ".citeback", LOAD))
    assert isinstance(app, AccessMiddleware) and isinstance(app.app, FastAPI)
    mounted = app.app.router.routes[-1]
    assert isinstance(mounted, Mount) and isinstance(mounted.app, HeadLinks)
    assert isinstance(mounted.app.app, GradioShield)
    mounted.app = mounted.app.app.app
    return app.app, mounted


def every(routes: Iterable[Any]) -> Iterator[Route]:
    """Yield routes with those of the routers among them."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        else:
            yield from every(route.original_router.routes)


def test_no_other_address_of_the_library_answers(client: httpx.Client, folder: Path) -> None:
    _, mounted = unshielded(folder)
    results = {(method, route.path) for route in every(mounted.routes) for method in route.methods or ()}
    assert len(results) > 60 and results >= NEEDED
    for method, path in sorted(results - NEEDED - {("HEAD", "/")}):
        filled = re.sub(r"\{[^}]*\}", "x", path)
        assert client.request(method, filled, json={}).status_code in {404, 405}, (method, path)
        assert "{" in path or client.request("POST", filled, json={}).status_code in {404, 405}, path
    assert client.options("/gradio_api/queue/join").status_code in {404, 405}


def test_the_library_itself_copies_no_file_of_this_computer(folder: Path, secret: Path) -> None:
    app, mounted = unshielded(folder)
    library: Any = mounted.app
    running = serve(app, "127.0.0.1")
    with client_of(running.address) as client:
        listening = [event for event in events(client) if event["inputs"]]
        assert len(listening) > 15
        for event in listening:
            for value in islice(files(str(secret)), 2):
                begun = join(
                    client, fn_index=event["id"], data=[value] * len(event["inputs"]), event_data={"act": ""}
                )
                assert begun.status_code == 200
                assert CANARY not in stream(client, "eve")
                assert copies() == [], (event, value)
    running.stop()
    queue = library.get_blocks()._queue
    # Nothing is summed up: a summary after each event took a third of the time of an event.
    assert 0 < queue.events_recorded < queue.ANAYLTICS_CACHE_FREQUENCY
    assert len(queue.event_analytics) <= 1


def test_a_stream_without_an_event_is_refused_before_it_begins(client: httpx.Client) -> None:
    answer = client.get("/gradio_api/queue/data", params={"session_hash": "nobody"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"fn_index": "0", "data": [], "session_hash": "s"}',
        b'{"fn_index": 0, "data": [], "session_hash": "../x"}',
        b'{"fn_index": 0, "data": [], "session_hash": ["s"]}',
        b'{"fn_index": 0, "data": "x", "session_hash": "s"}',
        b'{"fn_index": -1, "data": [], "session_hash": "s"}',
        b'{"fn_index": 0, "data": [{}], "session_hash": "s"}',
        b'{"fn_index": 0, "data": [], "session_hash": "s", "event_data": []}',
        b'{"fn_index": 0, "data": ["\\ud800"], "session_hash": "s"}',
        b'\xff{"fn_index": 0}',
    ],
)
def test_what_is_no_event_is_refused_in_words(client: httpx.Client, body: bytes) -> None:
    refused = client.post("/gradio_api/queue/join", content=body)
    assert refused.status_code == 422 and "accepts only text" in refused.text
