"""The page's library, attacked over a socket: no event and no address gives a file or another's session.

Events and addresses are listed from the running app: what a new version of the library brings is tried.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import httpx
import pytest
from clients import client_of
from fastapi import FastAPI
from gradio.utils import get_upload_folder
from scripted import NoFolder, ScriptedCorpus, answer, cite, said, source
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from toy import ToyEncoder, loading

from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import app as page_app
from citeback.page import launch, layout, workspace
from citeback.page.assets import FRONTEND
from citeback.rag.rights import ADMIN
from citeback.serving.access.middleware import AccessMiddleware, AccessRules
from citeback.serving.access.password_file import User, hash_password
from citeback.serving.gradio_guard.allowlist import REMEMBERED, GradioShield
from citeback.serving.http.head_links import HeadLinks
from citeback.serving.http.server import serve

T = TypeVar("T")

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


def made(make: Callable[[], T]) -> T:
    """Make an app where a loop runs: without one Gradio makes loops of its own and never closes them."""

    async def running() -> T:
        return make()

    return asyncio.run(running())


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


def events(client: httpx.Client) -> list[Mapping[str, Any]]:
    """Return every event of the page, as the page itself is told of them."""
    page = client.get("/").text
    start = page.index("window.gradio_config = ") + len("window.gradio_config = ")
    results: list[Mapping[str, Any]] = json.JSONDecoder().raw_decode(page[start:])[0]["dependencies"]
    assert len(results) > 25
    return results


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


def stream(client: httpx.Client, session: str) -> str:
    """Return what comes on a session's stream until its events are done."""
    address = f"/gradio_api/queue/data?session_hash={session}"
    text = ""
    with suppress(httpx.RemoteProtocolError), client.stream("GET", address) as answer:  # no such session
        for part in answer.iter_text():
            text += part
    return text


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


TEXT = "Sixty-two were killed. The port was Tartus."
ASKED = {"trigger_id": None}


def asking(client: httpx.Client) -> dict[str, Any]:
    """Return the event that asks a question, with its data."""
    event = next(each for each in events(client) if each["inputs"] and len(each["outputs"]) == 4)
    return {"fn_index": event["id"], "data": ["Ada's question", *[None] * (len(event["inputs"]) - 1)]}


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two users of one server."""
    cited = said(cite("news.txt", TEXT, "Sixty-two were killed."))
    corpus = ScriptedCorpus({"news.txt": source(TEXT)}, {"Ada's question": answer("Ada's question", [cited])})
    behind = workspace.PageServices.for_store(tmp_path, lambda: corpus, NoFolder())
    users = {name: User(hash_password(f"{name}'s own"), ADMIN) for name in ("ada", "eve")}
    app = made(lambda: page_app.site(behind, layout.build(behind), AccessRules(lambda: users, None)))
    running = serve(app, "127.0.0.1")
    with (
        client_of(running.address, auth=("ada", "ada's own")) as ada,
        client_of(running.address, auth=("eve", "eve's own")) as eve,
    ):
        yield ada, eve
    running.stop()


def test_a_session_is_its_users_alone(shared: tuple[httpx.Client, httpx.Client]) -> None:
    ada, eve = shared
    begun = ada.post("/gradio_api/queue/join", json=ASKED | asking(ada) | {"session_hash": "ada1"})
    assert begun.status_code == 200
    assert "Sixty-two" not in stream(eve, "ada1")
    assert "Sixty-two" in stream(ada, "ada1")
    # What the conversation holds is looked up in the session: a marker of it leads nowhere for another.
    follow = {"data": [None], "event_data": {"ref": "cite-0-1"}, "session_hash": "ada1"}
    listener = next(
        each["id"] for each in events(ada) if each["targets"] and each["targets"][0][1] == "follow"
    )
    shown = []
    for who in (eve, ada):
        assert who.post("/gradio_api/queue/join", json=follow | {"fn_index": listener}).status_code == 200
        shown.append("Sixty-two" in stream(who, "ada1"))
    assert shown == [False, True]


def test_nobody_stops_an_event_of_another(shared: tuple[httpx.Client, httpx.Client]) -> None:
    ada, eve = shared
    asked = asking(ada)
    begun = ada.post("/gradio_api/queue/join", json=ASKED | asked | {"session_hash": "ada2"})
    number = begun.json()["event_id"]
    stopped = {"fn_index": asked["fn_index"], "session_hash": "ada2", "event_id": number}
    assert eve.post("/gradio_api/cancel", json=stopped).status_code == 404
    assert ada.post("/gradio_api/cancel", json=stopped | {"session_hash": "other"}).status_code == 404
    assert eve.post("/gradio_api/reset", json={"event_id": number}).status_code == 404
    assert ada.post("/gradio_api/reset", json={"event_id": "x"}).status_code == 404
    assert ada.post("/gradio_api/reset", json={"event_id": number}).status_code == 200
    assert ada.post("/gradio_api/cancel", json=stopped | {"event_id": ["x"]}).status_code == 422
    assert "Sixty-two" in stream(ada, "ada2")
    assert ada.post("/gradio_api/cancel", json=stopped).status_code == 200


def test_a_stream_without_an_event_is_refused_before_it_begins(client: httpx.Client) -> None:
    answer = client.get("/gradio_api/queue/data", params={"session_hash": "nobody"})
    assert answer.status_code == 404


async def test_of_events_only_the_latest_are_remembered() -> None:
    async def library(_: Any, receive: Any, send: Any) -> None:
        body = json.loads((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps({"event_id": body["data"][0]}).encode()})

    async def ignored(_: Any) -> None:
        pass

    shield = GradioShield(library, {0: 1})
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": []}
    for number in range(REMEMBERED + 5):
        sent = {"fn_index": 0, "data": [str(number)], "session_hash": "s"}

        async def receive(sent: Any = sent) -> Any:
            return {"type": "http.request", "body": json.dumps(sent).encode()}

        await shield(scope, receive, ignored)
    assert len(shield._begun) == REMEMBERED and "4" not in shield._begun


@pytest.mark.parametrize(("number", "values"), [(0, 7), (1, 0), (9_999, 1)])
async def test_an_event_that_is_none_or_takes_other_values_is_refused(number: int, values: int) -> None:
    shield = GradioShield(lambda *_: pytest.fail("it came through"), {0: 1, 1: 1})
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": []}
    sent = {"fn_index": number, "data": ["x"] * values, "session_hash": "s"}

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(sent).encode()}

    with pytest.raises(HTTPException) as notice:
        await shield(scope, receive, lambda _: pytest.fail("it was answered"))
    assert notice.value.status_code == 422


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
