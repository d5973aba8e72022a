"""What can be taken away from the page, and the address that takes drafts."""

import re
from collections.abc import Callable
from typing import Protocol

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from citeback.index.errors import CitebackError, HistoryError
from citeback.index.records import Source
from citeback.page.presenters.review.tables import TableHandlers
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.folders import upload_problem
from citeback.page.state.review.saved_drafts import DraftStore
from citeback.page.views import citation_page, export
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.serving.api import UserRights
from citeback.serving.uploads import UploadStore
from citeback.wire import draft_files
from citeback.wire.draft_files import draft_file
from citeback.wire.reference_formats import unknown_source
from citeback.wire.table_files import FORMATS, table_file

DRAFTS_AT = "/drafts"
NAME = 60  # characters of a conversation's name in a file name
LARGEST = 16 * 2**20  # bytes of a draft
WAITING, MANY = 64 * 2**20, 8  # bytes and number of one user's drafts that wait to be read
SUFFIXES = (".md", ".markdown", ".txt", ".docx", ".docm")
_UNSAFE = re.compile(r"[^\w .-]+", re.ASCII)


def draft_problem(name: str, size: int = 0) -> str:
    """Return why a file of this name and size (bytes) is not taken as a draft, or ""."""
    if not name.lower().endswith(SUFFIXES):
        return f"a draft is one of {', '.join(SUFFIXES)}"
    return upload_problem(name, size, LARGEST)


class KeptForUsers(Protocol):
    """What is kept for users, and the documents as they may see them."""

    @property
    def waiting_drafts(self) -> UploadStore:
        """Return the drafts that have been sent and not been read yet."""

    def visible_corpus(self, whose: Rights) -> AskableCorpus:
        """Return the newest corpus as the user may see it. Raises CitebackError."""

    def conversations_of(self, whose: Rights) -> ConversationStore:
        """Return the conversations as the user may read them."""

    def drafts_of(self, whose: Rights) -> DraftStore:
        """Return the saved drafts as the user may read them."""

    def tables_of(self, owner: str, whose: Rights) -> TableHandlers:
        """Return the tables of a user, as the user may see them."""


def routes(kept: KeptForUsers, user: Callable[[Request], str]) -> APIRouter:
    """Return the routes: drafts to check go in, and what is kept for a user is taken away."""
    router = APIRouter()

    @router.post(DRAFTS_AT, status_code=201, include_in_schema=False)
    async def take(request: Request, name: str) -> dict[str, str]:
        return {"upload": await kept.waiting_drafts.receive(user(request), name, request.stream())}

    @router.get("/drafts/{key}.{suffix}", include_in_schema=False)
    def checked(
        request: Request, key: str, suffix: str, whose: UserRights, footnotes: bool = False
    ) -> Response:
        form = "footnotes" if footnotes and suffix == "docx" else suffix
        known = form in draft_files.FORMATS and suffix != "footnotes"
        draft = kept.drafts_of(whose).open(user(request), key) if known else None
        if draft is None:
            raise HTTPException(404, "There is no such draft.")
        data = draft_file(
            form,
            draft.source,
            draft.claims,
            source=_sources(kept, whose),
            base=base_of(request),
            word=draft.file,
            documents=draft.documents,
        )
        name = f"{draft.name.removesuffix('.docx')} checked.{suffix}"
        return attachment(data, name, draft_files.FORMATS[form])

    @router.get("/tables/{key}.{suffix}", include_in_schema=False)
    def table(request: Request, key: str, suffix: str, whose: UserRights) -> Response:
        now = kept.tables_of(user(request), whose).download(key) if suffix in FORMATS else None
        if now is None:
            raise HTTPException(404, "There is no such table.")
        cells = [cell.cell for row in now.rows for cell in row.cells if cell]
        data = table_file(suffix, now.questions, cells, base_of(request), now.name, _sources(kept, whose))
        return attachment(data, f"{now.name}.{suffix}", FORMATS[suffix])

    @router.get("/conversations/{key}.{suffix}", include_in_schema=False)
    def conversation(
        request: Request, key: str, suffix: str, whose: UserRights, answer: int | None = None
    ) -> Response:
        conversations = kept.conversations_of(whose)
        try:
            exchanges = conversations.open(user(request), key)
            name = conversations.name(user(request), key)
        except HistoryError as error:
            return page(error, 503)
        if answer is not None and exchanges:
            exchanges = exchanges[answer : answer + 1] if answer >= 0 else ()
            name = exchanges[0].question if exchanges else name
        if not exchanges or suffix not in export.FORMATS:
            return page(CitebackError("There is no such conversation."), 404)
        source = _sources(kept, whose)
        written = export.export(suffix, name, exchanges, source, base_of(request))
        return attachment(written, f"{name[:NAME]}.{suffix}", export.FORMATS[suffix])

    return router


def _sources(kept: KeptForUsers, whose: Rights) -> Callable[[str], Source]:
    """Return what looks up cited documents, as far as there is an index."""
    try:
        return kept.visible_corpus(whose).source
    except CitebackError:
        return unknown_source


def page(error: CitebackError, status: int) -> Response:
    """Return a page with an error message."""
    policy = {"Content-Security-Policy": citation_page.POLICY}
    return HTMLResponse(citation_page.error_page(error), status, headers=policy)


def base_of(request: Request) -> str:
    """Return the address of this server, which permanent links begin with."""
    return str(request.base_url).rstrip("/")


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """Return a response that a browser saves under a name."""
    plain = _UNSAFE.sub("_", name).strip() or "file"
    return Response(
        data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{plain}"'}
    )
