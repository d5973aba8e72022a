"""`citeback verify`: verifies claims against given evidence."""

from pathlib import Path
from typing import Annotated

import typer

import wire
from terminal import render, screen
from terminal.options import Json, Nli

Pairs = Annotated[
    Path,
    typer.Option(
        "--batch",
        metavar="PAIRS.jsonl",
        exists=True,
        dir_okay=False,
        help="Pairs to check, one JSON object per line (id, claim, evidence).",
    ),
]


def verify(pairs: Pairs, nli: Nli = None, json: Json = False) -> None:
    """Say how well the evidence supports each claim, and which words of it do."""
    from index.embed import load
    from index.settings import Settings
    from index.terms import Analyzer
    from rag.named import entailment
    from rag.verify import Checker

    try:
        given = wire.pairs(pairs.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{pairs}, {error}") from error
    settings = Settings()
    checker = Checker(load(settings), Analyzer(settings.language), entailment(nli))
    for pair in given:
        found, spans = checker.compare(pair.claim, pair.evidence)
        if json:
            typer.echo(wire.dumps(wire.verified(pair, found, spans)))
        else:
            quotes = [span.of(pair.evidence) for span in spans]
            screen.console().print(render.verified(pair.claim, found, quotes))
