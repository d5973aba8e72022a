"""`citeback models`: lists the chat models that are available now."""

from citeback import wire
from citeback.terminal import render, screen
from citeback.terminal.options import Json


def models(json: Json = False) -> None:
    """List the chat models that are available now, by the names to give to --model."""
    from citeback.rag.writing.chat_models import available_models

    with screen.console(stderr=True).status("Looking for servers on this computer"):
        results = list(available_models())
    screen.print_result(wire.models(results), json, render.models, results)
