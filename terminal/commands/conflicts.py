"""`citeback conflicts`: lists contradicting statements of different documents."""

from typing import TYPE_CHECKING, Annotated

import typer

from citeback import wire
from citeback.terminal import render_folders, screen, stores
from citeback.terminal.options import STORE, At, Authors, Json, Kinds, Paths, Since, Until, within

if TYPE_CHECKING:
    from citeback.rag.conflicts.finder import ConflictSearch

SHOWN = 50  # conflicts shown without --all
INTERRUPTED = 130


def conflicts(
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every conflict, not only the first 50.")
    ] = False,
    store: At = STORE,
    json: Json = False,
) -> None:
    """List where documents contradict each other: in a number, a date, a name, a yes or no.

    Ctrl-C shows the conflicts so far; the same command then continues.
    """
    from citeback.index.any_store import machine_directory
    from citeback.index.search.analyzer import Analyzer
    from citeback.rag.conflicts.finder import ConflictSearch
    from citeback.rag.conflicts.saved_pairs import SavedPairs
    from citeback.rag.reader.loading import load_claim_reader

    options = within(paths, since, until, kinds, authors)
    with stores.opened_generation(store) as generation:
        key = f"{generation.number} {generation.fingerprint} {options!r}"
        with SavedPairs.open(machine_directory(store), key) as saved:
            search = ConflictSearch(
                generation=generation,
                analyzer=Analyzer(generation.settings.language),
                within=options,
                saved=saved,
                open_reader=load_claim_reader,
            )
            with screen.stop_on_interrupt("Stopped; nothing has been compared yet.", INTERRUPTED):
                total = len(search.statements)
            stopped = _run(search, total)
            listing = search.listing()
    screen.print_result(
        wire.conflicts(listing), json, render_folders.conflicts, listing, None if everything else SHOWN
    )
    if stopped:
        screen.console(stderr=True).print("Stopped; the same command continues.")
        raise typer.Exit(INTERRUPTED)


def _run(search: "ConflictSearch", total: int) -> bool:
    """Run a search to its end; return whether it was interrupted before."""
    done = 0
    with screen.counted(total, "statements") as advance:
        try:
            for progress in search.run():
                for _ in range(progress.done - done):
                    advance()
                done = progress.done
        except KeyboardInterrupt:
            return True
    return False
