"""Arguments and options that several commands share. Must never know what a command does."""

from pathlib import Path
from typing import Annotated

import typer

STORE = Path(".citeback")

At = Annotated[Path, typer.Option("--store", metavar="DIR", help="Where the index is kept.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs; docs/json.md has every key.")]
Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help="A name that citeback status lists.")]
Question = Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)]
Batch = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.jsonl",
        exists=True,
        dir_okay=False,
        help="Questions, one JSON object a line (id, question, maybe history); one line of JSON for each.",
    ),
]
