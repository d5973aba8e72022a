"""All that is served: the page, permanent links, conversations to take away, the HTTP API and MCP."""

import gzip
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from mimetypes import guess_type
from threading import Thread
from typing import Any

import gradio as gr
from anyio import create_task_group
from fastapi import FastAPI, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount

from citeback.index.errors import CitebackError, HistoryError, UnknownDocument
from citeback.index.sandbox.page_image import PagePicture
from citeback.page import downloads
from citeback.page.assets import frontend_file, script, style_alone
from citeback.page.preloads import preload_links
from citeback.page.state.conversations import KEY, ConversationStore
from citeback.page.state.folders import document_of
from citeback.page.state.owner import YOU
from citeback.page.tabs.theme import launch_options
from citeback.page.views import citation_page
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import speaking
from citeback.page.workspace import PageServices
from citeback.rag.rights import Rights
from citeback.serving import api, exports, mcp_server, saved_questions, uploads
from citeback.serving.access.middleware import USER, AccessMiddleware, AccessRules
from citeback.serving.gradio_guard.allowlist import GradioShield
from citeback.serving.http.compression import CompressPaths
from citeback.serving.http.head_links import HeadLinks
from citeback.wire import permalinks

SCRIPTS = ("links", "resume", "page", "reader")
WARM = "warm"  # the name of the thread that loads the models
log = logging.getLogger("citeback")


def site(
    behind: PageServices, blocks: gr.Blocks | None = None, rules: AccessRules | None = None
) -> AccessMiddleware:
    """Return the whole site behind one guard: the page at /, permanent links, /api and /mcp."""
    queue = behind.queue
    assistant = mcp_server.mcp_server(
        behind.visible_corpus,
        queue,
        saved=lambda request, whose: behind.saved_questions_of(_user(request), whose),
    )
    over_http = mcp_server.mcp_app(assistant)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with assistant.session_manager.run(), create_task_group() as tasks:
            tasks.start_soon(behind.uploads.keep_clean)
            tasks.start_soon(behind.waiting_drafts.keep_clean)
            if (
                behind.warm
            ):  # not before: a program that cannot be served must not end while models are loaded
                Thread(target=behind.warm, name=WARM, daemon=True).start()
            yield
            tasks.cancel_scope.cancel()
        behind.pictures.renderer.close()

    app = api.app(running)
    app.include_router(api.routes(behind.visible_corpus, queue))
    app.include_router(exports.routes(behind.visible_corpus, queue))
    app.include_router(saved_questions.routes(behind.saved_questions_of, _user, queue))
    app.include_router(uploads.routes(behind.uploads, _user))
    app.include_router(downloads.routes(behind, _user))
    app.mount("/mcp", over_http)
    app.add_middleware(CompressPaths, paths=("/", "/page.js", "/style.css"))
    _add_citation_links(app, behind)
    _add_conversation_links(app)
    _say_refusals(app, behind)
    _add_assets(app)
    if blocks is not None:
        _mount(app, blocks)
        behind.underway.queued = blocks._queue.__len__  # a question waits there until another is answered
    return AccessMiddleware(app=app, rules=rules or AccessRules(), underway=behind.underway)


def _mount(app: FastAPI, blocks: gr.Blocks) -> None:
    """Mount the page at /, behind a shield that lets through only requests that the page makes itself."""
    gr.mount_gradio_app(app, blocks, path="/", auth_dependency=_user, **launch_options())
    # Gradio checks whether an event names a local file only in apps that it has launched itself.
    blocks.has_launched, blocks.vibe_mode = True, False
    # After every event Gradio sums up the last 10,000, with pandas, for a view of them that is not offered.
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY, blocks._queue.ANALYTICS_MAX_EVENTS = sys.maxsize, 1
    mounted = app.router.routes[-1]
    if not isinstance(mounted, Mount):
        raise CitebackError("This version of Gradio is not known: it is mounted in another way.")
    # Without a function an event is the browser's alone: Gradio makes a traceback of one that is sent.
    takes = {n: len(event.inputs) for n, event in blocks.fns.items() if event.fn}
    kinds = {block.get_block_name() for block in blocks.blocks.values()}
    mounted.app = HeadLinks(GradioShield(mounted.app, takes), preload_links(kinds))


def _add_citation_links(app: FastAPI, behind: PageServices) -> None:
    """Add permanent links to citations, and the pictures of their pages."""

    @app.get(permalinks.ROOT + "{document:path}", include_in_schema=False)
    def source(
        request: Request, whose: api.UserRights, document: str, at: str = "", words: str = ""
    ) -> Response:
        with speaking(_language(behind, request)):
            return cited(whose, document, at, words)

    def cited(whose: Rights, document: str, at: str, words: str) -> Response:
        asked = permalinks.parse_link(document, at, words)
        if asked is None:
            return _page(citation_page.error_page(CitebackError("This is not a link to a citation.")), 404)
        quote = _quote(behind.conversations_of(whose), asked)
        try:
            return _page(
                citation_page.document_page(behind.visible_corpus(whose).source(document), asked, quote)
            )
        except UnknownDocument:
            return _page(citation_page.missing_document_page(asked, quote), 410)
        except CitebackError as error:
            return _page(citation_page.error_page(error), 409)

    @app.get(permalinks.PAGES + "{document:path}", include_in_schema=False)
    def drawn(request: Request, whose: api.UserRights, document: str, page: int, at: str) -> Response:
        span = permalinks.parse_span(at)
        try:
            if span is None:
                raise CitebackError("This is not a place in a document.")
            corpus = behind.visible_corpus(whose)
            result, starts = document_of(corpus.documents, document), corpus.source(document).pages
            start = starts[page - 1] if 1 <= page <= len(starts) else 0
            return _picture(behind.pictures.of(result, page, span, start), request)
        except CitebackError as error:
            return _page(citation_page.error_page(error), 404)


def _say_refusals(app: FastAPI, behind: PageServices) -> None:
    """Let what the page uploads be refused in its language; other addresses answer in English."""
    answer = app.exception_handlers[CitebackError]

    def refused(request: Request, error: Exception) -> Any:
        if request.url.path in (uploads.AT, downloads.DRAFTS_AT) and isinstance(error, CitebackError):
            with speaking(_language(behind, request)):
                error.message, error.remedy = translated(error.message), translated(error.remedy)
        return answer(request, error)

    app.add_exception_handler(CitebackError, refused)


def _language(behind: PageServices, request: Request) -> str:
    return behind.language_of(_user(request), request.headers.get("accept-language", ""))


def _add_conversation_links(app: FastAPI) -> None:
    """Add the addresses of conversations."""

    @app.get("/c/{key}", include_in_schema=False)
    def conversation_page(key: str) -> Response:
        if KEY.fullmatch(key):
            return RedirectResponse(f"/?c={key}", 307)  # a browser keeps the fragment
        return _page(citation_page.error_page(CitebackError("There is no such conversation.")), 404)


def _add_assets(app: FastAPI) -> None:
    """Add the style sheet and the script of pages without Gradio, and what Gradio's page loads."""

    @app.get("/style.css", include_in_schema=False)
    def sheet() -> Response:
        return Response(style_alone(), media_type="text/css")

    async def frontend(request: Request) -> Response:
        name = request.path_params["name"]
        data = frontend_file(name)
        if data is None:
            raise HTTPException(404, "There is nothing at this address.")
        # The names change with the contents.
        kept = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            kept["Content-Encoding"] = "gzip"
        else:
            data = gzip.decompress(data)
        return Response(data, media_type=guess_type(name)[0] or "application/octet-stream", headers=kept)

    app.add_route("/assets/{name}", frontend, include_in_schema=False)

    @app.get("/page.js", include_in_schema=False)
    def around() -> Response:
        return Response(
            "".join(map(script, ("links", "resume", "page", "reader"))), media_type="text/javascript"
        )


def _quote(kept: ConversationStore, asked: permalinks.Link) -> str | None:
    """Return the words of a permanent link, or None; without them it still leads to its document."""
    try:
        return kept.quote(asked)
    except HistoryError as error:
        log.warning("The words of a permanent link were not looked up: %s", error)
        return None


def _page(written: str, status: int = 200) -> Response:
    return HTMLResponse(written, status, headers={"Content-Security-Policy": citation_page.POLICY})


def _picture(drawn: PagePicture, request: Request) -> Response:
    """Return a page as a picture, or that the browser has the same one; it asks with its rights each time."""
    tag = f'"{sha256(drawn.png).hexdigest()[:32]}"'
    kept = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if drawn.top is not None:
        kept["Citeback-Mark"] = f"{drawn.top:.4f}"
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=kept)
    return Response(drawn.png, media_type="image/png", headers=kept)


def _user(request: Request | None) -> str:
    """Return the name of the user, as set by the guard."""
    return str((request.scope.get(USER) if request else "") or YOU)
