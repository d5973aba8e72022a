"""Sessions and events of the page's library: each is of one user, and only the latest are remembered."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import client_of
from scripted import NoFolder, ScriptedCorpus, answer, cite, said, source
from shielded import events, made, stream
from starlette.exceptions import HTTPException

from citeback.page import app as page_app
from citeback.page import layout, workspace
from citeback.rag.rights import ADMIN
from citeback.serving.access.middleware import AccessRules
from citeback.serving.access.password_file import User, hash_password
from citeback.serving.gradio_guard.allowlist import REMEMBERED, GradioShield
from citeback.serving.http.server import serve

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
