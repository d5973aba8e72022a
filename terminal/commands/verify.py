"""`citeback verify`: verifies claims against given evidence."""

from pathlib import Path
from typing import Annotated

import typer

from citeback import wire
from citeback.terminal import render, screen
from citeback.terminal.options import Json, Nli

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
    from citeback.index.embedding.sentence_encoder import load_encoder
    from citeback.index.search.analyzer import Analyzer
    from citeback.index.settings import Settings
    from citeback.rag.checking.verify import ClaimVerifier
    from citeback.rag.model_factory import load_entailment

    try:
        given = wire.parse_pairs(pairs.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{pairs}, {error}") from error
    settings = Settings()
    checker = ClaimVerifier(load_encoder(settings), Analyzer(settings.language), load_entailment(nli))
    for pair in given:
        verification, spans = checker.verify_text(pair.claim, pair.evidence)
        if json:
            typer.echo(wire.dumps(wire.verified(pair, verification, spans)))
        else:
            quotes = [span.of(pair.evidence) for span in spans]
            screen.console().print(render.verified(pair.claim, verification, quotes))
