"""The command line, for people and, with `--json`, for programs.

Results go to standard output, everything else to standard error. The exit status is 0, 1 (failure) or 2
(usage error). Modules that import NumPy, LangChain, PyTorch or Gradio are imported inside the functions that
need them, so that `citeback --help` stays fast.
"""

import io
import os
import sys
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer

from citeback import wire
from citeback.index.records import Span
from citeback.terminal import batch as batch_terminal
from citeback.terminal import render, screen, stores
from citeback.terminal.commands import (
    chat,
    conflicts,
    evaluate,
    index,
    listing,
    mcp,
    models,
    questions,
    rollback,
    summary,
    table,
    timeline,
    user,
    verify,
    watch,
)
from citeback.terminal.draft_files import check_out, write_file
from citeback.terminal.options import (
    STORE,
    At,
    Authors,
    Batch,
    Copy,
    Document,
    Json,
    Kinds,
    Model,
    Nli,
    Paths,
    Question,
    References,
    Rerank,
    Server,
    Since,
    Sure,
    Until,
    Window,
    WordFile,
    within,
)
from citeback.wire.answer_files import answers_file
from citeback.wire.reference_formats import references
from citeback.wire.word.answers import AnsweredQuestion

if TYPE_CHECKING:
    from citeback.index.records import Source

app = typer.Typer(
    cls=screen.ErrorReportingGroup,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Ask questions about your documents; every sentence of the answer cites its exact source.",
    epilog="Start with: citeback index FOLDER. Then: citeback ask QUESTION.",
)


@app.callback(invoke_without_command=True)
def _options(
    show: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if show:
        typer.echo(f"citeback {version('citeback')}")
        raise typer.Exit


app.command()(index.index)


@app.command()
def status(
    store: At = STORE,
    everything: Annotated[bool, typer.Option("--all", help="List every document.")] = False,
    json: Json = False,
) -> None:
    """Show what is indexed, what has changed on disk since, and what could not be read and why."""
    from citeback.index.any_store import open_store
    from citeback.index.any_sync import changes_since

    with stores.opened_generation(store) as generation:
        changes = changes_since(open_store(store))
        result = wire.status(generation, changes)
    stores.print_notices(each.message for each in changes.absent)
    screen.print_result(result, json, partial(render.status, everything=everything), result)


@app.command()
def search(
    question: Question = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Maximum number of passages.")] = 10,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    rerank: Rerank = None,
    batch: Batch = None,
    store: At = STORE,
    copy: Copy = None,
    json: Json = False,
) -> None:
    """Find the passages nearest to a question, best first, without answering it."""
    options = within(paths, since, until, kinds, authors)
    questions = batch_terminal.read_questions(question, batch, options)
    with stores.opened_corpus(store, rerank=rerank, copy=copy) as corpus:
        for each, only in questions:
            passages = corpus.search(each.question, k, batch_terminal.history_turns(each.history), only)
            screen.print_result(wire.search(each, passages), json or batch, render.passages, passages)


@app.command()
def ask(
    question: Question = None,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    model: Model = None,
    window: Window = None,
    nli: Nli = None,
    rerank: Rerank = None,
    sure: Sure = None,
    batch: Batch = None,
    form: References = None,
    out: WordFile = None,
    server: Server = "",
    store: At = STORE,
    copy: Copy = None,
    json: Json = False,
) -> None:
    """Answer a question with sentences that cite the documents, or report that the documents do not say."""
    if form and (json or batch):
        raise typer.BadParameter("--format cannot be combined with --json or --batch")
    if out:
        check_out(out)
    base, answered = server.rstrip("/"), list[AnsweredQuestion]()
    options = within(paths, since, until, kinds, authors)
    questions = batch_terminal.read_questions(question, batch, options)
    with stores.opened_corpus(store, model, nli, sure, rerank, window, copy) as corpus:
        for each, only in questions:
            answer = corpus.ask(each.question, batch_terminal.history_turns(each.history), only)
            if out:
                answered.append(AnsweredQuestion(each.question, answer))
            if form:
                stores.print_notices([answer.text] if answer.abstained else [])
                typer.echo(references(form, answer, corpus.source, base), nl=False)
                continue
            if json or not (out and batch):
                screen.print_result(wire.ask(each, answer), json or batch, render.answer, answer)
        if out:
            form_of = out.suffix.lower().removeprefix(".")
            write_file(out, answers_file(form_of, answered, corpus.source, base))
            written = f"{render.counted(len(answered), 'answer')} written to {out}."
            screen.console(stderr=True).print(screen.safe_line(written))


@app.command()
def text(document: Document, store: At = STORE) -> None:
    """Print the text of a document; all offsets count characters in this text."""
    with stores.opened_generation(store) as generation:
        result = generation.source(document).text
    if sys.stdout.isatty():
        typer.echo(screen.safe_text(result))
    else:
        typer.echo(result.encode(), nl=False)


@app.command()
def show(
    document: Document,
    start: Annotated[int, typer.Argument(min=0, help="First character of the passage, from 0.")],
    end: Annotated[int, typer.Argument(min=1, help="The character after its last character.")],
    around: Annotated[int, typer.Option(min=0, help="Characters to show before and after it.")] = 400,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Show a passage in its document, with its words marked."""
    with stores.opened_generation(store) as generation:
        source = generation.source(document)
    shown_passage = wire.show(document, source, _span(source, start, end), around)
    marks = not screen.console().is_terminal
    screen.print_result(shown_passage, json, partial(render.passage_in_context, marks=marks), shown_passage)


@app.command()
def check(store: At = STORE) -> None:
    """Verify every checksum of every kept generation, and the consistency of its contents."""
    from citeback.index.any_store import open_store

    opened = open_store(store)
    if problems := opened.check():
        screen.console().print(*map(screen.safe_line, problems), sep="\n")
        screen.console(stderr=True).print("Next: citeback index --rebuild")
        raise typer.Exit(1)
    newest, *others = map(str, opened.numbers())
    kept = f" So are the earlier generations: {', '.join(others)}." if others else ""
    typer.echo(f"Generation {newest} in {store} is intact.{kept}")


app.command()(rollback.rollback)
app.command()(watch.watch)
app.command()(verify.verify)
app.command()(table.table)
app.command("list")(listing.list_items)
app.command()(conflicts.conflicts)
app.command()(timeline.timeline)
app.command()(summary.summary)
app.add_typer(questions.app, name="questions")
app.command()(models.models)
app.command()(chat.chat)
app.add_typer(user.app, name="user")
app.command()(mcp.mcp)
app.command("eval")(evaluate.evaluate)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without, say, a dash shows "?" instead
    # transformers shows a progress bar for a tenth of a second while it loads weights, even in a log file.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    app()


def _span(source: "Source", start: int, end: int) -> Span:
    if not start < end <= len(source.text):
        raise typer.BadParameter(f"START must be below END, and END at most {len(source.text)}")
    return Span(start, end)
