"""`citeback index`: creates the index, or updates it."""

from functools import partial
from typing import Annotated

import typer

from citeback import wire
from citeback.index.settings import DEFAULT_MODEL, MULTILINGUAL, Settings
from citeback.terminal import confirm, render, screen, stores
from citeback.terminal.options import STORE, At, Folders, Json

AUTO = "auto"
STOPPED = (
    "Stopped. Nothing is lost: the previous index still answers questions, and the next citeback index "
    "continues where this one stopped."
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
Replace = Annotated[bool, typer.Option("--replace", help="Index only these folders, and forget the others.")]
Rebuild = Annotated[bool, typer.Option("--rebuild", help="Read every file again, even if unchanged.")]
EmbeddingModel = Annotated[
    str | None, typer.Option(metavar="NAME", help=f"Embedding model: name or path [{DEFAULT_MODEL}].")
]
ChunkTokens = Annotated[int | None, typer.Option(min=32, max=8192, help="Maximum tokens per chunk [200].")]
Language = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Language of the documents; auto detects it, mul is one per document."),
]
Keep = Annotated[int | None, typer.Option(min=1, max=1000, help="How many generations to keep [2].")]
Workers = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT", help="Ray cluster that reads and encodes the documents of an index at s3://..."
    ),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Remove the documents of folders that are empty now, without asking.")
]


def index(
    folders: Folders = None,
    store: At = STORE,
    dry_run: DryRun = False,
    replace: Replace = False,
    rebuild: Rebuild = False,
    model: EmbeddingModel = None,
    chunk_tokens: ChunkTokens = None,
    language: Language = None,
    keep: Keep = None,
    yes: Yes = False,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Index your folders, or update the index.

    The store remembers its folders: later, citeback index alone is enough. Only what has changed is read, and
    no text is embedded twice. The embedding model is chosen by the languages of the documents. Files that
    cannot be read are listed with the reason, the others are indexed, and the exit status is 1. A file of an
    unknown format is listed too, but is not a failure. If a folder is empty now, or on another disk, you are
    asked what to do: its disk may just be disconnected.
    """
    if dry_run:
        _print_plan(store, folders or [], replace, json)
        return
    from citeback.index.any_store import open_store
    from citeback.index.any_sync import sync
    from citeback.index.sync.choose_languages import choose_languages
    from citeback.rag.corpus import load_encoder

    given = MULTILINGUAL if language == AUTO else language
    settings = _settings(store, model=model, chunk_tokens=chunk_tokens, language=given, keep=keep)
    open_choice = language == AUTO or (language is None and open_store(store).outline() is None)
    with screen.stop_on_interrupt(STOPPED, 130), screen.progress_bars() as bars:
        done = sync(
            open_store(store),
            folders or [],
            load=load_encoder,
            settings=settings,
            progress=bars,
            replace=replace,
            rebuild=rebuild,
            decide=partial(confirm.confirm_deletions, yes=yes),
            cluster=workers,
            choose=choose_languages if open_choice and model is None else None,
        )
    stores.print_notices(done.notices)
    report = wire.report(done)
    screen.print_result(report, json, render.indexed, report)
    if not all(failure.unread for failure in done.failed):
        raise typer.Exit(1)


def _print_plan(store: str, folders: list[str], replace: bool, json: bool) -> None:
    from citeback.index.any_store import open_store
    from citeback.index.any_sync import preview_sync

    planned = preview_sync(open_store(store), folders, replace=replace)
    stores.print_notices(each.message for each in planned.absent)
    plan = wire.plan(planned)
    screen.print_result(plan, json, render.planned, plan)


def _settings(store: str, **given: str | int | None) -> Settings | None:
    try:
        return stores.changed_settings(store, **given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
