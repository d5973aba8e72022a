"""How a request is turned down: JSON where programs ask, plain words elsewhere. Must never know why."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response

from serving.schemas import Problem

PROGRAMS = ("/api", "/uploads")
"""Where the addresses begin whose answers are read by programs."""


def refusal(
    path: str, status: int, message: str, remedy: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer to a request for `path` that is turned down."""
    if path.startswith(PROGRAMS):
        problem = Problem(error=message, next=remedy).model_dump()
        return JSONResponse(problem, status, headers=dict(headers or {}))
    words = f"{message} Next: {remedy}." if remedy else message
    return PlainTextResponse(words, status, headers=dict(headers or {}))
