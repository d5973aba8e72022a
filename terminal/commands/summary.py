"""`citeback summary`: quotes the most important sentences."""

from typing import Annotated

import typer

from citeback import wire
from citeback.terminal import render_folders, screen, stores
from citeback.terminal.options import (
    STORE,
    About,
    At,
    Authors,
    Json,
    Kinds,
    Model,
    Paths,
    Since,
    Until,
    Window,
    within,
)

INTERRUPTED = 130
DocumentName = Annotated[
    str | None,
    typer.Argument(
        metavar="DOCUMENT", show_default=False, help="One document, as listed by citeback status."
    ),
]
Sentences = Annotated[
    int, typer.Option("--sentences", metavar="N", min=1, max=100, help="Maximum number of sentences.")
]


def summary(
    document: DocumentName = None,
    about: About = None,
    sentences: Sentences = 12,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    model: Model = None,
    window: Window = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Quote the most important sentences under their headings: of all documents, of one, or about a subject.

    With --model, a chat model writes the summary from these sentences, and every sentence of it is checked.
    """
    from citeback.rag.about import checked_about

    options, topic = (
        within(paths, since, until, kinds, authors),
        "" if about is None else checked_about(about),
    )
    with (
        stores.opened_corpus(store, model, window=window) as corpus,
        screen.stop_on_interrupt("Stopped; nothing was summarised.", INTERRUPTED),
    ):
        result = corpus.summary(options, topic, document or "", sentences)
    screen.print_result(wire.summary(result), json, render_folders.summary, result)
