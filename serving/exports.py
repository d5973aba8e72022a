"""Exports answers, a checked draft or a table as a file, over HTTP and for assistants."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import APIRouter, Request
from starlette.responses import Response

from citeback.index.errors import SettingsError
from citeback.index.records import Source
from citeback.rag.answer import Turn
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.serving.api import UserRights, check_cells
from citeback.serving.request_schemas import Export, Problem
from citeback.serving.work_queue import WorkQueue
from citeback.wire import answer_files, draft_files, schemas, table_files
from citeback.wire.word.answers import AnsweredQuestion
from citeback.wire.word.package import MEDIA_TYPE

FORMATS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"answers": answer_files.FORMATS, "draft": draft_files.FORMATS, "table": table_files.FORMATS}
)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file with the name that it is saved under."""

    name: str
    media_type: str
    data: bytes


def routes(corpus: Callable[[Rights], AskableCorpus], queue: WorkQueue) -> APIRouter:
    """Return the route that takes work away; `corpus` returns the newest corpus as the user may see it."""
    router = APIRouter(
        prefix="/api", responses={status: {"model": Problem} for status in (403, 409, 422, 429, 503)}
    )

    @router.post("/export", summary="Export answers, a table or a checked draft", response_class=Response)
    async def export(request: Request, asked: Export, whose: UserRights) -> Response:
        base = str(request.base_url).rstrip("/")
        made = await queue.run_long(lambda: exported(corpus(whose), asked, base))
        named = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return Response(made.data, media_type=made.media_type, headers=named)

    return router


def exported(corpus: AskableCorpus, asked: Export, base: str = "") -> ExportedFile:
    """Do the work and return it as a file; `base` is the address that permanent links begin with.

    Raises SettingsError for a format that does not fit, or work without questions or a draft.
    """
    known = FORMATS[asked.what]
    if asked.format not in known:
        raise SettingsError(
            f"{asked.what} cannot be written as {asked.format!r}.", f"choose from {', '.join(known)}"
        )
    needed = "draft" if asked.what == "draft" else "questions"
    if bool(asked.draft.strip()) != (needed == "draft") or bool(asked.questions) != (needed == "questions"):
        raise SettingsError(f"{asked.what} needs {needed} and nothing else.", f"give {needed}")
    work = {"answers": _answers, "draft": _draft, "table": _table}[asked.what]
    suffix = "docx" if asked.format == "footnotes" else asked.format
    return ExportedFile(
        name=f"{asked.what}.{suffix}",
        media_type=known[asked.format],
        data=work(corpus, asked, base),
    )


def encoded(made: ExportedFile) -> schemas.ExportedFile:
    """Return a file for an assistant: as text, or in Base64 if it is not text."""
    text = None if made.media_type in {MEDIA_TYPE, table_files.FORMATS["xlsx"]} else made.data.decode()
    return {
        "name": made.name,
        "media_type": made.media_type,
        "text": text,
        "base64": b64encode(made.data).decode("ascii") if text is None else None,
    }


def _answers(corpus: AskableCorpus, asked: Export, base: str) -> bytes:
    """Answer the questions as a conversation: each may refer to those before it."""
    turns, answered = list[Turn](), list[AnsweredQuestion]()
    for question in asked.questions:
        answer = corpus.ask(question, turns, asked.filter())
        answered.append(AnsweredQuestion(question, answer))
        turns += [Turn("user", question), Turn("assistant", answer.text)]
    return answer_files.answers_file(asked.format, answered, corpus.source, base)


def _draft(corpus: AskableCorpus, asked: Export, base: str) -> bytes:
    draft = Source(text=asked.draft, title="", kind="markdown")
    within = asked.filter()
    claims = list(corpus.check_draft(draft, within))
    documents = sum(map(within.allows, corpus.documents))
    return draft_files.draft_file(
        asked.format, draft, claims, source=corpus.source, base=base, documents=documents
    )


def _table(corpus: AskableCorpus, asked: Export, base: str) -> bytes:
    within = asked.filter()
    check_cells(corpus, asked.questions, within)
    cells = list(corpus.answer_table(asked.questions, within))
    return table_files.table_file(asked.format, asked.questions, cells, base, source=corpus.source)
