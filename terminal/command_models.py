"""`citeback models`: lists the chat models that are available now."""

import typer

import wire
from terminal import render, screen
from terminal.options import Json


def models(json: Json = False) -> None:
    """List the chat models that are available now, each as --model takes it."""
    from rag.llm.models import reachable

    with screen.console(stderr=True).status("Looking for servers on this computer"):
        found = list(reachable())
    if json:
        typer.echo(wire.dumps(wire.models(found)))
    else:
        screen.console().print(render.models(found))
