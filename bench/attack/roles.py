"""Attacks by users on what they may not do or see."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from bench.attack.files import listing, sent, upload
from bench.attack.ground import ADMIN, EDITOR, KEPT, READER, TOKEN, Ground
from bench.attack.outcome import Outcome
from bench.attack.patterns import call
from bench.attack.tab import Tab, data_of, words_of
from citeback.index.records import Span
from citeback.wire.permalinks import permanent_link

CLOSED = re.compile(rf"{TOKEN}|closed/|closed plan|plan\.md|broken\.pdf")
"""What a user restricted to open/ must not see."""
ASKED = "What is the password of the safe?"
WRITES: Mapping[str, tuple[str, Any]] = {
    "adds a folder of the server": ("include.act", {"act": "include", "folder": "{secret}"}),
    "rebuilds the index": ("rebuild.click", None),
    "reads a document again": ("listing.act", {"act": "again", "value": "open/lock.txt"}),
    "deletes a document": ("listing.act", {"act": "remove", "value": "open/lock.txt"}),
    "goes back to an earlier index": ("listing.act", {"act": "back", "value": "1"}),
    "replaces a file": ("status.act", {"act": "replace"}),
}
MAY_NOT = {
    "a reader": (READER, set(WRITES)),
    "an editor": (EDITOR, {"adds a folder of the server"}),
}


def writes(ground: Ground) -> Iterator[Outcome]:
    """Try every change as a reader, and an admin's as an editor."""
    ground.folder("role-documents", {"open/lock.txt": "The lock is open.", "open/canal.md": "412 ships."})
    ground.index("role-store", ground.path / "role-documents")
    ground.index("role-store", ground.path / "role-documents", "--rebuild")
    with ground.served(ground.path / "role-store", "--auth", ground.users) as server:
        for who, (auth, forbidden) in MAY_NOT.items():
            with server.client(auth) as client:
                if who == "a reader":
                    yield _added(ground, client)
                for what in sorted(forbidden):
                    name, clicked = WRITES[what]
                    before = _state(ground)
                    given = _filled(clicked, str(ground.secret.parent))
                    try:
                        heard = Tab(client).fire(name, None, given)
                    except LookupError:
                        heard = "there is no such event"
                    yield Outcome(
                        tried=f"{who} {what}", holds=_state(ground) == before, answer=words_of(heard)
                    )
        with server.client(ADMIN) as client:
            heard = Tab(client).fire("rebuild.click")
            yield Outcome(
                tried="an admin rebuilds the index", holds="Up to date" in heard, answer=words_of(heard)
            )


def _filled(clicked: Any, secret: str) -> Any:
    return {k: v.format(secret=secret) for k, v in clicked.items()} if clicked else clicked


def _added(ground: Ground, client: httpx.Client) -> Outcome:
    before = listing(ground.path / "role-documents")
    answer = upload(client, "reader.md", b"not theirs to add")
    heard = answer.text
    if answer.is_success:
        heard = Tab(client).fire("files.act", None, sent(answer.json()["upload"]))
    return Outcome(
        tried="a reader adds a file",
        holds=listing(ground.path / "role-documents") == before,
        answer=f"{answer.status_code}, {words_of(heard)}",
    )


def _state(ground: Ground) -> tuple[object, ...]:
    generations = sorted(path.name for path in (ground.path / "role-store" / "generations").iterdir())
    return listing(ground.path / "role-documents"), generations


def rights(ground: Ground) -> Iterator[Outcome]:
    """Request documents as a user who may not see them, in every way."""
    server = ground.guarded()
    with server.client(ADMIN) as ada, server.client(KEPT) as bo:
        Tab(ada).fire("question.submit", ASKED)
        whole = ada.get("/api/documents").json()
        yield Outcome(
            tried="an admin sees the closed documents",
            holds=CLOSED.search(str(whole)) is not None,
            answer=f"{len(whole['documents'])} documents",
        )
        cited = ada.post("/api/ask", json={"question": ASKED}).json()
        link = _link(cited)
        for tried, text in _routes(bo, link):
            yield _unseen(tried, text)
        for tried, text in _tab(bo):
            yield _unseen(tried, text)
        listed = bo.get("/api/documents").json()
        yield Outcome(
            tried="who is kept sees the open documents",
            holds="open/canal.md" in str(listed),
            answer=f"{len(listed.get('documents', ()))} documents",
        )
        heard = data_of(Tab(bo).fire("documents.select"))
        counted = re.findall(r"(\d+) documents?", heard)
        fine = str(len(whole["documents"])) not in counted
        yield Outcome(
            tried="the number of all documents",
            holds=fine,
            answer=f"told {counted} of {len(whole['documents'])}",
        )


def _link(cited: Mapping[str, Any]) -> str:
    for sentence in cited.get("sentences", ()):
        for one in sentence["citations"]:
            return permanent_link(one["document"], Span(one["start"], one["end"]), one["quote"]).path
    return "/source/closed/plan.md?at=0-17&words=b344d80e24a3679999fa964450b34bc2"


def _unseen(tried: str, text: str) -> Outcome:
    seen = CLOSED.search(text.replace(ASKED, "").replace("closed/plan.md?", ""))
    return Outcome(
        tried=f"kept to open/, {tried}",
        holds=seen is None,
        answer=f"sees {text[max(0, seen.start() - 40) : seen.end() + 20]!r}"
        if seen
        else "sees nothing of them",
    )


def _routes(bo: httpx.Client, link: str) -> Iterator[tuple[str, str]]:
    question = {"question": ASKED}
    yield "asks", _text(bo.post("/api/ask", json=question))
    yield "asks for a stream", _text(bo.post("/api/ask", json=question | {"stream": True}))
    yield "asks by name", _text(bo.post("/api/ask", json=question | {"in": ["closed/**"]}))
    yield "asks in negation", _text(bo.post("/api/ask", json=question | {"in": ["*", "!open/**"]}))
    yield "counts", _text(bo.post("/api/ask", json={"question": "How many documents mention the password?"}))
    yield "searches", _text(bo.post("/api/search", json=question | {"k": 100}))
    yield "lists", _text(bo.get("/api/documents"))
    yield "lists by name", _text(bo.get("/api/documents", params={"in": "closed/**"}))
    yield "shows", _text(bo.get("/api/show", params={"document": "closed/plan.md", "start": 0, "end": 17}))
    yield "follows a link", _text(bo.get(link))
    yield "draws a page", _text(bo.get("/pages/closed/plan.md?page=1&at=0-5"))
    yield "calls ask", call(bo, "ask", question)
    yield "calls search", call(bo, "search", question | {"k": 100})
    yield "calls documents", call(bo, "documents", {})
    yield (
        "calls show",
        call(bo, "show", {"document": "closed/plan.md", "start": 0, "end": 17}).replace("closed/plan.md", ""),
    )


def _text(answer: httpx.Response) -> str:
    # A refusal may repeat the name that was requested; nothing else may.
    return (
        answer.text.replace("closed/plan.md", "")
        if answer.status_code >= 400
        else answer.text.replace(ASKED, "")
    )


def _tab(bo: httpx.Client) -> Iterator[tuple[str, str]]:
    tab = Tab(bo)
    yield (
        "opens the page",
        "".join(
            data_of(tab.anew.fire(event, None, None, 3)) for event in tab.events if event.name == "page.load"
        ),
    )
    yield "asks on the page", data_of(tab.fire("question.submit", ASKED))
    yield "follows a passage", data_of(tab.fire("log.follow", None, {"ref": "passage-0-1"}))
    yield "looks up", data_of(tab.fire("lookup-search.act", None, {"question": ASKED}))
    yield (
        "looks up by name",
        data_of(tab.fire("lookup-search.act", None, {"question": ASKED, "within": "closed/**"})),
    )
    yield "sees the list", data_of(tab.fire("documents.select"))
    yield "finds in the list", data_of(tab.fire("listing.find", None, {"wanted": "plan"}))
    yield "sees conversations", data_of(tab.fire("find-talk.find", None, {"words": ""}))
    yield "finds conversations", data_of(tab.fire("find-talk.find", None, {"words": "safe"}))
    yield "sees the settings", data_of(tab.fire("settings.select"))
    yield "reads the configuration", bo.get("/config").text
