"""The terminal: what a person types and what programs call (`--json`). Must never know FAISS or models.

Results go to standard output, everything else to standard error; exit status 0, 1 (something failed)
or 2 (usage). Modules that import NumPy, LangChain, PyTorch or Gradio are imported inside the functions
that need them: `citeback --help` should not wait seconds for what it does not use.
"""

import io
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

import wire
from index.records import Span
from index.settings import DEFAULT_MODEL, Settings
from terminal import (
    asked,
    command_chat,
    command_eval,
    command_mcp,
    command_models,
    command_rollback,
    command_user,
    command_verify,
    command_watch,
    opened,
    render,
    screen,
)
from terminal.options import (
    STORE,
    At,
    Authors,
    Batch,
    Document,
    Json,
    Kinds,
    Model,
    Nli,
    Paths,
    Question,
    Rerank,
    Since,
    Sure,
    Until,
    Window,
    within,
)

if TYPE_CHECKING:
    from index.records import Source

STOPPED = (
    "Stopped. Nothing is lost: the index before goes on answering, and the next citeback index goes on where "
    "this one stopped."
)

app = typer.Typer(
    cls=screen.Told,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Ask a folder of documents; every sentence of the answer cites the exact words it came from.",
    epilog="Begin with: citeback index FOLDER. Then: citeback ask QUESTION.",
)


@app.callback(invoke_without_command=True)
def _options(
    show: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if show:
        typer.echo(f"citeback {version('citeback')}")
        raise typer.Exit


@app.command()
def index(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", exists=True, help="Added to those that the store remembers."),
    ] = None,
    store: At = STORE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Forget the remembered folders.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read every file again, changed or not.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"Embedding model, name or path [{DEFAULT_MODEL}].")
    ] = None,
    chunk_tokens: Annotated[
        int | None, typer.Option(min=32, max=8192, help="Most tokens a chunk may have [200].")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of the documents, such as de [en].")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Generations that are kept to go back to [2].")
    ] = None,
    json: Json = False,
) -> None:
    """Bring the index in line with your folders.

    The store remembers its folders: later, citeback index alone is enough. Only what has changed is
    read, and no text is embedded twice. Files that cannot be read are listed with the reason and the
    others go on; then the exit status is 1. A file of an unknown format is listed too, and is no failure.
    """
    from index.store import Store
    from index.sync import preview, sync
    from rag.corpus import load_encoder

    where, given = Store(store), folders or []
    if dry_run:
        plan = wire.plan(preview(where, given, replace=replace))
        _show(plan, json, render.planned, plan)
        raise typer.Exit
    wanted = _settings(store, model=model, chunk_tokens=chunk_tokens, language=language, keep=keep)
    with screen.stoppable(STOPPED, 130), screen.progress() as watch:
        sync_now = partial(sync, replace=replace, rebuild=rebuild)
        done = sync_now(where, given, load=load_encoder, settings=wanted, progress=watch)
    opened.notices(done.notices)
    report = wire.report(done)
    _show(report, json, render.indexed, report)
    if not all(failure.unread for failure in done.failed):
        raise typer.Exit(1)


@app.command()
def status(
    store: At = STORE,
    everything: Annotated[bool, typer.Option("--all", help="Name every document.")] = False,
    json: Json = False,
) -> None:
    """Say what is indexed, what has changed on disk since, and what could not be read and why."""
    from index.store import Store
    from index.sync import preview

    with opened.generation(store) as generation:
        found = wire.status(generation, preview(Store(store)))
    _show(found, json, partial(render.status, everything=everything), found)


@app.command()
def search(
    question: Question = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Most passages to print.")] = 10,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    rerank: Rerank = None,
    batch: Batch = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Find the passages that a question is about, best first, without answering it."""
    questions, only = asked.questions(question, batch), within(paths, since, until, kinds, authors)
    with opened.corpus(store, rerank=rerank) as corpus:
        for each in questions:
            passages = corpus.search(each.question, k, asked.turns(each.history), only)
            _show(wire.search(each, passages), json or batch, render.passages, passages)


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
    store: At = STORE,
    json: Json = False,
) -> None:
    """Answer a question in sentences that cite the documents, or say that the documents do not say."""
    questions, only = asked.questions(question, batch), within(paths, since, until, kinds, authors)
    with opened.corpus(store, model, nli, sure, rerank, window) as corpus:
        for each in questions:
            answer = corpus.ask(each.question, asked.turns(each.history), only)
            _show(wire.ask(each, answer), json or batch, render.answer, answer)


@app.command()
def text(document: Document, store: At = STORE) -> None:
    """Print the text of a document: every start and end that Citeback names counts characters in it."""
    with opened.generation(store) as generation:
        found = generation.source(document).text
    if sys.stdout.isatty():
        typer.echo(screen.safe(found))
    else:
        typer.echo(found.encode(), nl=False)


@app.command()
def show(
    document: Document,
    start: Annotated[int, typer.Argument(min=0, help="First character of the passage, from 0.")],
    end: Annotated[int, typer.Argument(min=1, help="The character after its last one.")],
    around: Annotated[int, typer.Option(min=0, help="Characters to show before and after it.")] = 400,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Show a passage where it stands in its document, its words marked."""
    with opened.generation(store) as generation:
        source = generation.source(document)
    found = wire.show(document, source, _span(source, start, end), around)
    marks = not screen.console().is_terminal
    _show(found, json, partial(render.shown, marks=marks), found)


@app.command()
def check(store: At = STORE) -> None:
    """Verify every checksum of every kept generation, and everything it promises about its contents."""
    from index.store import Store

    if problems := Store(store).check():
        screen.console().print(*map(screen.line, problems), sep="\n")
        screen.console(stderr=True).print("Next: citeback index --rebuild")
        raise typer.Exit(1)
    newest, *others = map(str, Store(store).numbers())
    kept = f" So are those that are kept: {', '.join(others)}." if others else ""
    typer.echo(f"Generation {newest} in {store} is whole.{kept}")


app.command()(command_rollback.rollback)
app.command()(command_watch.watch)
app.command()(command_verify.verify)
app.command()(command_models.models)
app.command()(command_chat.chat)
app.add_typer(command_user.app, name="user")
app.command()(command_mcp.mcp)
app.command("eval")(command_eval.evaluate)


def main() -> None:
    """Run the command that was typed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without, say, a dash shows "?" for it
    # transformers draws a bar for the tenth of a second in which it loads weights, even into a log file.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    app()


def _span(source: "Source", start: int, end: int) -> Span:
    if not start < end <= len(source.text):
        raise typer.BadParameter(f"START must be below END, and END at most {len(source.text)}")
    return Span(start, end)


def _settings(store: Path, **given: str | int | None) -> Settings | None:
    try:
        return opened.settings(store, **given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _show(
    value: Mapping[str, Any], json: object, render: Callable[..., RenderableType], *arguments: object
) -> None:
    """Print the value as JSON, or else what `render` makes of the arguments."""
    if json:
        typer.echo(wire.dumps(value))
    else:
        screen.console().print(render(*arguments))


if __name__ == "__main__":
    main()
