"""A served page of a few documents, with a client for each role and for users kept to some documents."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from clients import client_of
from fastapi import FastAPI
from reportlab.pdfgen.canvas import Canvas
from scripted import NoFolder
from starlette.routing import Mount, Route

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.sync.missing_files import NOW_EMPTY, MissingFolder
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.index.sync.sync import sync
from citeback.page import app as page_app
from citeback.page import layout, workspace
from citeback.page.state.folders import NameTaken, RemovedFile
from citeback.rag.current_corpus import CurrentCorpus
from citeback.rag.filtered_corpus import RestrictedCorpus
from citeback.rag.rights import Rights, Role
from citeback.serving.access.middleware import AccessMiddleware, AccessRules
from citeback.serving.access.password_file import User, hash_password
from citeback.serving.http.server import serve

T = TypeVar("T")

READER, EDITOR, ADMIN = Role.READER, Role.EDITOR, Role.ADMIN
SOME = ("open/**",)
WHO = {
    "reader": Rights(READER),
    "editor": Rights(EDITOR),
    "admin": Rights(ADMIN),
    "kept": Rights(READER, SOME),
    "half": Rights(EDITOR, SOME),
    "part": Rights(ADMIN, SOME),
}
CANAL = "# The canal\n\nIn all, 412 ships passed the canal in 2022. Each of them paid a toll of 900 crowns."
VAULT = (
    "# What is in the vault?\n\nThe vault of Elmira holds seventy-seven crowns. No ships ever came to it. "
    "In all, 398 ships passed the canal in 2022."
)
CLOSED = "hidden/"
TRACES = (CLOSED, "Elmira", "seventy")
"""What must not be in anything that `kept`, `half` and `part` are answered."""
CROWNS = "How many crowns does the vault hold?"
COUNT = "How many documents mention ships?"

OPENED = (
    "page.load > log panel settings-form language lookup-search results passage files rebuild include "
    "ask look-up review documents settings question send stop find-talk sources-chosen review-sections "
    "draft-form question-form list-form conflicts-form timeline-form summary-form"
)
"""The event that fills the page when it opens."""


@dataclass
class Noted(NoFolder):
    """A folder that notes what is done to it."""

    done: list[str] = field(default_factory=list)

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        if upload.name == "taken.txt" and not replace:
            raise NameTaken("that name is taken")
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

    def put_back(self, removed: RemovedFile) -> None:
        self.done.append(f"put back {removed.name}")

    def forget(self, folder: str) -> Iterator[Progress | str]:
        self.done.append(f"forget {folder}")
        yield Progress("reading", 1, 7, "documents", "hidden/vault.md")
        yield "Up to date: hidden/vault.md was deleted."

    def since(self) -> Plan:
        whole = MissingFolder("/usb", NOW_EMPTY, ("open/canal.md", "open/lock.md"))
        partly = MissingFolder("/disk", NOW_EMPTY, ("hidden/vault.md", "open/canal.md"))
        return Plan(deleted=("hidden/old.txt", "open/old.txt"), absent=(whole, partly))

    def kept_generations(self) -> Sequence[KeptGeneration]:
        return KeptGeneration(2), KeptGeneration(1)

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
class UserPage:
    """All that is served, and a client of it for everybody."""

    app: FastAPI
    behind: workspace.PageServices
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
def page(store: Store) -> Iterator[UserPage]:
    noted, latest = Noted(), CurrentCorpus(store)
    behind = workspace.PageServices.for_store(
        store.path, latest, noted, lambda may: RestrictedCorpus(latest(), may)
    )
    users = {name: User(hash_password(f"{name}'s own"), rights) for name, rights in WHO.items()}
    app = made(lambda: page_app.site(behind, layout.build(behind), AccessRules(lambda: users, None)))
    assert isinstance(app, AccessMiddleware) and isinstance(app.app, FastAPI)
    running = serve(app, "127.0.0.1")

    def client(name: str) -> httpx.Client:
        known = (name, f"{name}'s own") if name in WHO else None
        return client_of(running.address, auth=known)

    clients = {name: client(name) for name in ("nobody", *WHO)}
    yield UserPage(app.app, behind, noted, clients)
    for each in clients.values():
        each.close()
    running.stop()


def without_traces(text: str) -> None:
    """Assert that a text holds nothing of the hidden documents."""
    assert [trace for trace in TRACES if trace in text] == [], text
