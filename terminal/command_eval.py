"""`citeback eval`: your own questions with known answers, and what became of them. Must never know models."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

import wire
from index.records import Span
from terminal import opened, screen
from terminal.options import STORE, At, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.evaluate import Known

COUNTED = ("questions", "milliseconds")  # figures that are no shares of one


def evaluate(
    questions: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUESTIONS.jsonl",
            exists=True,
            dir_okay=False,
            help="One JSON object a line: question, and what is known of its answer.",
        ),
    ] = None,
    make: Annotated[
        int | None, typer.Option("--make", metavar="N", min=1, help="Only draft N questions, and print them.")
    ] = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Measure answers: ask questions whose answers you know, and print how many were found and refused.

    To begin: citeback eval --make 50 > questions.jsonl, read through them, add some that your documents
    cannot answer ("answerable": false), and evaluate with that file.
    """
    if (questions is None) == (make is None):
        raise typer.BadParameter("give either QUESTIONS.jsonl or --make N")
    if make is not None:
        return _make(store, make)
    try:
        asked = wire.known(questions.read_bytes()) if questions else ()
    except ValueError as error:
        raise typer.BadParameter(f"{questions}, {error}") from error
    found = _figures(store, [_known(each) for each in asked])
    if json:
        typer.echo(wire.dumps({"figures": found}))
    else:
        screen.console().print(_table(found))
    return None


def _make(store: Path, count: int) -> None:
    from rag.drafts import draft

    with opened.generation(store) as generation:
        for n, made in enumerate(draft(generation, count), start=1):
            typer.echo(wire.dumps(wire.drafted(n, made)))


def _figures(store: Path, asked: "list[Known]") -> "dict[str, float | None]":
    from rag.evaluate import ask, figures

    with opened.corpus(store) as corpus, screen.console(stderr=True).status("Asking") as status:
        outcomes = []
        for outcome in ask(corpus, asked):
            outcomes.append(outcome)
            status.update(f"Asked {len(outcomes):,} of {len(asked):,}")
    return figures(outcomes)


def _known(given: wire.Known) -> "Known":
    from rag.answer import Turn
    from rag.evaluate import Known, Relevant

    return Known(
        question=given.question,
        history=tuple(Turn("user" if t.role == "user" else "assistant", t.text) for t in given.history or ()),
        relevant=tuple(Relevant(p.document, _span(p)) for p in given.relevant or ()),
        answers=given.answers or (),
        answerable=given.answerable,
    )


def _span(place: wire.Place) -> Span | None:
    if place.start is None or place.end is None:
        return None
    return Span(place.start, max(place.start, place.end))


def _table(found: "Mapping[str, float | None]") -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in found.items():
        if value is not None:
            shown = f"{value:,.0f}" if name.startswith(COUNTED) else f"{value:.3f}"
            table.add_row(name.replace("_", " "), shown)
    return table
