"""The web page: a Gradio app that renders events and answers.

The conversation and the sources are custom HTML (`page/`) inside `gr.HTML`, laid out in one module for each
tab (`tabs/`); docs/decisions/0004-page.md explains why. The same server provides permanent links, the HTTP
API and MCP (`serving/`).
"""

import asyncio
import logging
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING, Protocol

import gradio as gr
from anyio import create_task_group
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount

from index.errors import CitebackError, Forbidden, HistoryError, UnknownDocument
from index.intake.workers import Workers
from index.names import Names
from index.picture import picture
from index.report import Report, Watch
from index.settings import Settings
from index.store import Store
from index.sync import sync
from index.watch import Loaded
from page import alone, links
from page.allowed import Allowed
from page.choices import Choices
from page.choosing import Choosing
from page.export import FORMATS, export
from page.feedback import Feedback
from page.finding import Finder, Searched
from page.folder import Folder, Tend, document_of, unfit
from page.history import History
from page.replies import Page, Reading
from page.sheet import script, style_alone
from page.tending import Shelf, Tending
from page.withheld import history
from rag.confidence import Care
from rag.corpus import DEFAULT_STORE, load_encoder
from rag.latest import Latest
from rag.named import served_here
from rag.rerank import Relevance
from rag.rights import Rights
from rag.view import View
from rag.write import Writer
from serving import api, assistants, uploads
from serving.guard import USER, Guard, Rules
from serving.queue import Queue
from serving.serve import Served
from serving.serve import serve as listen
from serving.shield import Shield
from serving.underway import Underway
from serving.uploads import Uploads
from tabs import ask, folder, lookup, settings, talks
from tabs.dress import dressed
from tabs.parts import QUIET, user

if TYPE_CHECKING:
    from index.embed import SentenceEncoder

YOU = "you"  # the user name when there are no users
CONVERSATIONS, FEEDBACK, UPLOADS = "conversations.sqlite", "feedback.jsonl", "uploads"
FINISHING = 10.0  # seconds that running answers get when the server is stopped
log = logging.getLogger("citeback")
BEAT = 15.0  # seconds after which a closed page is noticed


class Whole(Reading, Searched, Shelf, api.Asked, Protocol):
    """What the server needs of a corpus (`rag.Corpus`)."""

    @property
    def answering(self) -> Mapping[str, str]:
        """Return a description of what produces the answers."""


@dataclass(frozen=True)
class Behind:
    """The services behind the page: the newest corpus, the files kept beside its store, and its folders.

    `uploads` holds files that users have sent; `models` lists the chat models offered on the page. `view`
    returns the part of the corpus that passes a filter. The parts of the page are created for each event with
    the rights of its user, so that none of them can show more than the user may see.
    """

    corpus: Callable[[], Whole]
    kept: History
    feedback: Feedback
    tend: Tend
    choices: Choices
    uploads: Uploads
    models: Callable[[], Sequence[str]] = served_here
    view: Callable[[Names], Whole] | None = None
    underway: Underway = field(default_factory=Underway)

    def seen(self, whose: Rights) -> Whole:
        """Return the newest corpus as the user may see it. Raises CitebackError."""
        if whose.may.empty:
            return self.corpus()
        if self.view is None:
            raise Forbidden("This index cannot be shown in part.")
        return self.view(whose.may)

    def kept_for(self, whose: Rights) -> History:
        """Return the conversations as the user may read them."""
        return history(self.kept, whose.may)

    def page(self, request: gr.Request) -> Page:
        """Return the handler of questions."""
        whose = _rights(request)
        kept = self.kept_for(whose)
        return Page(partial(self.seen, whose), kept, self.feedback, self.underway.one)

    def finder(self, request: gr.Request) -> Finder:
        """Return the handler of searches."""
        return Finder(partial(self.seen, _rights(request)))

    def tending(self, request: gr.Request) -> Tending:
        """Return the handler of folders and documents."""
        whose = _rights(request)
        tend = Allowed(self.tend, whose, self.corpus)
        return Tending(partial(self.seen, whose), tend, self.uploads, whose.role)

    def choosing(self, request: gr.Request) -> Choosing:
        """Return the handler of settings."""
        return Choosing(self.choices, self.facts, self.models, _rights(request))

    def facts(self) -> Mapping[str, str]:
        """Return a description of what produces the answers, with the version."""
        try:
            answering = self.corpus().answering
        except CitebackError as error:
            return {"Index": error.message}
        return {**answering, "Version": version("citeback")}

    @classmethod
    def beside(
        cls,
        store: Path,
        corpus: Callable[[], Whole],
        tend: Tend,
        view: Callable[[Names], Whole] | None = None,
    ) -> "Behind":
        """Return an instance with conversations, feedback and settings in the store's directory."""
        kept, said = store / CONVERSATIONS, Feedback(store / FEEDBACK)
        sent = Uploads(store / UPLOADS, unfit)
        return cls(corpus, History(kept), said, tend, Choices(kept), sent, view=view)


def build(behind: Behind) -> gr.Blocks:
    """Build the page."""

    def opened(request: gr.Request) -> tuple[str, str, Care, str]:
        return *behind.page(request).open(), *behind.choosing(request).open(user(request))

    def looked_up(request: gr.Request) -> tuple[str, str, str]:
        return behind.finder(request).open()

    blocks = gr.Blocks(title="Citeback", analytics_enabled=False, fill_width=True)
    with blocks:
        care = gr.State(Care())
        with gr.Tabs(elem_id="tabs", selected="ask") as tabs:
            with gr.Tab("Ask", elem_id="ask", id="ask"):
                desk = ask.lay_out(behind.page, care)
            with gr.Tab("Look up", elem_id="look-up", id="look-up"):
                found = lookup.lay_out(behind.finder)
            with gr.Tab("Documents", elem_id="documents", id="documents") as tab:
                ways = folder.lay_out(behind.tending, behind.page, desk, tab)
            with gr.Tab("History", elem_id="history", id="history") as past:
                talks.lay_out(behind.page, desk, tabs, past)
            with gr.Tab("Settings", elem_id="settings", id="settings") as tab:
                form = settings.lay_out(behind.choosing, care, tab)
        blocks.load(listening, concurrency_limit=None, **QUIET)
        blocks.load(opened, None, [desk.chat, desk.panel, care, form], **QUIET)
        blocks.load(looked_up, None, found, **QUIET)
        blocks.load(folder.opened(behind.tending), None, ways, **QUIET)
    return blocks


async def listening() -> AsyncIterator[None]:
    """Keep the event stream of a page open while the page is.

    Gradio closes the stream whenever nothing is running, and a question asked at that moment is never
    answered.
    """
    while True:
        yield
        await asyncio.sleep(BEAT)


def site(behind: Behind, blocks: gr.Blocks | None = None, rules: Rules | None = None) -> Guard:
    """Return the whole site behind one guard: the page at /, permanent links, /api and /mcp."""
    queue = Queue()
    assistant = assistants.server(behind.seen, queue)
    over_http = assistants.over_http(assistant)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with assistant.session_manager.run(), create_task_group() as tasks:
            tasks.start_soon(behind.uploads.keep_clean)
            yield
            tasks.cancel_scope.cancel()

    app = api.app(running)
    app.include_router(api.routes(behind.seen, queue))
    app.include_router(uploads.routes(behind.uploads, _user))
    app.mount("/mcp", over_http)
    _links(app, behind)
    if blocks is not None:
        _mount(app, blocks)
    return Guard(app, rules or Rules(), behind.underway)


def _mount(app: FastAPI, blocks: gr.Blocks) -> None:
    """Mount the page at /, behind a shield that lets through only requests that the page makes itself."""
    gr.mount_gradio_app(app, blocks, path="/", auth_dependency=_user, **dressed())
    # Gradio checks whether an event names a local file only in apps that it has launched itself.
    blocks.has_launched, blocks.vibe_mode = True, False
    mounted = app.router.routes[-1]
    if not isinstance(mounted, Mount):
        raise CitebackError("This version of Gradio is not known: it is mounted in another way.")
    mounted.app = Shield(mounted.app, {n: len(event.inputs) for n, event in blocks.fns.items()})


def _links(app: FastAPI, behind: Behind) -> None:
    """Add permanent links, exported conversations, the style sheet and the script."""

    @app.get(links.ROOT + "{document:path}", include_in_schema=False)
    def source(whose: api.Whose, document: str, at: str = "", words: str = "") -> Response:
        asked = links.read(document, at, words)
        if asked is None:
            return _page(alone.failed(CitebackError("This is not a link to a citation.")), 404)
        quote = _quote(behind.kept_for(whose), asked)
        try:
            return _page(alone.found(behind.seen(whose).source(document), asked, quote))
        except UnknownDocument:
            return _page(alone.gone(asked, quote), 410)
        except CitebackError as error:
            return _page(alone.failed(error), 409)

    @app.get(links.PAGES + "{document:path}", include_in_schema=False)
    def drawn(whose: api.Whose, document: str, page: int, at: str, whole: bool = False) -> Response:
        span = links.span_of(at)
        try:
            if span is None:
                raise CitebackError("This is not a place in a document.")
            corpus = behind.seen(whose)
            found, starts = document_of(corpus.documents, document), corpus.source(document).pages
            start = starts[page - 1] if 1 <= page <= len(starts) else 0
            return Response(picture(found, page, span, start, whole), media_type="image/png")
        except CitebackError as error:
            return _page(alone.failed(error), 404)

    @app.get("/conversations/{key}.{suffix}", include_in_schema=False)
    def conversation(request: Request, whose: api.Whose, key: str, suffix: str) -> Response:
        owner, kept = _user(request), behind.kept_for(whose)
        try:
            exchanges, name = kept.open(owner, key), kept.name(owner, key)
        except HistoryError as error:
            return _page(alone.failed(error), 503)
        if exchanges is None or suffix not in FORMATS:
            return _page(alone.failed(CitebackError("There is no such conversation.")), 404)
        saved = {"Content-Disposition": f'attachment; filename="conversation.{suffix}"'}
        written = export(suffix, name, exchanges)
        return Response(written, media_type=FORMATS[suffix], headers=saved)

    @app.get("/style.css", include_in_schema=False)
    def sheet() -> Response:
        return Response(style_alone(), media_type="text/css")

    @app.get("/page.js", include_in_schema=False)
    def around() -> Response:
        return Response(script("page"), media_type="text/javascript")


def _quote(kept: History, asked: links.Link) -> str | None:
    """Return the words of a permanent link, or None; without them it still leads to its document."""
    try:
        return kept.quote(asked)
    except HistoryError as error:
        log.warning("The words of a permanent link were not looked up: %s", error)
        return None


def _page(written: str, status: int = 200) -> Response:
    return HTMLResponse(written, status, headers={"Content-Security-Policy": alone.POLICY})


def _user(request: Request) -> str:
    """Return the name of the user, as set by the guard."""
    return str(request.scope.get(USER) or YOU)


def _rights(request: gr.Request) -> Rights:
    """Return the rights of the user who caused an event, as set by the guard."""
    if request.request is None:
        raise Forbidden("Nobody is known to have asked for this.")
    return api.rights(request.request)


def site_of(
    path: Path,
    load: "Callable[[Settings], SentenceEncoder]" = load_encoder,
    rules: Rules | None = None,
    writer: Writer | None = None,
    workers: Workers | None = None,
    relevance: Relevance | None = None,
) -> Guard:
    """Return the site of the store at `path`; its models are loaded while the page opens.

    `workers` read files for indexing and, like the embedding model, are kept between syncs; without them,
    each sync starts its own.
    """
    store = Store(path)
    latest, loaded = Latest(store, writer=writer, relevance=relevance), Loaded(load)

    def brought_in_line(
        watch: Watch, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Report:
        following = partial(sync, store, load=loaded, progress=watch, workers=workers)
        return following(folders, again=again, decide=lambda _: gone)

    Thread(target=latest.warm, name="warm", daemon=True).start()
    tend = Folder(store, lambda: latest().folders, brought_in_line)
    behind = Behind.beside(path, latest, tend, lambda may: View(latest(), may))
    return site(behind, build(behind), rules)


def told(address: str) -> None:
    """Print the address of the page."""
    print(f"Citeback is at {address} (press Ctrl-C to stop)", flush=True)  # noqa: T201


def serve(
    path: Path = DEFAULT_STORE,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] = told,
    rules: Rules | None = None,
    writer: Writer | None = None,
    relevance: Relevance | None = None,
) -> None:
    """Serve the page of the store at `path` until Ctrl-C; `ready` is called with its address.

    `writer` writes the answers; by default the documents are quoted. `relevance` reranks candidates. SIGTERM
    works like Ctrl-C: running answers may finish, and new questions are refused. Raises CitebackError if the
    address cannot be used or the server stops by itself.
    """
    with _terminated(), suppress(KeyboardInterrupt):
        with Workers() as workers:
            made = site_of(path, rules=rules, writer=writer, workers=workers, relevance=relevance)
            served: Served = listen(made, host, port)
            ready(served.address)
            ended = _until_stopped(made, served)
        if not ended:
            os._exit(0)  # a thread cannot be stopped, and Python would wait for it; nothing is half written


def _until_stopped(made: Guard, served: Served) -> bool:
    """Serve until Ctrl-C, then let running answers finish; return whether all of them did."""
    try:
        served.wait()
    except KeyboardInterrupt:
        made.underway.end(FINISHING)
    return served.stop()


@contextmanager
def _terminated() -> Iterator[None]:
    """Handle SIGTERM like Ctrl-C; signals reach only the main thread."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(f"python ui.py takes no arguments. Next: citeback chat {shlex.join(sys.argv[1:])}")
    try:
        serve()
    except CitebackError as error:
        sys.exit(str(error))
