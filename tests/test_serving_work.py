"""Drafts, lists, conflicts, tables and exports over HTTP, and the queues they wait in."""

from collections.abc import Callable
from threading import Event
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from served import SHIPS, TEXT, client, corpus, json_of

from citeback.rag.corpus import Corpus
from citeback.rag.rights import ADMIN
from citeback.serving import api
from citeback.serving.work_queue import QueueFull, WorkQueue


def test_a_draft_is_checked_over_http(client: httpx.Client) -> None:
    result = json_of(
        client.post("/api/verify", json={"draft": "In all, 390 ships passed the canal in 2022."})
    )
    assert (result["counts"], result["documents"]) == ({"contradicted": 1}, 2)
    (claim,) = result["claims"]
    assert claim["differences"] == [{"claim": "390", "source": "412"}]
    assert (
        TEXT[claim["citations"][0]["start"] : claim["citations"][0]["end"]] == claim["citations"][0]["quote"]
    )
    for wrong in ({"draft": " "}, {"draft": "x", "since": "May"}, {"draft": "x", "text": "y"}, {}):
        assert client.post("/api/verify", json=wrong).status_code == 422


def test_every_item_of_a_kind_is_listed_over_http(client: httpx.Client) -> None:
    result = json_of(client.get("/api/list", params={"kind": "dates"}))
    assert [item["value"] for item in result["items"]] == ["2022"]
    assert (result["documents"], result["unread"]) == (2, 1)
    for wrong in ({"kind": "colours"}, {}, {"kind": "dates", "most": "0"}, {"kind": "dates", "x": "y"}):
        assert client.get("/api/list", params=wrong).status_code == 422


def test_conflicts_dates_and_a_summary_are_given_over_http(client: httpx.Client) -> None:
    conflicts = json_of(client.get("/api/conflicts"))
    assert (conflicts["conflicts"], conflicts["documents"], conflicts["unread"]) == ([], 2, 1)
    assert conflicts["compared"] == conflicts["statements"] > 0
    timeline = json_of(client.get("/api/timeline", params={"about": "ships in the canal"}))
    assert [(each["date"], each["place"]["document"]) for each in timeline["entries"]] == [
        ("2022", "canal.md")
    ]
    summary = json_of(client.get("/api/summary", params={"document": "canal.md", "sentences": "1"}))
    ((place,),) = [group["places"] for group in summary["groups"]]
    assert TEXT[place["start"] : place["end"]] == place["quote"]
    wrong = {
        "conflicts": ({"most": "0"}, {"x": "y"}, {"since": "May"}),
        "timeline": ({"about": "."}, {"about": "w" * 2_001}, {"until": "never"}, {"most": "x"}),
        "summary": ({"sentences": "101"}, {"about": "?"}, {"most": "3"}),
    }
    for name, refused in wrong.items():
        for parameters in refused:
            assert client.get(f"/api/{name}", params=parameters).status_code == 422, (name, parameters)
    assert client.get("/api/summary", params={"document": "no.md"}).status_code == 404


def test_work_is_taken_away_over_http(client: httpx.Client) -> None:
    for what, work in (
        ("answers", {"questions": [SHIPS, "And why?"]}),
        ("table", {"questions": [SHIPS]}),
        ("draft", {"draft": TEXT}),
    ):
        csl = client.post("/api/export", json={"what": what, "format": "csl", **work})
        assert csl.status_code == 200, csl.text
        entry = csl.json()[0]
        assert entry["URL"].startswith(str(client.base_url)) and entry["abstract"] in TEXT
        made = client.post("/api/export", json={"what": what, "format": "docx", **work})
        assert made.content.startswith(b"PK") and f'"{what}.docx"' in made.headers["Content-Disposition"]
    for wrong, words in (
        ({"what": "answers", "format": "xlsx", "questions": [SHIPS]}, "docx, ris, csl"),
        ({"what": "answers", "format": "ris"}, "needs questions"),
        ({"what": "draft", "format": "ris", "draft": " "}, "needs draft"),
        ({"what": "draft", "format": "ris", "draft": TEXT, "questions": [SHIPS]}, "needs draft"),
        ({"what": "table", "format": "ris", "questions": [SHIPS] * 101}, "questions"),
        ({"what": "song", "format": "ris"}, "what"),
    ):
        assert words in str(json_of(client.post("/api/export", json=wrong), 422)), wrong


def test_questions_are_asked_of_each_document_over_http(client: httpx.Client) -> None:
    result = json_of(client.post("/api/table", json={"questions": [SHIPS]}))
    cells = {row["document"]: row["cells"][0] for row in result["rows"]}
    assert (cells["canal.md"]["answer"], cells["old/ferry.txt"]["answer"]) == ("412", None)
    refused: list[object] = [[], [" "], ["a?", "a?"], "a?"]
    for questions in refused:
        assert client.post("/api/table", json={"questions": questions}).status_code == 422


async def test_more_than_can_be_answered_in_time_are_turned_away() -> None:
    from threading import Event

    from anyio import create_task_group, sleep

    gate, queue, refused = Event(), WorkQueue(at_once=1, most=1), []

    async def ask() -> None:
        try:
            await queue.run(lambda: gate.wait(20))
        except QueueFull as error:
            refused.append(error)

    async with create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(ask)
        while not refused:
            await sleep(0.01)
        gate.set()
    assert len(refused) == 1
    assert await queue.run(lambda: 1) == 1


def test_questions_do_not_wait_for_drafts_and_tables() -> None:
    anyio.run(_questions_beside_long_work)


class NoQuestions(WorkQueue):
    """A queue in which questions find no place."""

    async def run(self, work: Callable[[], Any]) -> Any:
        raise QueueFull("No questions.", "check a draft")


async def test_drafts_tables_and_lists_have_a_queue_of_their_own(corpus: Corpus) -> None:
    programs = FastAPI()
    programs.include_router(api.routes(lambda _: corpus, NoQuestions()))
    programs.dependency_overrides[api.rights] = lambda: ADMIN
    transport = httpx.ASGITransport(programs)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path, given in (("verify", {"draft": TEXT}), ("table", {"questions": [SHIPS]})):
            assert (await client.post(f"/api/{path}", json=given)).status_code == 200, path
        assert (await client.get("/api/list", params={"kind": "dates"})).status_code == 200
        with pytest.raises(QueueFull):
            await client.post("/api/ask", json={"question": SHIPS})


async def _questions_beside_long_work() -> None:
    queue, gate = WorkQueue(), Event()
    async with anyio.create_task_group() as group:
        for _ in range(queue.most_long + 1):
            group.start_soon(queue.run_long, gate.wait)
        await anyio.wait_all_tasks_blocked()
        assert await queue.run(lambda: "answered") == "answered"
        with pytest.raises(QueueFull, match="drafts"):
            await queue.run_long(lambda: None)
        gate.set()
    assert await queue.run_long(lambda: "checked") == "checked"
