"""Responses to refused requests: JSON for programs, plain text for people, and events for streams."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response

from citeback.serving.request_schemas import Problem

PROGRAMS = ("/api", "/uploads")
"""Path prefixes whose responses are read by programs."""


def error_response(
    path: str, status: int, message: str, remedy: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """Return the response to a refused request for `path`."""
    if path.startswith(PROGRAMS):
        problem = Problem(error=message, next=remedy).model_dump()
        return JSONResponse(problem, status, headers=dict(headers or {}))
    words = f"{message} Next: {remedy}." if remedy else message
    return PlainTextResponse(words, status, headers=dict(headers or {}))


def server_sent_event(name: str, data: bytes) -> bytes:
    """Return an event of a stream."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def error_event(message: str, remedy: str = "") -> bytes:
    """Return the last event of a stream that ends without an answer."""
    return server_sent_event("error", Problem(error=message, next=remedy).model_dump_json().encode())
