"""The same answers for assistants: a server of the Model Context Protocol (MCP), over stdio or HTTP.

Must never know the page or how answers are made. What a tool returns is the JSON of `wire`.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

import wire
from index.errors import CitebackError
from index.within import Filter
from serving.api import Asked, shown
from serving.logs import write_plainly
from serving.queue import Queue
from serving.schemas import Kept
from wire import shapes

T = TypeVar("T")

INSTRUCTIONS = (
    "Answers come from the user's own documents, word for word, each sentence with the exact place it "
    "stands at. Where `abstained` is true the documents do not say: tell the user so, and answer nothing "
    "from memory. Name the document of every sentence you pass on."
)
READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)


def server(corpus: Callable[[], Asked], queue: Queue) -> MCPServer:
    """Return the server. `corpus` returns the newest generation or raises."""
    write_plainly()
    made = MCPServer("citeback", title="Citeback", instructions=INSTRUCTIONS, log_level="WARNING")

    async def told(work: Callable[[], T]) -> T:
        try:
            return await queue.run(work)
        except CitebackError as error:
            raise ToolError(str(error)) from error

    @made.tool(annotations=READS)
    @_spread
    async def ask(question: str, kept: Kept) -> shapes.Answer:
        """Answer a question from the user's documents; each sentence cites the words it came from."""
        return await told(lambda: wire.ask(_one(question), corpus().ask(question, within=kept.filter())))

    @made.tool(annotations=READS)
    @_spread
    async def search(question: str, kept: Kept, k: int = 10) -> shapes.Passages:
        """Find the passages of the user's documents that are nearest to a question, best first."""
        most = max(1, min(k, 100))
        return await told(
            lambda: wire.search(_one(question), corpus().search(question, most, within=kept.filter()))
        )

    @made.tool(annotations=READS)
    @_spread
    async def documents(kept: Kept) -> shapes.Documents:
        """List the user's documents, and the files that could not be read with the reason."""
        return await told(lambda: _documents(corpus(), kept.filter()))

    @made.tool(annotations=READS)
    async def show(document: str, start: int, end: int, around: int = 400) -> shapes.Shown:
        """Show a cited passage with the text around it; start and end are those of a citation."""
        return await told(lambda: shown(corpus(), document, start, end, around))

    return made


def over_http(made: MCPServer) -> Starlette:
    """Return the server as an app to be mounted; who may come in is for `guard` to say."""
    return made.streamable_http_app(streamable_http_path="/", json_response=True, stateless_http=True)


def _one(question: str) -> wire.Asked:
    try:
        return wire.one(question)
    except ValueError as error:
        raise ToolError(str(error)) from error


def _documents(corpus: Asked, within: Filter) -> shapes.Documents:
    return wire.documents(filter(within.allows, corpus.documents), corpus.failures)


def _spread(tool: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Return a tool that takes the fields of `kept` one by one, by the names that the API has for them."""
    names = {field.alias or name for name, field in Kept.model_fields.items()}

    @wraps(tool)
    async def called(**given: Any) -> T:
        kept = Kept.model_validate({name: given.pop(name) for name in names & given.keys()})
        return await tool(**given, kept=kept)

    found = signature(tool)
    own = [each for each in found.parameters.values() if each.name != "kept"]
    more = [*own, *map(_parameter, Kept.model_fields)]
    called.__dict__["__signature__"] = Signature(more, return_annotation=found.return_annotation)
    return called


def _parameter(name: str) -> Parameter:
    """Return a field of `Kept` as a parameter, described as it is in the API."""
    field = Kept.model_fields[name]
    described = Field(alias=field.alias, description=field.description)
    annotation: Any = Annotated[field.annotation, described]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=field.default, annotation=annotation)
