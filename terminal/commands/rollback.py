"""`citeback rollback`: lists the kept generations and goes back to one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from citeback import wire
from citeback.terminal import screen
from citeback.terminal.options import STORE, At, Json

if TYPE_CHECKING:
    from collections.abc import Sequence


def rollback(
    number: Annotated[
        int | None, typer.Argument(metavar="N", min=1, help="Number of a generation, as shown by --list.")
    ] = None,
    store: At = STORE,
    listing: Annotated[bool, typer.Option("--list", help="List the kept generations and exit.")] = False,
    json: Json = False,
) -> None:
    """Go back to an earlier generation of the index: to N, or to the one before the current one.

    The generation is published again under a new number, so you can undo a rollback in the same way. Your
    files do not change, and the next citeback index indexes them again.
    """
    from citeback.index import any_store

    where = any_store.open_store(store)
    if not listing:
        done = any_store.rollback(where, number)
        message = f"Generation {done.restored} is the current one again, as generation {done.number}."
        screen.console(stderr=True).print(message)
    kept = wire.history(any_store.history(where))
    if json:
        typer.echo(wire.dumps(kept))
    elif kept["generations"]:
        screen.console().print(_table(kept["generations"]))
    else:
        screen.console().print(f"Nothing is indexed in {store}.", markup=False)


def _table(generations: "Sequence[dict[str, Any]]") -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    # "failed" in the JSON counts the files of unsupported formats as well.
    for name in ("generation", "published", "documents", "chunks", "not read"):
        table.add_column(name, justify="left" if name == "published" else "right")
    table.add_column("")
    for n, kept in enumerate(generations):
        counts = (f"{kept[name]:,}" for name in ("documents", "chunks", "failed"))
        table.add_row(
            str(kept["generation"]), kept["published"][:19], *counts, screen.safe_line(_note(n, kept))
        )
    return table


def _note(n: int, kept: dict[str, Any]) -> str:
    notes = [
        "current" if n == 0 and not kept["problem"] else "",
        f"as generation {kept['restored']}" if kept["restored"] else "",
        f"damaged: {kept['problem']}" if kept["problem"] else "",
    ]
    return ", ".join(filter(None, notes))
