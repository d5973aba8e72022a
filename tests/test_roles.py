"""Who may do what: every address and every event of the page, tried as everybody.

Both are listed from the running app, and each has a rule here; one that is added without a rule fails.
Whoever is kept to some documents must find no trace of the others in anything that is answered.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI
from reportlab.pdfgen.canvas import Canvas
from scripted import NoFolder, cite, passage
from starlette.routing import Mount, Route

import ui
from index.absent import EMPTY, Absence
from index.embed import SentenceEncoder
from index.history import Kept
from index.plan import Plan
from index.records import Document, Span
from index.report import Progress
from index.store import Store
from index.sync import sync
from page.exchange import Exchange
from page.folder import Taken
from page.links import link
from rag.answer import Answer, Sentence, Verdict
from rag.latest import Latest
from rag.rights import Rights, Role
from rag.view import View
from serving.guard import Guard, Rules
from serving.serve import serve
from serving.users import User, hashed

# Gradio's queue counts its events with pandas, in ways that pandas 3 announces to remove.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

T = TypeVar("T")

READER, EDITOR, ADMIN = Role.READER, Role.EDITOR, Role.ADMIN
SOME = ("open/**",)
WHO = {
    "reader": Rights(READER),
    "editor": Rights(EDITOR),
    "admin": Rights(ADMIN),
    "kept": Rights(READER, SOME),
    "half": Rights(EDITOR, SOME),
}
CANAL = "# The canal\n\nIn all, 412 ships passed the canal in 2022. Each of them paid a toll of 900 crowns."
VAULT = "# What is in the vault?\n\nThe vault of Elmira holds seventy-seven crowns. No ships ever came to it."
CLOSED = "hidden/"
TRACES = (CLOSED, "Elmira", "seventy")
"""What must not be in anything that `kept` and `half` are answered."""
CROWNS = "How many crowns does the vault hold?"
COUNT = "How many documents mention ships?"


@dataclass
class Noted(NoFolder):
    """A folder that notes what is done to it."""

    done: list[str] = field(default_factory=list)

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        if upload.name == "taken.txt" and not replace:
            raise Taken("that name is taken")
        self.done.append(f"add {inside} {upload.name}")
        return upload.name

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[Progress | str]:
        self.done.append(" ".join(("rebuild", *folders, *again, *(f"without {each}" for each in gone))))
        yield Progress("reading", 1, 7, "documents", "hidden/vault.md")
        yield "Up to date: hidden/vault.md was added."

    def remove(self, document: Document, whole: bool = False) -> str:
        self.done.append(f"remove {document.name}")
        return "removed"

    def since(self) -> Plan:
        whole = Absence("/usb", EMPTY, ("open/canal.md", "open/lock.md"))
        partly = Absence("/disk", EMPTY, ("hidden/vault.md", "open/canal.md"))
        return Plan(deleted=("hidden/old.txt", "open/old.txt"), absent=(whole, partly))

    def kept(self) -> Sequence[Kept]:
        return Kept(2), Kept(1)

    def go_back(self, number: int) -> str:
        self.done.append(f"back {number}")
        return "back"


def made(make: Callable[[], T]) -> T:
    """Make an app where a loop runs: without one Gradio makes loops of its own and never closes them."""

    async def running() -> T:
        return make()

    return asyncio.run(running())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Store:
    folder = tmp_path_factory.mktemp("docs")
    for name, text in {
        "hidden/canal.md": CANAL,
        "hidden/vault.md": VAULT,
        "hidden/bad.pdf": "no PDF",
        "open/canal.md": CANAL,
        "open/lock.md": "The lock keeper of the canal is Ada Holm.",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    sheet = Canvas(str(folder / "hidden/plan.pdf"))
    sheet.drawString(72, 700, "The plan of Elmira is drawn here.")
    sheet.save()
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=lambda _: encoder)
    return store


@dataclass(frozen=True)
class Page:
    """All that is served, and a client of it for everybody."""

    app: FastAPI
    behind: ui.Behind
    noted: Noted
    clients: Mapping[str, httpx.Client]

    def events(self) -> dict[str, Mapping[str, Any]]:
        """Return every event of the page, by what triggers it and what it changes."""
        page = self.clients["admin"].get("/").text
        start = page.index("window.gradio_config = ") + len("window.gradio_config = ")
        config: Mapping[str, Any] = json.JSONDecoder().raw_decode(page[start:])[0]
        called = {each["id"]: each["props"].get("elem_id") or "" for each in config["components"]}
        return {_key(each, config["dependencies"], called): each for each in config["dependencies"]}

    def send(
        self, who: str, event: Mapping[str, Any], data: Sequence[str], click: Any, session: str = "s"
    ) -> str:
        """Send an event and return all that comes of it."""
        values = [*data, *[None] * (len(event["inputs"]) - len(data))]
        body = {"fn_index": event["id"], "data": values, "session_hash": session, "event_data": click}
        client = self.clients[who]
        joined = client.post("/gradio_api/queue/join", json=body | {"trigger_id": None})
        if joined.status_code != 200:
            return f"{joined.status_code}: {joined.text}"
        answers = ""
        with (
            suppress(httpx.RemoteProtocolError),
            client.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as answer,
        ):
            for part in answer.iter_text():
                answers += part
        return answers

    def routes(self) -> dict[str, Route]:
        """Return every address that is our own."""
        return {
            f"{method} {route.path}": route
            for route in _routes(self.app.routes)
            for method in (route.methods or set()) - {"HEAD"}
        }


def _key(event: Mapping[str, Any], all_of_them: Sequence[Any], called: Mapping[int, str]) -> str:
    changed = " ".join(filter(None, (called[each] for each in event["outputs"])))
    if event["trigger_after"] is not None:
        before = next(each for each in all_of_them if each["id"] == event["trigger_after"])
        return f"after {_key(before, all_of_them, called)} > {changed}"
    triggers = " ".join(f"{called.get(each, '') or 'page'}.{what}" for each, what in event["targets"])
    return f"{triggers} > {changed}"


def _routes(routes: Iterable[Any]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif not isinstance(route, Mount):
            yield from _routes(route.original_router.routes)


@pytest.fixture(scope="module")
def page(store: Store) -> Iterator[Page]:
    noted, latest = Noted(), Latest(store)
    behind = ui.Behind.beside(store.path, latest, noted, lambda may: View(latest(), may))
    users = {name: User(hashed(f"{name}'s own"), rights) for name, rights in WHO.items()}
    app = made(lambda: ui.site(behind, ui.build(behind), Rules(users, None)))
    assert isinstance(app, Guard) and isinstance(app.app, FastAPI)
    running = serve(app, "127.0.0.1")

    def client(name: str) -> httpx.Client:
        known = (name, f"{name}'s own") if name in WHO else None
        return httpx.Client(base_url=running.address, timeout=60, auth=known)

    clients = {name: client(name) for name in ("nobody", *WHO)}
    yield Page(app.app, behind, noted, clients)
    for each in clients.values():
        each.close()
    running.stop()


def without_traces(text: str) -> None:
    """Assert that a text holds nothing of the hidden documents."""
    assert [trace for trace in TRACES if trace in text] == [], text


@dataclass(frozen=True)
class Event:
    """An event as it is sent: who may send it, and what it does to the folders (`does`, of the last one)."""

    role: Role = READER
    click: Mapping[str, str] | None = None
    data: tuple[str, ...] = ()
    does: str = ""
    to: str = "open/canal.md"


LISTING = ("documents.select > listing", "after rebuild.click > status > listing")
EVENTS: dict[str, list[Event]] = {
    "page.load > ": [],  # never ends: it keeps the page's stream open, and says nothing
    "page.load > log panel settings-form": [Event()],
    "page.load > lookup-search results passage": [Event()],
    "page.load > files rebuild include": [Event()],
    "question.submit send.click > log panel question": [Event(data=(CROWNS,)), Event(data=(COUNT,))],
    "log.ask > log panel question": [Event(click={"question": "Which plan is drawn?"})],
    "stop.click > log": [Event()],
    "stop.click > ": [],  # stops an answer in the page's library alone: serving/shield.py says whose
    "log.follow > panel": [Event(click={"ref": "passage-0-1"})],
    "panel.follow > panel": [Event(click={"ref": "cite-1-1"})],
    "log.act > log panel": [Event(click={"act": "right", "value": "0"}), Event(click={"act": "new"})],
    "lookup-search.act > results passage": [
        Event(click={"question": CROWNS}),
        Event(click={"question": CROWNS, "within": CLOSED}),
    ],
    "results.follow > passage": [Event(click={"ref": "found-0"})],
    "passage.follow > passage": [Event(click={"ref": "found-1"})],
    "files.act > status": [Event(EDITOR, does="add")],
    "status.act > status": [Event(EDITOR, {"act": "replace"}, does="add")],
    "documents.select > listing": [Event()],
    "listing.find > listing": [Event(click={"wanted": ""}), Event(click={"wanted": "vault"})],
    "rebuild.click > status": [Event(EDITOR, does="rebuild")],
    "include.act > status": [Event(ADMIN, {"folder": "/srv"}, does="rebuild /srv")],
    "listing.act > status": [
        Event(EDITOR, {"act": "again", "value": "open/canal.md"}, does="rebuild open/canal.md"),
        Event(
            EDITOR, {"act": "again", "value": "hidden/vault.md"}, does="rebuild hidden/vault.md", to=CLOSED
        ),
        Event(EDITOR, {"act": "remove", "value": "open/canal.md"}, does="remove open/canal.md"),
        Event(
            EDITOR, {"act": "remove", "value": "hidden/vault.md"}, does="remove hidden/vault.md", to=CLOSED
        ),
        Event(EDITOR, {"act": "whole", "value": "open/canal.md"}, does="remove open/canal.md"),
        Event(EDITOR, {"act": "gone", "value": "/usb"}, does="rebuild without /usb"),
        Event(EDITOR, {"act": "gone", "value": "/disk"}, does="rebuild without /disk", to=CLOSED),
        Event(READER, {"act": "keep", "value": "/usb"}),
        Event(ADMIN, {"act": "back", "value": "1"}, does="back 1"),
    ],
    "after rebuild.click > status > listing": [Event()],
    "after rebuild.click > status > log": [Event()],
    "after include.act > status > listing": [Event()],
    "after include.act > status > log": [Event()],
    "after listing.act > status > listing": [Event()],
    "after listing.act > status > log": [Event()],
    "history.select > talks": [Event()],
    "find-talk.find > talks": [Event(click={"words": "crowns"})],
    "talks.act > log panel talks tabs": [
        Event(click={"act": "rename", "id": "none", "name": "x"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "settings.select > answering": [Event()],
    "settings-form.act > settings-form": [Event(click={"threshold": "0.8", "passages": "5"})],
    "answering.act > answering": [Event(ADMIN, {"model": "quoted"})],
}


def test_every_event_has_a_rule(page: Page) -> None:
    assert set(page.events()) == set(EVENTS)


def sent_files(page: Page, who: str) -> str:
    """Send a file as somebody, whoever may, past the address that asks their rights; return its key."""

    async def parts() -> Any:
        yield b"words"

    return asyncio.run(page.behind.uploads.receive(who, "taken.txt", parts()))


@pytest.mark.parametrize("who", WHO)
def test_an_event_does_what_its_sender_may(page: Page, who: str) -> None:
    rights, events = WHO[who], page.events()
    for key, rules in EVENTS.items():
        for rule in rules:
            page.noted.done.clear()
            click = (
                {"act": "uploaded", "value": sent_files(page, who)}
                if key == "files.act > status"
                else rule.click
            )
            answers = page.send(who, events[key], rule.data, click, "all")
            assert '"success":true' in answers.replace(" ", ""), (key, answers)
            if rights.patterns:  # a name that was asked for is said again
                without_traces(answers.replace((click or {}).get("value", "-"), ""))
            may = rights.role.covers(rule.role) and rights.see(rule.to)
            last = page.noted.done[0] if page.noted.done else ""
            if not may:
                assert not page.noted.done, (key, rule)
                assert key == "status.act > status" or "You may not" in answers or "No document" in answers, (
                    key
                )
            elif key != "files.act > status":  # that name is taken: it is asked first
                assert last.startswith(rule.does) and bool(last) == bool(rule.does), (key, rule, last)


def test_nobody_sends_an_event(page: Page) -> None:
    for key, event in page.events().items():
        assert page.send("nobody", event, (), None).startswith("401"), key


def test_what_is_hidden_from_some_is_shown_to_others(page: Page) -> None:
    """The traces that others must not find are there to be found."""
    events = page.events()
    asked = page.send("reader", events["question.submit send.click > log panel question"], (CROWNS,), None)
    assert "Elmira" in asked and "seventy" in asked
    counted = page.send("reader", events["question.submit send.click > log panel question"], (COUNT,), None)
    assert "2 of 5 documents" in counted
    counted = page.send("kept", events["question.submit send.click > log panel question"], (COUNT,), None)
    assert "1 of 2 documents" in counted
    found = page.send("reader", events["lookup-search.act > results passage"], (), {"question": CROWNS})
    assert "Elmira" in found
    listed = page.send("reader", events["documents.select > listing"], (), None)
    assert "hidden/vault.md" in listed and "hidden/bad.pdf" in listed
    welcome = page.send("reader", events["page.load > log panel settings-form"], (), None)
    assert "What is in the vault?" in welcome
    kept = page.send("kept", events["page.load > log panel settings-form"], (), None)
    assert "What is in the vault?" not in kept and "2 documents" in kept


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        (
            "reader",
            ["You can ask about these documents"],
            ["Add files", "Add folder", "Read again", "Delete"],
        ),
        (
            "kept",
            ["You can ask about these documents"],
            ["Add files", "Add folder", "Read again", "open/old.txt"],
        ),
        (
            "editor",
            ["Add files", "Read again", "Delete", "hidden/old.txt"],
            ["Add folder", "Go back to this"],
        ),
        ("half", ["Add files", "Read again", "Delete", "open/old.txt"], ["Add folder", "Go back to this"]),
        ("admin", ["Add files", "Read again", "Delete", "Add folder", "Go back to this"], []),
    ],
)
def test_the_page_shows_what_its_reader_may_do(
    page: Page, who: str, seen: list[str], unseen: list[str]
) -> None:
    events = page.events()
    shown = page.send(who, events["page.load > files rebuild include"], (), None)
    visible = '"visible":true' in shown.replace(" ", "")
    assert visible is WHO[who].role.covers(EDITOR)
    shown += page.send(who, events["documents.select > listing"], (), None)
    assert [words for words in seen if words not in shown] == []
    assert [words for words in unseen if words in shown] == []
    chosen = page.send(who, events["settings.select > answering"], (), None)
    assert ("Who writes the answer" in chosen) is (who == "admin")


PLACE = {"document": "open/canal.md", "start": 0, "end": 5}
HIDDEN = {"document": "hidden/vault.md", "start": 0, "end": 5}
ROUTES: dict[str, tuple[Role, list[Mapping[str, Any]]]] = {
    "GET /api/openapi.json": (READER, [{}]),
    "POST /api/ask": (
        READER,
        [{"json": {"question": CROWNS}}, {"json": {"question": COUNT, "stream": True}}],
    ),
    "POST /api/search": (READER, [{"json": {"question": CROWNS, "k": 100}}]),
    "GET /api/documents": (READER, [{}, {"params": {"in": CLOSED}}]),
    "GET /api/show": (READER, [{"params": PLACE}, {"params": HIDDEN}]),
    "POST /uploads": (EDITOR, [{"params": {"name": "a.txt"}, "content": b"words"}]),
    "GET /source/{document:path}": (READER, [{"at": "open/canal.md"}, {"at": "hidden/vault.md"}]),
    "GET /pages/{document:path}": (READER, [{"at": "open/canal.md"}, {"at": "hidden/plan.pdf"}]),
    "GET /conversations/{key}.{suffix}": (READER, [{"at": "md"}, {"at": "json"}]),
    "GET /style.css": (READER, [{}]),
    "GET /page.js": (READER, [{}]),
}


def test_every_address_has_a_rule(page: Page) -> None:
    assert set(page.routes()) == set(ROUTES)
    mounted = [route.path for route in page.app.routes if isinstance(route, Mount)]
    assert mounted == ["/mcp", ""]  # assistants, tried below, and the page, whose addresses the shield lists


def filled(page: Page, who: str, path: str, at: str) -> str:
    """Return a path with the place in it that is asked for."""
    if path.startswith("/source/"):
        words = VAULT if "vault" in at else CANAL
        return link(at, Span(0, len(words)), words).path
    if path.startswith("/pages/"):
        return f"/pages/{at}?page=1&at=4-12"
    if path.startswith("/conversations/"):
        return f"/conversations/{earlier(page, who)}.{at}"
    return path


def earlier(page: Page, who: str) -> str:
    """Keep a conversation of somebody who could see everything then; return its id."""
    quoted = cite("hidden/vault.md", VAULT, "The vault of Elmira holds seventy-seven crowns.")
    shown = cite("open/canal.md", CANAL, "In all, 412 ships passed the canal in 2022.")
    key = page.behind.kept.keep(who, "", asked("About the vault?", quoted))
    return page.behind.kept.keep(who, key, asked("About ships?", shown))


def asked(question: str, cited: Any) -> Exchange:
    sentence = Sentence(cited.quote, Verdict.SUPPORTED, (cited,))
    near = passage(cited.document, cited.quote, cited.quote)
    return Exchange(question, answer=Answer(question, question, False, 0.9, (sentence,), (near,)))


@pytest.mark.parametrize("who", ["nobody", *WHO])
def test_an_address_gives_what_whoever_asks_may_have(page: Page, who: str) -> None:
    for key, (role, requests) in ROUTES.items():
        method, path = key.split(" ")
        for request in requests:
            given = {name: value for name, value in request.items() if name != "at"}
            address = filled(page, who, path, request.get("at", ""))
            answer = page.clients[who].request(method, address, **given)
            if who == "nobody":
                assert answer.status_code == 401, key
                continue
            if not WHO[who].role.covers(role):
                assert answer.status_code == 403 and set(answer.json()) == {"error", "next"}, key
                continue
            assert answer.status_code not in {401, 403}, (key, answer.text)
            if WHO[who].patterns:
                own = "hidden/vault.md", "hidden/plan.pdf"  # the name that was asked for is said again
                without_traces(answer.text.replace(own[0], "").replace(own[1], ""))


def test_what_is_hidden_answers_as_what_is_not_there(page: Page) -> None:
    for name in ("hidden/vault.md", "hidden/plan.pdf", "hidden/bad.pdf", "hidden/nothing.md"):
        shown = page.clients["kept"].get("/api/show", params={"document": name, "start": 0, "end": 1})
        linked = page.clients["kept"].get(link(name, Span(0, 3), "The").path)
        drawn = page.clients["kept"].get(f"/pages/{name}?page=1&at=0-3")
        assert [each.status_code for each in (shown, linked, drawn)] == [404, 410, 404]
        same = [each.text.replace(name, "hidden/nothing.md") for each in (shown, linked, drawn)]
        gone = [
            page.clients["kept"].get(
                "/api/show", params={"document": "hidden/nothing.md", "start": 0, "end": 1}
            ),
            page.clients["kept"].get(link("hidden/nothing.md", Span(0, 3), "The").path),
            page.clients["kept"].get("/pages/hidden/nothing.md?page=1&at=0-3"),
        ]
        assert same == [each.text for each in gone]
    assert page.clients["reader"].get("/pages/hidden/plan.pdf?page=1&at=0-3").status_code == 200


def test_an_answer_from_before_is_withheld_and_comes_back_with_the_rights(page: Page) -> None:
    events = page.events()
    for who in ("kept", "reader"):
        key = earlier(page, who)
        opened = page.send(who, events["talks.act > log panel talks tabs"], (), {"act": "open", "value": key})
        assert "412 ships" in opened
        exported = [page.clients[who].get(f"/conversations/{key}.{suffix}").text for suffix in ("md", "json")]
        quoted = cite("hidden/vault.md", VAULT, "The vault of Elmira holds seventy-seven crowns.")
        linked = page.clients[who].get(link("hidden/vault.md", quoted.span, quoted.quote).path)
        searched = page.send(who, events["find-talk.find > talks"], (), {"words": "Elmira holds"})
        if who == "reader":
            assert all("Elmira" in text for text in (opened, *exported, linked.text))
            assert key in searched
        else:
            for text in (opened, *exported):
                without_traces(text)
            assert "you may no longer see" in opened and "you may no longer see" in exported[0]
            assert key not in searched
            assert linked.status_code == 410
            without_traces(linked.text.replace("hidden/vault.md", ""))


TOOLS = {
    "ask": {"question": CROWNS},
    "search": {"question": CROWNS, "k": 100},
    "documents": {},
    "show": HIDDEN,
}


def tool(page: Page, who: str, method: str, **parameters: Any) -> httpx.Response:
    """Ask the server for assistants over HTTP."""
    headers = {"Accept": "application/json, text/event-stream"}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    return page.clients[who].post("/mcp/", json=body, headers=headers)


def test_an_assistant_is_given_what_its_user_may_see(page: Page) -> None:
    listed = tool(page, "reader", "tools/list").json()["result"]["tools"]
    assert {each["name"] for each in listed} == set(TOOLS)
    for name, arguments in TOOLS.items():
        assert tool(page, "nobody", "tools/call", name=name, arguments=arguments).status_code == 401
        whole = tool(page, "reader", "tools/call", name=name, arguments=arguments)
        assert whole.status_code == 200 and any(trace in whole.text for trace in TRACES), name
        part = tool(page, "kept", "tools/call", name=name, arguments=arguments)
        assert part.status_code == 200
        without_traces(part.text.replace("hidden/vault.md", "") if name == "show" else part.text)


def test_without_users_only_whoever_sits_here_may_change_anything() -> None:
    assert Rules().rights("") == Rights(ADMIN)
    assert Rules(hosts=None).rights("") == Rights(READER)
    assert Rules(hosts=frozenset({"localhost", "docs.example"})).rights("") == Rights(READER)
