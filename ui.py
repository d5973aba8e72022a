"""The page: a Gradio app that renders events and answers. Must never know FAISS, models or prompts.

Conversation and sources are HTML of our own (`page/`) inside `gr.HTML`, laid out a tab a module (`tabs/`);
docs/decisions/0004-page.md says why. Served with it are permanent links, the HTTP API and MCP (`serving/`).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from index.errors import CitebackError, UnknownDocument
from index.report import Report, Watch
from index.settings import Settings
from index.store import Store
from index.sync import sync
from page import alone, links
from page.folder import LARGEST, Folder, Tend
from page.replies import Page, Reading
from page.sheet import script, style, style_alone
from rag.corpus import DEFAULT_STORE, load_encoder
from rag.latest import Latest
from serving import api, assistants
from serving.guard import USER, Guard, Rules
from serving.queue import Queue
from serving.serve import Served
from serving.serve import serve as listen
from tabs import ask, folder
from tabs.parts import QUIET

if TYPE_CHECKING:
    from index.embed import SentenceEncoder

PAPER = ("#faf8f4", "#161513")  # colours.css's --paper, for the moment before it is loaded
FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]
MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]


class Whole(Reading, api.Asked, Protocol):
    """What all that is served needs of a corpus (`rag.Corpus`)."""


def build(corpus: Callable[[], Reading], tend: Tend) -> gr.Blocks:
    """Return the page. `corpus` is called at every event; `tend` adds files and rebuilds the index."""
    page = Page(corpus, tend)
    blocks = gr.Blocks(title="Citeback", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    with blocks:
        conversation = gr.State(())
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", elem_id="ask"), gr.Row(elem_id="desk"):
                chat, panel = ask.lay_out(page, conversation)
            with gr.Tab("Documents", elem_id="documents") as tab:
                listed = folder.lay_out(page, conversation, chat)
        tab.select(page.documents, None, listed, **QUIET)
        blocks.load(page.open, None, [chat, panel, listed], **QUIET)
    return blocks


def site(corpus: Callable[[], Whole], blocks: gr.Blocks | None = None, rules: Rules | None = None) -> ASGIApp:
    """Return all that is served: the page at /, permanent links, /api and /mcp, behind one guard."""
    queue = Queue()
    assistant = assistants.server(corpus, queue)
    over_http = assistants.over_http(assistant)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with assistant.session_manager.run():
            yield

    app = api.app(running)
    app.include_router(api.routes(corpus, queue))
    app.mount("/mcp", over_http)
    _links(app, corpus)
    if blocks is not None:
        gr.mount_gradio_app(app, blocks, path="/", auth_dependency=_user, **_dressed())
    return Guard(app, rules or Rules())


def _links(app: FastAPI, corpus: Callable[[], Reading]) -> None:
    """Add permanent links, and the style sheet that their pages load."""

    @app.get(links.ROOT + "{document:path}", include_in_schema=False)
    def source(document: str, at: str = "", words: str = "") -> Response:
        asked = links.read(document, at, words)
        if asked is None:
            return _page(alone.failed(CitebackError("This is no link to a citation.")), 404)
        try:
            return _page(alone.found(corpus().source(document), asked, None))
        except UnknownDocument:
            return _page(alone.gone(asked, None), 410)
        except CitebackError as error:
            return _page(alone.failed(error), 409)

    @app.get("/style.css", include_in_schema=False)
    def sheet() -> Response:
        return Response(style_alone(), media_type="text/css")

    @app.get("/page.js", include_in_schema=False)
    def around() -> Response:
        return Response(script("page"), media_type="text/javascript")


def _page(written: str, status: int = 200) -> Response:
    return HTMLResponse(written, status, headers={"Content-Security-Policy": alone.POLICY})


def _user(request: Request) -> str:
    """Return who asks, as the guard found out."""
    return str(request.scope.get(USER) or "you")


def _dressed() -> dict[str, Any]:
    """Return how the page looks and what Gradio leaves out: nothing is shared, counted or fetched."""
    # As a <style> of its own: css_paths= rewrites every selector, and cuts `:is(a, b)` apart at its comma.
    head = f'<style>{style()}</style><script src="/page.js" defer></script>'
    paper = {"body_background_fill": PAPER[0], "body_background_fill_dark": PAPER[1]}
    theme = gr.themes.Base(font=FONTS, font_mono=MONO).set(**paper)
    quiet: dict[str, Any] = {"ssr_mode": False, "run_history": False, "footer_links": []}
    return {"max_file_size": LARGEST, "theme": theme, "head": head, **quiet}


def site_of(
    path: Path, load: "Callable[[Settings], SentenceEncoder]" = load_encoder, rules: Rules | None = None
) -> ASGIApp:
    """Return all that is served of the store at `path`; its model is loaded while the page opens."""
    store = Store(path)
    latest = Latest(store)

    def brought_in_line(watch: Watch) -> Report:
        return sync(store, load=load, progress=watch)

    Thread(target=latest.warm, name="warm", daemon=True).start()
    blocks = build(latest, Folder(lambda: latest().folders, brought_in_line))
    return site(latest, blocks, rules)


def told(address: str) -> None:
    """Print where the page is."""
    print(f"Citeback is at {address} (Ctrl-C stops it)", flush=True)  # noqa: T201


def serve(
    path: Path = DEFAULT_STORE,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] = told,
    rules: Rules | None = None,
) -> None:
    """Serve the page of the store at `path` until Ctrl-C; `ready` is told its address.

    Raises CitebackError where the address cannot be used.
    """
    served: Served = listen(site_of(path, rules=rules), host, port)
    ready(served.address)
    try:
        served.wait()
    except KeyboardInterrupt:
        served.stop()


if __name__ == "__main__":
    serve()
