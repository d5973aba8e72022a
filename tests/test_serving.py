"""The HTTP API over a real socket, with the real parts behind it: answers, passages, documents."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from scripted import ScriptedCorpus
from served import SHIPS, TEXT, client, corpus, json_of, served

from citeback import wire
from citeback.index.errors import NoGeneration
from citeback.index.readers.office import word
from citeback.rag.corpus import Corpus
from citeback.wire import schemas


def test_ask_answers_with_the_json_of_the_command(client: httpx.Client, corpus: Corpus) -> None:
    answer = json_of(client.post("/api/ask", json={"id": 7, "question": SHIPS}))
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
    result = json_of(client.post("/api/search", json={"question": "ships", "k": 1}))["passages"]
    assert [each["document"] for each in result] == ["canal.md"]
    documents = json_of(client.get("/api/documents"))
    assert [each["document"] for each in documents["documents"]] == ["canal.md", "old/ferry.txt"]
    assert [each["document"] for each in documents["failed"]] == ["song.mp3"]
    place: Any = {"document": "canal.md", "start": 13, "end": 20, "around": 5}
    assert json_of(client.get("/api/show", params=place))["quote"] == TEXT[13:20]
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
    problem = json_of(client.request(method, path, **given), status)
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
        assert (
            json_of(client.post("/api/ask", json={"question": "?"}), 409)["next"] == "citeback index FOLDER"
        )
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
    listed = json_of(client.get("/api/documents", params=kept))["documents"]
    assert [each["document"] for each in listed] == found
    asked = {"question": "Who passed the canal or the ferry?"} | kept
    passages = json_of(client.post("/api/search", json=asked))["passages"]
    assert sorted({each["document"] for each in passages}) == found
    answer = json_of(client.post("/api/ask", json=asked | {"question": SHIPS}))
    assert {each["document"] for each in answer["passages"]} <= set(found)
    assert answer["abstained"] is ("canal.md" not in found)
    events = client.post("/api/ask", json=asked | {"stream": True}).text
    assert all(name in events for name in found) and (found or "canal.md" not in events)


def test_the_api_describes_itself(client: httpx.Client) -> None:
    described = json_of(client.get("/api/openapi.json"))
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


def test_a_corpus_answers_from_its_own_threshold(corpus: Corpus, corpus_over: Callable[..., Corpus]) -> None:
    with corpus_over(corpus.store, threshold=0.9999) as cautious:
        assert not corpus.ask(SHIPS).abstained
        assert cautious.ask(SHIPS).abstained
