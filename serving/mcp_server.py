"""A Model Context Protocol (MCP) server over stdio or HTTP; `mcp_tools` has what it offers."""

from collections.abc import Callable
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
from citeback.serving.mcp_tools import DocumentTools
from citeback.serving.saved_questions import SavedQuestionTools, SavedQuestionWork
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
    return rights(http_request(context))


def http_request(context: Context) -> Request:
    """Return the request that an assistant came with."""
    request = context.request_context.request
    if not isinstance(request, Request):
        raise TypeError("an assistant that did not come over HTTP")
    return request


def mcp_server(
    corpus: Callable[[Rights], AskableCorpus],
    queue: WorkQueue,
    rights: Callable[[Context], Rights] = request_rights,
    saved: Callable[[Context], SavedQuestionWork] | None = None,
) -> MCPServer:
    """Return the MCP server; `corpus` returns the newest corpus as the user may see it, or raises.

    `saved` returns the saved questions of the user; without it there are no tools for them.
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
    server.tool(annotations=READS)(tools.documents)
    server.tool(annotations=READS)(tools.show)
    if saved is not None:
        questions = SavedQuestionTools(saved, queue)
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
