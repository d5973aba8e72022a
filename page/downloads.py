"""What can be taken away from the Review tab, and the address that takes drafts."""

import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from citeback.page.presenters.review.tables import TableHandlers
from citeback.page.state.folders import upload_problem
from citeback.page.state.review.saved_drafts import DraftStore
from citeback.rag.rights import Rights
from citeback.serving.api import UserRights
from citeback.serving.uploads import UploadStore
from citeback.wire.table_files import FORMATS, table_file
from citeback.wire.word.claim_comments import commented_draft, draft_document
from citeback.wire.word.package import MEDIA_TYPE

LARGEST = 16 * 2**20  # bytes of a draft
WAITING, MANY = 64 * 2**20, 8  # bytes and number of one user's drafts that wait to be read
SUFFIXES = (".md", ".markdown", ".txt", ".docx", ".docm")
_UNSAFE = re.compile(r"[^\w .-]+", re.ASCII)


def draft_problem(name: str, size: int = 0) -> str:
    """Return why a file of this name and size (bytes) is not taken as a draft, or ""."""
    if not name.lower().endswith(SUFFIXES):
        return f"a draft is one of {', '.join(SUFFIXES)}"
    return upload_problem(name, size, LARGEST)


def routes(
    waiting: UploadStore,
    drafts: Callable[[Rights], DraftStore],
    tables: Callable[[str, Rights], TableHandlers],
    user: Callable[[Request], str],
) -> APIRouter:
    """Return the routes: drafts to check go in and come back with comments, and tables are taken away."""
    router = APIRouter()

    @router.post("/drafts", status_code=201, include_in_schema=False)
    async def take(request: Request, name: str) -> dict[str, str]:
        return {"upload": await waiting.receive(user(request), name, request.stream())}

    @router.get("/drafts/{key}.docx", include_in_schema=False)
    def checked(request: Request, key: str, whose: UserRights) -> Response:
        draft = drafts(whose).open(user(request), key)
        if draft is None:
            raise HTTPException(404, "There is no such draft.")
        base = base_of(request)
        data = (
            commented_draft(draft.file, draft.claims, base)
            if draft.file
            else draft_document(draft.source, draft.claims, base)
        )
        return attachment(data, f"{draft.name.removesuffix('.docx')} checked.docx", MEDIA_TYPE)

    @router.get("/tables/{key}.{suffix}", include_in_schema=False)
    def table(request: Request, key: str, suffix: str, whose: UserRights) -> Response:
        now = tables(user(request), whose).download(key) if suffix in FORMATS else None
        if now is None:
            raise HTTPException(404, "There is no such table.")
        cells = [cell.cell for row in now.rows for cell in row.cells if cell]
        data = table_file(suffix, now.questions, cells, base_of(request), now.name)
        return attachment(data, f"{now.name}.{suffix}", FORMATS[suffix])

    return router


def base_of(request: Request) -> str:
    """Return the address of this server, which permanent links begin with."""
    return str(request.base_url).rstrip("/")


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """Return a response that a browser saves under a name."""
    plain = _UNSAFE.sub("_", name).strip() or "file"
    return Response(
        data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{plain}"'}
    )
