"""`citeback watch`: syncs the index with its folders until Ctrl-C."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import wire
from terminal import opened, render, screen
from terminal.options import STORE, At, Json

if TYPE_CHECKING:
    from index.report import Report
    from index.watch import Told


def watch(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", exists=True, help="Added to the folders that the index remembers."),
    ] = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Keep the index up to date with your folders as their files change, until Ctrl-C.

    After each change, the output is that of citeback index. If a folder is missing for a while, as on a disk
    that was unplugged, watch waits for it and keeps its documents in the index.
    """
    from index.store import Store
    from index.sync import sync
    from index.watch import Follower
    from rag.corpus import load_encoder

    where = Store(store)
    with screen.stoppable("Stopped. The index stays as it is."):
        with screen.progress() as bars:
            report = sync(where, folders or [], load=load_encoder, progress=bars)
        _tell(json, report)
        screen.console(stderr=True).print("Watching the folders. Press Ctrl-C to stop.")
        Follower(where, load_encoder, partial(_tell, json))()


def _tell(json: bool, told: "Told") -> None:
    from index.errors import StoreError

    if isinstance(told, StoreError):
        screen.console(stderr=True).print(screen.line(f"Waiting: {told.message}"), style="yellow")
    else:
        _show(json, told)


def _show(json: bool, report: "Report") -> None:
    opened.notices(report.notices)
    shown = wire.report(report)
    if json:
        typer.echo(wire.dumps(shown))
    else:
        screen.console().print(render.indexed(shown))
