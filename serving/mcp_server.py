"""A Model Context Protocol (MCP) server over stdio or HTTP; `mcp_tools` has its tools."""

from collections.abc import Callable
from functools import partial
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp.types import METHOD_NOT_FOUND, CallToolResult, InputRequiredResult, Tool, ToolAnnotations
from starlette.applications import Starlette
from starlette.requests import Request

from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import ADMIN, Rights
from citeback.serving.api import MOST_KEY, rights
from citeback.serving.http.logging_config import configure_logging
from citeback.serving.mcp_saved_questions import SavedQuestionTools
from citeback.serving.mcp_tools import DocumentTools
from citeback.serving.saved_questions import SavedQuestionWork
from citeback.serving.work_queue import WorkQueue

INSTRUCTIONS = (
    "Answers quote the user's own documents word for word, and each sentence gives its exact location. "
    "If `abstained` is true, the documents do not say: tell the user so, and do not answer from memory. "
    "Name the document for every sentence you pass on."
)
NOT_OFFERED = {"prompts/get", "resources/read", "resources/subscribe", "completion/complete"}
READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
KEEPS = ToolAnnotations(readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=False)
DELETES = ToolAnnotations(readOnlyHint=False, destructiveHint=True, idempotentHint=True, openWorldHint=False)


def local_rights(_: Context) -> Rights:
    """Return full rights, for an assistant started on this computer."""
    return ADMIN


def request_rights(context: Context) -> Rights:
    """Return the rights of the user who asks over HTTP, as set by the guard."""
    request = http_request(context)
    if request is None:
        raise TypeError("an assistant that did not come over HTTP")
    return rights(request)


def _own_questions(
    saved: Callable[[Request | None, Rights], SavedQuestionWork],
    rights: Callable[[Context], Rights],
    context: Context,
) -> SavedQuestionWork:
    return saved(http_request(context), rights(context))


def http_request(context: Context) -> Request | None:
    """Return the request that an assistant came with, or None if it came otherwise."""
    request = context.request_context.request
    return request if isinstance(request, Request) else None


def mcp_server(
    corpus: Callable[[Rights], AskableCorpus],
    queue: WorkQueue,
    rights: Callable[[Context], Rights] = request_rights,
    saved: Callable[[Request | None, Rights], SavedQuestionWork] | None = None,
) -> MCPServer:
    """Return the MCP server; `corpus` returns the newest corpus as the user may see it, or raises.

    `saved` returns the saved questions of whoever sent a request, or None for an assistant on this computer;
    without it there are no tools for them.
    """
    configure_logging()
    server = _CitebackServer(
        "citeback",
        title="Citeback",
        instructions=INSTRUCTIONS,
        log_level="WARNING",
        middleware=[_refuse_not_offered],
    )
    tools = DocumentTools(corpus=corpus, queue=queue, rights=rights)
    server.tool(annotations=READS)(tools.ask)
    server.tool(annotations=READS)(tools.search)
    server.tool(annotations=READS)(tools.verify)
    server.tool(annotations=READS)(tools.table)
    server.tool(name="list", annotations=READS)(tools.list_items)
    server.tool(annotations=READS)(tools.conflicts)
    server.tool(annotations=READS)(tools.timeline)
    server.tool(annotations=READS)(tools.summary)
    server.tool(annotations=READS)(tools.export)
    server.tool(annotations=READS)(tools.documents)
    server.tool(annotations=READS)(tools.show)
    if saved is not None:
        questions = SavedQuestionTools(partial(_own_questions, saved, rights), queue)
        server.tool(annotations=KEEPS)(questions.saved_questions)
        server.tool(annotations=KEEPS)(questions.save_question)
        server.tool(annotations=DELETES)(questions.delete_question)
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
