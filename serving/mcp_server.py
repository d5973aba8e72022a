"""A Model Context Protocol (MCP) server over stdio or HTTP; its tools return the JSON of `wire`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp.types import METHOD_NOT_FOUND, CallToolResult, InputRequiredResult, Tool, ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request

from citeback import wire
from citeback.index.errors import CitebackError
from citeback.index.search.filters import Filter
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import ADMIN, Rights
from citeback.serving.api import MOST_KEY, answer_table, checked_draft, rights, shown_passage
from citeback.serving.http.logging_config import configure_logging
from citeback.serving.work_queue import WorkQueue
from citeback.wire import DocumentFilter, schemas

T = TypeVar("T")

INSTRUCTIONS = (
    "Answers quote the user's own documents word for word, and each sentence gives its exact location. "
    "If `abstained` is true, the documents do not say: tell the user so, and do not answer from memory. "
    "Name the document for every sentence you pass on."
)
NOT_OFFERED = {"prompts/get", "resources/read", "resources/subscribe", "completion/complete"}
READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)


def _as_in_api(field: str) -> Any:
    """Return the name and description that a field of `DocumentFilter` has in the HTTP API."""
    info = DocumentFilter.model_fields[field]
    several = None if info.annotation is str else True
    return Field(validation_alias=info.alias, description=info.description, fail_fast=several)


Paths: TypeAlias = Annotated[tuple[str, ...], _as_in_api("paths")]
Since: TypeAlias = Annotated[str, _as_in_api("since")]
Until: TypeAlias = Annotated[str, _as_in_api("until")]
Kinds: TypeAlias = Annotated[tuple[str, ...], _as_in_api("kinds")]
Authors: TypeAlias = Annotated[tuple[str, ...], _as_in_api("authors")]


def local_rights(_: Context) -> Rights:
    """Return full rights, for an assistant started on this computer."""
    return ADMIN


def request_rights(context: Context) -> Rights:
    """Return the rights of the user who asks over HTTP, as set by the guard."""
    request = context.request_context.request
    if not isinstance(request, Request):
        raise TypeError("an assistant that did not come over HTTP")
    return rights(request)


@dataclass(frozen=True, slots=True)
class DocumentTools:
    """The tools that an assistant calls; each runs in the queue, on the corpus as the user may see it."""

    corpus: Callable[[Rights], AskableCorpus]
    queue: WorkQueue
    rights: Callable[[Context], Rights]

    async def ask(
        self,
        question: str,
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Answer:
        """Answer a question from the user's documents; each sentence cites the words it came from."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: wire.ask(question_input(question), corpus.ask(question, within=within()))
        )

    async def search(
        self,
        question: str,
        context: Context,
        k: Annotated[int, Field(ge=1, le=100)] = 10,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Passages:
        """Find the passages of the user's documents that are nearest to a question, best first."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context,
            lambda corpus: wire.search(question_input(question), corpus.search(question, k, within=within())),
        )

    async def verify(
        self,
        draft: Annotated[str, Field(max_length=wire.DRAFT)],
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.CheckedDraft:
        """Check each sentence of a text against the user's documents, with the words that decide it."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: checked_draft(corpus, draft, within()), self.queue.run_long
        )

    async def table(
        self,
        questions: Annotated[
            tuple[Annotated[str, Field(min_length=1, max_length=wire.QUESTION)], ...],
            Field(min_length=1, max_length=100),
        ],
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.AnswerTable:
        """Ask the same questions of each of the user's documents, at most 200 answers at once."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: answer_table(corpus, questions, within()), self.queue.run_long
        )

    async def list_items(
        self,
        kind: Annotated[str, Field(max_length=100)],
        context: Context,
        most: Annotated[int, Field(ge=1, le=1_000)] = 100,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Listing:
        """List all dates, amounts, emails, links, obligations, people, organisations or places."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context,
            lambda corpus: wire.listing(corpus.list_items(kind, within()), most),
            self.queue.run_long,
        )

    async def documents(
        self,
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Documents:
        """List the user's documents, and the files that could not be read with the reason."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(context, lambda corpus: _documents(corpus, within()))

    async def show(
        self, document: str, start: int, end: int, context: Context, around: int = 400
    ) -> schemas.Shown:
        """Show a cited passage with the text around it; start and end are those of a citation."""
        return await self._run(context, lambda corpus: shown_passage(corpus, document, start, end, around))

    async def _run(
        self,
        context: Context,
        work: Callable[[AskableCorpus], T],
        run: Callable[[Callable[[], T]], Awaitable[T]] | None = None,
    ) -> T:
        rights = self.rights(context)
        try:
            return await (run or self.queue.run)(lambda: work(self.corpus(rights)))
        except CitebackError as error:
            raise ToolError(str(error)) from error


def mcp_server(
    corpus: Callable[[Rights], AskableCorpus],
    queue: WorkQueue,
    rights: Callable[[Context], Rights] = request_rights,
) -> MCPServer:
    """Return the MCP server; `corpus` returns the newest corpus as the user may see it, or raises."""
    configure_logging()
    server = _CitebackServer(
        "citeback",
        title="Citeback",
        instructions=INSTRUCTIONS,
        log_level="WARNING",
        middleware=[_refuse_not_offered],
    )
    tools = DocumentTools(corpus, queue, rights)
    server.tool(annotations=READS)(tools.ask)
    server.tool(annotations=READS)(tools.search)
    server.tool(annotations=READS)(tools.verify)
    server.tool(annotations=READS)(tools.table)
    server.tool(name="list", annotations=READS)(tools.list_items)
    server.tool(annotations=READS)(tools.documents)
    server.tool(annotations=READS)(tools.show)
    return server


class _CitebackServer(MCPServer):
    """The library's server, which by itself ignores arguments that a tool does not take."""

    async def list_tools(self) -> list[Tool]:
        """Return the tools; their schemas say that there are no other arguments."""
        return [
            tool.model_copy(update={"input_schema": {**tool.input_schema, "additionalProperties": False}})
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Run a tool. Raises ToolError for an unknown argument, or if the tool fails."""
        known = {tool.name: tool.input_schema["properties"] for tool in await super().list_tools()}.get(name)
        if known is not None and (unknown := [key[:MOST_KEY] for key in arguments if key not in known]):
            raise ToolError(f"{name} takes no {unknown[0]!r}. Next: choose from {', '.join(known)}.")
        return await super().call_tool(name, arguments, context)


async def _refuse_not_offered(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Refuse requests for prompts and resources: there are none, and the library would log tracebacks."""
    if ctx.method in NOT_OFFERED:
        raise MCPError(METHOD_NOT_FOUND, "Method not found", ctx.method)
    return await call_next(ctx)


def mcp_app(server: MCPServer) -> Starlette:
    """Return the server as an app to mount; `middleware` controls the access."""
    return server.streamable_http_app(streamable_http_path="/", json_response=True, stateless_http=True)


def _filter(
    paths: tuple[str, ...], since: str, until: str, kinds: tuple[str, ...], authors: tuple[str, ...]
) -> Callable[[], Filter]:
    """Return what makes the filter: in the queue, where a wrong pattern or date is an error of the tool."""
    return DocumentFilter(paths=paths, since=since, until=until, kinds=kinds, authors=authors).filter


def question_input(question: str) -> wire.QuestionInput:
    """Return a question as it is answered. Raises ToolError if it is empty or too long."""
    try:
        return wire.single_question(question)
    except ValueError as error:
        raise ToolError(str(error)) from error


def _documents(corpus: AskableCorpus, within: Filter) -> schemas.Documents:
    return wire.documents(filter(within.allows, corpus.documents), corpus.failures)
