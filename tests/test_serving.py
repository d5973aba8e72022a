"""The HTTP API, MCP and the guard around them, over a real socket with the real parts behind it."""

import base64
import json
import os
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import httpx
import pytest
from clients import client_of
from fastapi import FastAPI
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from PIL import Image
from pydantic import TypeAdapter
from reportlab.pdfgen.canvas import Canvas
from scripted import NoFolder, ScriptedCorpus, source
from typed import CLI

from citeback import wire
from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.errors import NoGeneration
from citeback.index.generations.store import Store
from citeback.index.readers import read
from citeback.index.readers.office import word
from citeback.index.records import Document
from citeback.index.sync.sync import sync
from citeback.page import app, workspace
from citeback.rag.corpus import Corpus, CorpusOptions
from citeback.rag.current_corpus import CurrentCorpus
from citeback.rag.rights import ADMIN
from citeback.serving import api, mcp_server
from citeback.serving.access import password_file
from citeback.serving.access.middleware import LARGEST, AccessRules
from citeback.serving.access.rate_limit import RateLimiter
from citeback.serving.access.user_file import UserFile
from citeback.serving.http.server import serve
from citeback.serving.work_queue import QueueFull, WorkQueue
from citeback.wire import schemas

TEXT = "# The canal\n\nIn all, 412 ships passed the canal in 2022.\n"
SHIPS = "How many ships passed the canal in 2022?"


@pytest.fixture(scope="module")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "canal.md").write_text(TEXT)
    (folder / "song.mp3").write_text("not a document")
    (folder / "old").mkdir()
    (folder / "old/ferry.txt").write_text("Nobody crossed by ferry.")
    os.utime(folder / "old/ferry.txt", (0, 0))
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def client(corpus: Corpus) -> Iterator[httpx.Client]:
    yield from served(corpus)


def served(corpus: Any, rules: AccessRules | None = None, **settings: Any) -> Iterator[httpx.Client]:
    behind = workspace.PageServices.for_store(Path("nowhere"), lambda: corpus, NoFolder())
    running = serve(app.site(behind, rules=rules), "127.0.0.1")
    with client_of(running.address, **settings) as client:
        yield client
    running.stop()


def told(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def test_ask_answers_with_the_json_of_the_command(client: httpx.Client, corpus: Corpus) -> None:
    answer = told(client.post("/api/ask", json={"id": 7, "question": SHIPS}))
    same = wire.ask(wire.single_question(SHIPS), corpus.ask(SHIPS)) | {"id": 7, "seconds": answer["seconds"]}
    assert answer == json.loads(wire.dumps(same))
    cited = answer["sentences"][0]["citations"][0]
    assert TEXT[cited["start"] : cited["end"]] == cited["quote"]


def test_an_answer_is_given_as_references_or_as_a_word_document(client: httpx.Client) -> None:
    asked = {"question": SHIPS}
    ris, csl, docx = (
        client.post("/api/ask", json=asked | {"format": form}) for form in ("ris", "csl", "docx")
    )
    assert ris.text.startswith("TY  - GEN") and f"UR  - {client.base_url}source/" in ris.text
    assert csl.json()[0]["URL"].startswith(f"{client.base_url}source/")
    assert "412 ships" in word.read(docx.content, "").text
    for wrong in ({"format": "pdf"}, {"format": "ris", "stream": True}):
        assert client.post("/api/ask", json=asked | wrong).status_code == 422


def test_a_streamed_answer_ends_with_the_whole(client: httpx.Client) -> None:
    asked = {"question": "And in that year?", "history": [{"role": "user", "text": SHIPS}], "stream": True}
    with client.stream("POST", "/api/ask", json=asked) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [part.split("\n") for part in response.read().decode().strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    assert names[0] == "found" and names[-1] == "answer"
    last = json.loads(events[-1][1].removeprefix("data: "))
    assert last["standalone"] != last["question"]
    assert names.count("sentence") == len(last["sentences"])


def test_search_documents_and_show(client: httpx.Client) -> None:
    result = told(client.post("/api/search", json={"question": "ships", "k": 1}))["passages"]
    assert [each["document"] for each in result] == ["canal.md"]
    documents = told(client.get("/api/documents"))
    assert [each["document"] for each in documents["documents"]] == ["canal.md", "old/ferry.txt"]
    assert [each["document"] for each in documents["failed"]] == ["song.mp3"]
    place: Any = {"document": "canal.md", "start": 13, "end": 20, "around": 5}
    assert told(client.get("/api/show", params=place))["quote"] == TEXT[13:20]
    much = client.get("/api/show", params=place | {"around": 10**9})
    assert (much.status_code, "1,000,000" in much.text) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "words"),
    [
        ("POST", "/api/ask", {"json": {"question": " "}}, 422, "question"),
        ("POST", "/api/ask", {"json": {"question": "x" * 2001}}, 422, "2000"),
        ("POST", "/api/ask", {"content": b"\xff"}, 422, ""),
        ("POST", "/api/search", {"json": {"question": "x", "k": 0}}, 422, "k"),
        ("POST", "/api/search", {"json": {"question": "x", "since": "May"}}, 422, "May"),
        ("POST", "/api/ask", {"json": {"question": "x", "in": "a"}}, 422, "in"),
        ("POST", "/api/ask", {"json": {"question": "x", "sinse": "2024"}}, 422, "sinse: unknown key"),
        ("POST", "/api/ask", {"json": {"question": "x", "paths": ["a"]}}, 422, "paths: unknown key"),
        ("POST", "/api/search", {"json": {"question": "x", "k" * 300: 1}}, 422, "k: unknown key"),
        (
            "POST",
            "/api/search",
            {"json": {"question": "x", "history": [{"role": "user", "text": "y", "at": "z"}]}},
            422,
            "history.0.at: unknown key",
        ),
        ("POST", "/api/search", {"json": {"question": "x", "since": "0000-00-00"}}, 422, "0000-00-00"),
        ("POST", "/api/search", {"json": {"question": "x", "in": [1] * 100_000}}, 422, "in.0"),
        ("POST", "/api/search", {"json": {"question": "x", "until": "2023-02-29"}}, 422, "2023-02-29"),
        ("GET", "/api/documents", {"params": {"sinse": "2024"}}, 422, "sinse: unknown key"),
        (
            "GET",
            "/api/show",
            {"params": {"document": "a", "start": 0, "end": 1, "x": 1}},
            422,
            "x: unknown key",
        ),
        ("GET", "/api/documents", {"params": {"until": "May"}}, 422, "May"),
        ("GET", "/api/show", {"params": {"document": "no.md", "start": 0, "end": 1}}, 404, "no.md"),
        ("GET", "/api/show", {"params": {"document": "canal.md", "start": 5, "end": 1}}, 422, "start"),
        ("GET", "/api/show", {"params": {"document": "../../etc/passwd", "start": 0, "end": 1}}, 404, ""),
    ],
)
def test_mistakes_are_told(
    client: httpx.Client, method: str, path: str, given: Any, status: int, words: str
) -> None:
    problem = told(client.request(method, path, **given), status)
    assert set(problem) == {"error", "next"} and words in problem["error"] and len(problem["error"]) < 400


def test_nothing_indexed_is_told_also_in_the_middle_of_a_stream() -> None:
    class Empty(ScriptedCorpus):
        def ask(self, question: str, history: object = (), within: object = None) -> Any:
            raise NoGeneration("Nothing is indexed.", "citeback index FOLDER")

        def stream(
            self, question: str, history: object = (), within: object = None, care: object = None
        ) -> Any:
            yield from ()
            self.ask(question)

    for client in served(Empty({})):
        assert told(client.post("/api/ask", json={"question": "?"}), 409)["next"] == "citeback index FOLDER"
        assert "event: error" in client.post("/api/ask", json={"question": "?", "stream": True}).text


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ({}, ["canal.md", "old/ferry.txt"]),
        ({"in": ["old/**"]}, ["old/ferry.txt"]),
        ({"in": ["*.pdf", "*.md"]}, ["canal.md"]),
        ({"since": "1971"}, ["canal.md"]),
        ({"until": "1970-01-01"}, ["old/ferry.txt"]),
        ({"type": ["text"]}, ["old/ferry.txt"]),
        ({"author": ["nobody"]}, []),
    ],
)
def test_a_program_keeps_to_some_documents(client: httpx.Client, kept: Any, found: list[str]) -> None:
    listed = told(client.get("/api/documents", params=kept))["documents"]
    assert [each["document"] for each in listed] == found
    asked = {"question": "Who passed the canal or the ferry?"} | kept
    passages = told(client.post("/api/search", json=asked))["passages"]
    assert sorted({each["document"] for each in passages}) == found
    answer = told(client.post("/api/ask", json=asked | {"question": SHIPS}))
    assert {each["document"] for each in answer["passages"]} <= set(found)
    assert answer["abstained"] is ("canal.md" not in found)
    events = client.post("/api/ask", json=asked | {"stream": True}).text
    assert all(name in events for name in found) and (found or "canal.md" not in events)


def test_the_api_describes_itself(client: httpx.Client) -> None:
    described = told(client.get("/api/openapi.json"))
    names = ["ask", "search", "documents", "show", "verify", "table", "list"]
    names += ["conflicts", "timeline", "summary", "export"]
    names += ["questions", "questions/ask", "questions/{key}", "questions/{key}/seen"]
    assert set(described["paths"]) == {f"/api/{name}" for name in names}
    question = described["components"]["schemas"]["Question"]
    assert question["required"] == ["question"]
    assert {"in", "since", "until", "type", "author"} <= set(question["properties"])
    gives = {
        path: said["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        for path, methods in described["paths"].items()
        for said in methods.values()
        if path != "/api/export"  # a file
    }
    assert gives == {
        "/api/ask": "Answer",
        "/api/search": "Passages",
        "/api/documents": "Documents",
        "/api/show": "Shown",
        "/api/verify": "CheckedDraft",
        "/api/table": "AnswerTable",
        "/api/list": "Listing",
        "/api/conflicts": "Conflicts",
        "/api/timeline": "Timeline",
        "/api/questions": "SavedQuestion",
        "/api/questions/ask": "SavedQuestions",
        "/api/questions/{key}": "SavedQuestions",
        "/api/questions/{key}/seen": "SavedQuestions",
        "/api/summary": "Summary",
    }


def described(shape: Any, given: bytes) -> Any:
    """Return what was given, which has every key that is described, and no other."""
    return TypeAdapter(shape).validate_json(given, extra="forbid")


def test_what_is_given_is_what_is_described(client: httpx.Client) -> None:
    answer = client.post("/api/ask", json={"question": SHIPS}).content
    assert described(schemas.Answer, answer)["sentences"]
    refusal = client.post("/api/ask", json={"question": "Who painted the Mona Lisa?"}).content
    assert described(schemas.Answer, refusal)["abstained"]
    data = client.post("/api/search", json={"question": SHIPS}).content
    assert described(schemas.Passages, data)["passages"]
    assert described(schemas.Documents, client.get("/api/documents").content)["failed"]
    place: Any = {"document": "canal.md", "start": 13, "end": 20}
    assert described(schemas.Shown, client.get("/api/show", params=place).content)["quote"]


def test_a_permanent_link_shows_the_words_or_that_they_changed() -> None:
    from citeback.wire.permalinks import permanent_link

    corpus = ScriptedCorpus({"a b.md": source("Sixty-two were killed.")})
    made = permanent_link("a b.md", wire_span(0, 9), "Sixty-two")
    for client in served(corpus):
        shown = client.get(made.path)
        assert shown.status_code == 200 and ">Sixty-two</mark>" in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        corpus.sources = {"a b.md": source("Other words stand here.")}
        changed = client.get(made.path)
        assert "has changed since it was cited" in changed.text and "<mark" not in changed.text
        corpus.sources = {}
        assert client.get(made.path).status_code == 410
        assert client.get("/source/a b.md?at=1-x&words=").status_code == 404


def wire_span(start: int, end: int) -> Any:
    from citeback.index.records import Span

    return Span(start, end)


def test_a_page_of_a_pdf_is_drawn_by_its_own_place_in_the_text(tmp_path: Path) -> None:
    sheet = Canvas(str(tmp_path / "two.pdf"))
    for words in ("The first page.", "The second page."):
        sheet.drawString(72, 700, words)
        sheet.showPage()
    sheet.save()
    result = read(tmp_path / "two.pdf")
    digest = sha256((tmp_path / "two.pdf").read_bytes()).hexdigest()

    class Shelf(ScriptedCorpus):
        @property
        def documents(self) -> tuple[Document, ...]:
            return (Document("two.pdf", "", str(tmp_path / "two.pdf"), 1, 0, digest, "", "pdf"),)

    start = result.text.index("second")
    for client in served(Shelf({"two.pdf": result})):
        drawn = [
            client.get(f"/pages/two.pdf?page={page}&at={start}-{start + 6}&whole=true") for page in (1, 2, 3)
        ]
    assert [each.status_code for each in drawn] == [200, 200, 404]
    marked = [Image.open(BytesIO(each.content)).convert("RGB").getcolors(2**24) or [] for each in drawn[:2]]
    yellow = [sum(n for n, (r, _, b) in colours if r > 200 and b < 180) for colours in marked]  # type: ignore[misc]
    assert yellow[0] == 0 and yellow[1] > 100


def test_every_answer_has_headers_that_keep_a_browser_safe(client: httpx.Client) -> None:
    for path in ("/", "/api/documents", "/style.css", "/nothing/here"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_other_sites_cannot_ask_through_a_browser(client: httpx.Client) -> None:
    asked = {"json": {"question": SHIPS}}
    assert client.post("/api/ask", **asked, headers={"Origin": "http://evil.test"}).status_code == 403  # type: ignore[arg-type]
    assert client.get("/api/documents", headers={"Host": "evil.test"}).status_code == 421
    origin = str(client.base_url).rstrip("/")
    assert client.post("/api/ask", **asked, headers={"Origin": origin}).status_code == 200  # type: ignore[arg-type]


def test_a_request_is_bounded(client: httpx.Client) -> None:
    assert client.post("/api/ask", content=b"x" * (LARGEST + 1)).status_code == 413
    chunks = (b"x" for _ in range(3))
    assert client.post("/api/ask", content=chunks).status_code == 411


def test_users_come_in_by_name_and_password_and_not_too_often(corpus: Corpus, tmp_path: Path) -> None:
    password_file.add(tmp_path / "users.txt", "ada", "correct hörse")
    rules = AccessRules(UserFile.open(tmp_path / "users.txt"), None, rate=RateLimiter(60, 2))
    for client in served(corpus, rules):
        for path in ("/", "/api/documents", "/mcp", "/source/canal.md", "/gradio_api/info"):
            refused = client.get(path)
            assert refused.status_code == 401 and "Basic" in refused.headers["www-authenticate"]
        assert client.get("/api/documents", auth=("ada", "wrong")).status_code == 401
        assert client.get("/api/documents", headers={"Authorization": "Basic !"}).status_code == 401
        token = base64.b64encode("ada:correct hörse".encode()).decode()
        client.headers["Authorization"] = f"Basic {token}"
        assert client.get("/api/documents").status_code == 200
        asked = [client.post("/api/search", json={"question": "ships"}).status_code for _ in range(3)]
        assert asked == [200, 200, 429]


def test_a_draft_is_checked_over_http(client: httpx.Client) -> None:
    result = told(client.post("/api/verify", json={"draft": "In all, 390 ships passed the canal in 2022."}))
    assert (result["counts"], result["documents"]) == ({"contradicted": 1}, 2)
    (claim,) = result["claims"]
    assert claim["differences"] == [{"claim": "390", "source": "412"}]
    assert (
        TEXT[claim["citations"][0]["start"] : claim["citations"][0]["end"]] == claim["citations"][0]["quote"]
    )
    for wrong in ({"draft": " "}, {"draft": "x", "since": "May"}, {"draft": "x", "text": "y"}, {}):
        assert client.post("/api/verify", json=wrong).status_code == 422


def test_every_item_of_a_kind_is_listed_over_http(client: httpx.Client) -> None:
    result = told(client.get("/api/list", params={"kind": "dates"}))
    assert [item["value"] for item in result["items"]] == ["2022"]
    assert (result["documents"], result["unread"]) == (2, 1)
    for wrong in ({"kind": "colours"}, {}, {"kind": "dates", "most": "0"}, {"kind": "dates", "x": "y"}):
        assert client.get("/api/list", params=wrong).status_code == 422


def test_conflicts_dates_and_a_summary_are_given_over_http(client: httpx.Client) -> None:
    conflicts = told(client.get("/api/conflicts"))
    assert (conflicts["conflicts"], conflicts["documents"], conflicts["unread"]) == ([], 2, 1)
    assert conflicts["compared"] == conflicts["statements"] > 0
    timeline = told(client.get("/api/timeline", params={"about": "ships in the canal"}))
    assert [(each["date"], each["place"]["document"]) for each in timeline["entries"]] == [
        ("2022", "canal.md")
    ]
    summary = told(client.get("/api/summary", params={"document": "canal.md", "sentences": "1"}))
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
        assert words in str(told(client.post("/api/export", json=wrong), 422)), wrong


def test_questions_are_asked_of_each_document_over_http(client: httpx.Client) -> None:
    result = told(client.post("/api/table", json={"questions": [SHIPS]}))
    cells = {row["document"]: row["cells"][0] for row in result["rows"]}
    assert (cells["canal.md"]["answer"], cells["old/ferry.txt"]["answer"]) == ("412", None)
    refused: list[object] = [[], [" "], ["a?", "a?"], "a?"]
    for questions in refused:
        assert client.post("/api/table", json={"questions": questions}).status_code == 422


async def test_an_assistant_gets_the_same_answers(client: httpx.Client, corpus: Corpus) -> None:
    async with Client(f"{client.base_url}mcp/") as assistant:
        tools = await assistant.list_tools()
        assert {tool.name for tool in tools.tools} == {
            "ask",
            "search",
            "verify",
            "table",
            "list",
            "conflicts",
            "timeline",
            "summary",
            "documents",
            "show",
            "export",
            "save_question",
            "saved_questions",
            "delete_question",
        }
        answer = await assistant.call_tool("ask", {"question": SHIPS})
        assert answer.structured_content
        assert answer.structured_content["text"] == corpus.ask(SHIPS).text
        shown = await assistant.call_tool("show", {"document": "no.md", "start": 0, "end": 1})
        assert shown.is_error and "no.md" in str(shown.content)


async def test_a_prompt_that_there_is_none_of_is_refused_without_a_traceback(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(f"{client.base_url}mcp/") as assistant:
        with pytest.raises(MCPError, match="Method not found"):
            await assistant.get_prompt("x")
        with pytest.raises(MCPError, match="Method not found"):
            await assistant.read_resource("file:///etc/passwd")
        assert (await assistant.list_prompts()).prompts == []
    assert not caplog.records


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        ({}, ["canal.md", "old/ferry.txt"]),
        ({"in": ["old/**"]}, ["old/ferry.txt"]),
        ({"since": "1971"}, ["canal.md"]),
        ({"until": "1971"}, ["old/ferry.txt"]),
        ({"type": ["markdown"]}, ["canal.md"]),
        ({"author": ["Ada"]}, []),
    ],
)
async def test_an_assistant_keeps_to_some_documents(
    corpus: Corpus, kept: dict[str, object], names: list[str]
) -> None:
    async with Client(
        mcp_server.mcp_server(lambda _: corpus, WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        listed = await assistant.call_tool("documents", kept)
        assert listed.structured_content
        assert [each["document"] for each in listed.structured_content["documents"]] == names
        result = await assistant.call_tool("search", {"question": SHIPS, "k": 5, **kept})
        assert result.structured_content
        assert {each["document"] for each in result.structured_content["passages"]} == set(names)
        answer = await assistant.call_tool("ask", {"question": SHIPS, **kept})
        assert answer.structured_content
        assert answer.structured_content["abstained"] == ("canal.md" not in names)


async def test_an_assistant_is_told_of_the_filters_and_of_what_is_no_date(corpus: Corpus) -> None:
    async with Client(
        mcp_server.mcp_server(lambda _: corpus, WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        tools = {tool.name: tool for tool in (await assistant.list_tools()).tools}
        for name in ("ask", "search", "documents"):
            result = tools[name].input_schema["properties"]
            assert {"in", "since", "until", "type", "author"} <= set(result)
            assert result["in"]["description"] == "names or patterns: reports/**, *.pdf"
            assert tools[name].input_schema["additionalProperties"] is False
        for wrong, words in (
            ({"since": "May"}, "2024-05-31"),
            ({"since": "0000-00-00"}, "2024-05-31"),
            ({"sinse": "2024"}, "takes no 'sinse'"),
            ({"paths": ["old/**"]}, "takes no 'paths'"),
            ({"k": 101}, "100"),
        ):
            mistaken = await assistant.call_tool("search", {"question": SHIPS, **wrong})
            assert mistaken.is_error and words in str(mistaken.content)


async def test_an_assistant_starts_the_command_itself(corpus: Corpus) -> None:
    started = StdioServerParameters(
        command=sys.executable, args=[*CLI, "mcp", "--store", str(corpus.store.path)]
    )
    async with Client(started) as assistant:
        documents = await assistant.call_tool("documents", {})
        assert documents.structured_content
        assert documents.structured_content["documents"][0]["document"] == "canal.md"


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


async def test_an_assistant_is_told_when_nothing_is_indexed(tmp_path: Path, encoder: SentenceEncoder) -> None:
    latest = CurrentCorpus(Store(tmp_path / "none"), CorpusOptions(load=lambda _: encoder))
    async with Client(
        mcp_server.mcp_server(lambda _: latest(), WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        answer = await assistant.call_tool("ask", {"question": SHIPS})
        assert answer.is_error and "citeback index FOLDER" in str(answer.content)


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


def test_a_corpus_answers_from_its_own_threshold(corpus: Corpus, corpus_over: Callable[..., Corpus]) -> None:
    with corpus_over(corpus.store, threshold=0.9999) as cautious:
        assert not corpus.ask(SHIPS).abstained
        assert cautious.ask(SHIPS).abstained


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
