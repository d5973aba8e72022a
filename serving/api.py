"""The HTTP API, which returns the JSON of `wire`.

`/api/openapi.json` describes it for programs, docs/manual/programs.md for people.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from citeback import wire
from citeback.index.errors import AccessDenied, CitebackError, NoGeneration, SettingsError, UnknownDocument
from citeback.index.records import Source, Span
from citeback.index.search.filters import Filter
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    DraftUpdated,
    Retrieved,
    SentenceVerified,
    Turn,
)
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.rag.saved_questions import UnknownQuestion
from citeback.serving.access.middleware import RIGHTS
from citeback.serving.http.error_responses import error_event, error_response, server_sent_event
from citeback.serving.request_schemas import (
    Draft,
    Problem,
    Question,
    Search,
    Table,
    WhichConflicts,
    WhichDates,
    WhichDocuments,
    WhichItems,
    WhichPassage,
    WhichSummary,
)
from citeback.serving.work_queue import QueueFull, WorkQueue
from citeback.wire import folder_schemas, schemas
from citeback.wire.reference_formats import MEDIA_TYPES, ReferenceFormat, references
from citeback.wire.word.answers import AnsweredQuestion, answers_document
from citeback.wire.word.package import MEDIA_TYPE

STATUS: Mapping[type[CitebackError], int] = MappingProxyType(
    {
        AccessDenied: 403,
        UnknownDocument: 404,
        UnknownQuestion: 404,
        NoGeneration: 409,
        SettingsError: 422,
        QueueFull: 503,
    }
)

MOST_SHOWN = 1_000_000
"""Maximum characters of a document in one response; more would fill the memory."""

UNKNOWN_KEY = "extra_forbidden"
MOST_CELLS = 200
"""Maximum cells of a table in one response: each takes as long as a question."""
MOST_PROBLEMS, MOST_KEY = 10, 100
"""Maximum invalid values that one error names, and characters of a key in it."""

RETRY_AFTER = "5"
"""Seconds after which a client may ask again if too many are waiting."""

BROKEN = "tell whoever runs this page; the terminal shows the reason"
OWN_MESSAGES = MappingProxyType(
    {404: "There is nothing at this address.", 405: "This address does not accept this method."}
)


class Json(Response):
    """A JSON response, formatted as by `--json`."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the content as one line of JSON."""
        return wire.dumps(content)


def app(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """Return an app without routes that reports errors as JSON.

    FastAPI's documentation pages are disabled, since they load scripts from elsewhere.
    """
    made = FastAPI(
        title="Citeback",
        description="Ask questions about your documents; every sentence cites the exact words it came from.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    made.add_exception_handler(CitebackError, _citeback_error)
    made.add_exception_handler(RequestValidationError, _validation_error)
    made.add_exception_handler(HTTPException, _http_error)
    made.add_exception_handler(Exception, _unexpected_error)
    return made


def rights(request: Request) -> Rights:
    """Return the rights of the user, as set by the guard."""
    given = request.scope[RIGHTS]
    if not isinstance(given, Rights):
        raise TypeError("no guard stands before this route")
    return given


UserRights = Annotated[Rights, Depends(rights)]


def routes(corpus: Callable[[Rights], AskableCorpus], queue: WorkQueue) -> APIRouter:
    """Return the routes under /api; `corpus` returns the newest corpus as the user may see it."""
    notice: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem} for status in (403, 404, 409, 422, 429, 503)
    }
    router = APIRouter(prefix="/api", default_response_class=Json, responses=notice)
    _add_questions(router, corpus, queue)
    _add_long_work(router, corpus, queue)
    _add_folder_work(router, corpus, queue)
    _add_documents(router, corpus)
    return router


def _add_questions(router: APIRouter, corpus: Callable[[Rights], AskableCorpus], queue: WorkQueue) -> None:
    """Add the requests that are answered in seconds."""

    @router.post(
        "/ask", summary="Answer a question in sentences that cite the documents", **_responses(schemas.Answer)
    )
    async def ask(request: Request, question: Question, whose: UserRights) -> Response:
        turns, within = history(question), question.filter()
        if question.stream and question.format != "json":
            raise SettingsError("Only JSON is streamed.", "leave out stream or format")
        if question.stream:
            events = queue.each(lambda: corpus(whose).stream(question.question, turns, within))
            return StreamingResponse(_events(question, events), media_type="text/event-stream")
        answer = await queue.run(lambda: corpus(whose).ask(question.question, turns, within))
        if question.format == "json":
            return Json(wire.ask(question, answer))
        return answer_file(question, answer, corpus(whose).source, str(request.base_url).rstrip("/"))

    @router.post("/search", summary="Find passages without an answer", **_responses(schemas.Passages))
    async def search(asked: Search, whose: UserRights) -> Response:
        turns, within = history(asked), asked.filter()
        passages = await queue.run(lambda: corpus(whose).search(asked.question, asked.k, turns, within))
        return Json(wire.search(asked, passages))


def _add_long_work(router: APIRouter, corpus: Callable[[Rights], AskableCorpus], queue: WorkQueue) -> None:
    """Add the requests that may take minutes, and wait in a separate queue."""

    @router.post("/verify", summary="Check each sentence of a draft", **_responses(schemas.CheckedDraft))
    async def verify(draft: Draft, whose: UserRights) -> Response:
        return Json(await queue.run_long(lambda: checked_draft(corpus(whose), draft.draft, draft.filter())))

    @router.post("/table", summary="Ask each document the same questions", **_responses(schemas.AnswerTable))
    async def table(asked: Table, whose: UserRights) -> Response:
        return Json(
            await queue.run_long(lambda: answer_table(corpus(whose), asked.questions, asked.filter()))
        )

    @router.get("/list", summary="List every item of a kind in the documents", **_responses(schemas.Listing))
    async def list_items(asked: Annotated[WhichItems, Query()], whose: UserRights) -> Response:
        listing = await queue.run_long(lambda: corpus(whose).list_items(asked.kind, asked.filter()))
        return Json(wire.listing(listing, asked.most))


def _add_folder_work(router: APIRouter, corpus: Callable[[Rights], AskableCorpus], queue: WorkQueue) -> None:
    """Add the requests that read all documents, and wait like long work."""

    @router.get(
        "/conflicts",
        summary="List where documents contradict each other",
        **_responses(folder_schemas.Conflicts),
    )
    async def conflicts(asked: Annotated[WhichConflicts, Query()], whose: UserRights) -> Response:
        listing = await queue.run_long(lambda: corpus(whose).conflicts(asked.filter()))
        return Json(wire.conflicts(listing, asked.most))

    @router.get("/timeline", summary="List dated statements in order", **_responses(folder_schemas.Timeline))
    async def timeline(asked: Annotated[WhichDates, Query()], whose: UserRights) -> Response:
        timeline = await queue.run_long(lambda: corpus(whose).timeline(asked.filter(), asked.about))
        return Json(wire.timeline(timeline, asked.most))

    @router.get("/summary", summary="Quote the key sentences", **_responses(folder_schemas.Summary))
    async def summary(asked: Annotated[WhichSummary, Query()], whose: UserRights) -> Response:
        summary = await queue.run_long(
            lambda: corpus(whose).summary(asked.filter(), asked.about, asked.document, asked.sentences)
        )
        return Json(wire.summary(summary))


def _add_documents(router: APIRouter, corpus: Callable[[Rights], AskableCorpus]) -> None:
    """Add the requests that read the index without a model."""

    @router.get("/documents", summary="List documents and unread files", **_responses(schemas.Documents))
    def documents(kept: Annotated[WhichDocuments, Query()], whose: UserRights) -> Response:
        api_corpus, within = corpus(whose), kept.filter()
        return Json(wire.documents(filter(within.allows, api_corpus.documents), api_corpus.failures))

    @router.get("/show", summary="Show a passage in its document", **_responses(schemas.Shown))
    def show(asked: Annotated[WhichPassage, Query()], whose: UserRights) -> Response:
        return Json(shown_passage(corpus(whose), asked.document, asked.start, asked.end, asked.around))


def _responses(model: type) -> dict[str, Any]:
    """Return the OpenAPI description of a response."""
    return {"responses": {200: {"model": model}}}


def shown_passage(corpus: AskableCorpus, document: str, start: int, end: int, around: int) -> schemas.Shown:
    """Return a passage in context.

    Raises UnknownDocument, or SettingsError for a span that is invalid or too long to show at once.
    """
    source = corpus.source(document)
    if not 0 <= start < end <= len(source.text) or around < 0:
        raise SettingsError(f"start must be below end, and end at most {len(source.text)}.")
    if end - start + 2 * around > MOST_SHOWN:
        raise SettingsError(f"At most {MOST_SHOWN:,} characters can be shown at once.")
    return wire.show(document, source, Span(start, end), around)


def answer_file(asked: Question, answer: Answer, source: Callable[[str], Source], base: str) -> Response:
    """Return an answer as a file; `base` is the address that permanent links begin with."""
    if asked.format == "docx":
        data = answers_document(asked.question, [AnsweredQuestion(asked.question, answer)], base)
        return Response(data, media_type=MEDIA_TYPE)
    form = ReferenceFormat(asked.format)
    return Response(references(form, answer, source, base), media_type=MEDIA_TYPES[form])


def checked_draft(corpus: AskableCorpus, draft: str, within: Filter) -> schemas.CheckedDraft:
    """Return every sentence of a draft with its verdict. Raises SettingsError for one without sentences."""
    claims = corpus.check_draft(Source(text=draft, title="", kind="markdown"), within)
    return wire.checked_draft(claims, sum(map(within.allows, corpus.documents)))


def answer_table(corpus: AskableCorpus, questions: Sequence[str], within: Filter) -> schemas.AnswerTable:
    """Return the answers of each document. Raises SettingsError for more cells than one response may have."""
    check_cells(corpus, questions, within)
    return wire.answer_table(questions, corpus.answer_table(questions, within))


def check_cells(corpus: AskableCorpus, questions: Sequence[str], within: Filter) -> None:
    """Raise SettingsError for more cells than one response may have."""
    cells = len(questions) * sum(map(within.allows, corpus.documents))
    if cells > MOST_CELLS:
        raise SettingsError(
            f"{cells:,} cells at once; at most {MOST_CELLS} are answered.",
            "ask of fewer documents (in), or type citeback table",
        )


def history(asked: wire.QuestionInput) -> tuple[Turn, ...]:
    """Return the history of a question as turns."""
    return tuple(Turn("user" if s.role == "user" else "assistant", s.text) for s in asked.history or ())


async def _events(asked: wire.QuestionInput, events: AsyncIterator[AnswerEvent]) -> AsyncIterator[bytes]:
    """Yield server-sent events: `found`, then `draft` and `sentence` events, then `answer` or `error`."""
    try:
        async for event in events:
            match event:
                case Retrieved():
                    yield _server_sent_event("found", wire.retrieved(event))
                case DraftUpdated(text=text):
                    yield _server_sent_event("draft", {"text": text})
                case SentenceVerified(sentence=sentence):
                    yield _server_sent_event("sentence", wire.sentence(sentence))
                case AnswerCompleted(answer=answer):
                    yield _server_sent_event("answer", wire.ask(asked, answer))
    except CitebackError as error:
        yield error_event(error.message, error.remedy)


def _server_sent_event(name: str, value: Mapping[str, object]) -> bytes:
    return server_sent_event(name, wire.dumps(value))


def _citeback_error(_: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    message, remedy = getattr(error, "message", str(error)), getattr(error, "remedy", "")
    again = {"Retry-After": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(Problem(error=message, next=remedy).model_dump(), status, again)


def _http_error(request: Request, error: Exception) -> Response:
    """Convert errors of Starlette and FastAPI, such as an unknown path, a wrong method or invalid JSON."""
    status, headers = getattr(error, "status_code", 500), getattr(error, "headers", None)
    if request.url.path.startswith("/api") and status == HTTPStatus.BAD_REQUEST:
        return error_response(request.url.path, 422, "The body is not valid JSON in UTF-8.")
    words = OWN_MESSAGES.get(status, str(getattr(error, "detail", error)))
    return error_response(request.url.path, status, words, headers=headers)


def _unexpected_error(request: Request, _: Exception) -> Response:
    return error_response(request.url.path, 500, "Citeback failed because of an internal error.", BROKEN)


def _validation_error(_: Request, error: Exception) -> Response:
    result: list[dict[str, Any]] = list(getattr(error, "errors", list)())[:MOST_PROBLEMS]
    message = "; ".join(map(_invalid_value, result))
    unknown = any(each["type"] == UNKNOWN_KEY for each in result)
    remedy = "leave the unknown key out; /api/openapi.json lists the known ones" if unknown else ""
    problem = Problem(error=message or "This is not a valid question.", next=remedy)
    return JSONResponse(problem.model_dump(), 422)


def _invalid_value(problem: Mapping[str, Any]) -> str:
    """Return where a value is invalid and why, shortened, since the sender chooses the length of a key."""
    where = ".".join(str(part)[:MOST_KEY] for part in problem["loc"][1:])
    return f"{where}: {'unknown key' if problem['type'] == UNKNOWN_KEY else problem['msg']}"
