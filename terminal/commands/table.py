"""`citeback table`: asks each document the same questions."""

from pathlib import Path
from typing import Annotated

import typer

from citeback import wire
from citeback.index.errors import SettingsError
from citeback.terminal import screen, stores
from citeback.terminal.options import (
    STORE,
    At,
    Authors,
    Json,
    Kinds,
    Paths,
    Server,
    Since,
    Sure,
    Until,
    within,
)
from citeback.wire import table_files

INTERRUPTED = 130
Questions = Annotated[
    Path,
    typer.Argument(metavar="QUESTIONS.txt", exists=True, dir_okay=False, help="One question per line."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write a file: .csv, .xlsx, .docx, .md, .json, .ris, .csl."),
]


def table(
    questions: Questions,
    out: Out = None,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    sure: Sure = None,
    server: Server = "",
    store: At = STORE,
    json: Json = False,
) -> None:
    """Ask each document the same questions: a table of short answers, each with its source.

    Answers are saved immediately. After Ctrl-C, or when documents have changed, the same command asks only
    the questions that have no answer yet.
    """
    from citeback.index.any_store import machine_directory
    from citeback.rag.review.cell import TableCell
    from citeback.rag.review.saved_cells import SavedCells

    options, asked = within(paths, since, until, kinds, authors), _read(questions)
    if out:
        table_files.check_suffix(out)
    kept = machine_directory(store)
    with stores.opened_corpus(store, sure=sure) as corpus, SavedCells.open(kept) as saved:
        documents = sum(map(options.allows, corpus.documents))
        total, cells = documents * len(asked), list[TableCell]()
        stopped = "Stopped; the answers so far are saved, and the same command continues."
        with screen.stop_on_interrupt(stopped, INTERRUPTED), screen.counted(total, "cells") as advance:
            for cell in corpus.answer_table(asked, options, saved):
                cells.append(cell)
                advance()
        if out:
            table_files.write_table(out, asked, cells, server.rstrip("/"), corpus.source)
    if out:
        screen.console(stderr=True).print(
            f"{documents:,} documents, {total:,} cells: {screen.safe_line(str(out))}"
        )
    elif json:
        typer.echo(wire.dumps(wire.answer_table(asked, cells)))
    else:
        typer.echo(screen.safe_text(table_files.markdown(asked, cells)), nl=False)


def _read(questions: Path) -> list[str]:
    """Return the questions of a file, one per line, without blank lines and lines that begin with #."""
    try:
        lines = questions.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{questions} is not text in UTF-8.", "save it as UTF-8") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
