"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from citeback.index.addresses import is_address
from citeback.index.errors import SettingsError
from citeback.index.search.filters import Filter
from citeback.wire.reference_formats import ReferenceFormat

STORE = ".citeback"


def folder_or_address(value: str | Path) -> str:
    """Return a folder that exists, or the address of a bucket. Raises typer.BadParameter."""
    if not is_address(value) and not Path(value).exists():
        raise typer.BadParameter(f"Path {str(value)!r} does not exist.")
    return str(value)


At = Annotated[
    str,
    typer.Option("--store", metavar="DIR", help="Where the index is kept: a directory, or s3://BUCKET/NAME."),
]
Copy = Annotated[
    Path | None,
    typer.Option("--copy", metavar="DIR", help="Directory on a fast disk for a copy of an index at s3://..."),
]
Folders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FOLDER",
        parser=folder_or_address,
        help="Folder or s3://BUCKET/PREFIX to add; the index remembers all of them.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs; docs/json.md has every key.")]
Document = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="Name of a document, as listed by citeback status.")
]
Question = Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)]
Batch = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.jsonl",
        exists=True,
        dir_okay=False,
        help="Questions, one JSON object per line (id, question, optional history); prints one line each.",
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Option(
        "--in",
        metavar="PATTERN",
        help="Only documents with matching names: 'reports/**', '*.pdf'. Repeatable.",
    ),
]
About = Annotated[
    str | None,
    typer.Option("--about", metavar="WORDS", help="Only statements about this: “ferry strike”."),
]
Sure = Annotated[
    float | None,
    typer.Option(
        "--sure",
        metavar="SHARE",
        min=0,
        max=1,
        help="Confidence required for an answer, 0 to 1 [0.5].",
    ),
]
Since = Annotated[
    str, typer.Option(metavar="DATE", help="Only documents from this date on: 2024-05-31, 2024-05 or 2024.")
]
Until = Annotated[str, typer.Option(metavar="DATE", help="Only documents up to this date, inclusive.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="KIND", help="Only documents of this type or extension: pdf. Repeatable."),
]
Authors = Annotated[
    list[str] | None,
    typer.Option(
        "--author", metavar="NAME", help="Only documents whose author's name contains this. Repeatable."
    ),
]


def within(
    paths: list[str] | None, since: str, until: str, kinds: list[str] | None, authors: list[str] | None
) -> Filter:
    """Return the document filter. Raises typer.BadParameter for an invalid date or pattern."""
    try:
        return Filter(
            paths=tuple(paths or ()),
            since=since,
            until=until,
            kinds=tuple(kinds or ()),
            authors=tuple(authors or ()),
        )
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


Server = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Address of the page, put in front of permanent links: http://localhost:7860.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="Chat model to write the answer: http://host:port/v1, openai:NAME, ollama:NAME, local:PATH ...",
    ),
]
References = Annotated[
    ReferenceFormat | None,
    typer.Option("--format", help="Print the answer's references instead, for Zotero and Word."),
]
WordFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the answers as .docx with footnotes, or their references: .ris, .csl.",
    ),
]
Window = Annotated[
    int | None,
    typer.Option(
        "--window",
        metavar="TOKENS",
        min=1024,
        help="Context window of the chat model in tokens [as the model states, or 4096].",
    ),
]
Nli = Annotated[
    str | None,
    typer.Option("--nli", metavar="NAME", help="NLI CrossEncoder for the check, in addition: name or path."),
]
Rerank = Annotated[
    str | None,
    typer.Option("--rerank", metavar="NAME", help="CrossEncoder that reranks the passages: name or path."),
]
