"""`citeback watch`: syncs the index with its folders until Ctrl-C."""

from functools import partial
from typing import TYPE_CHECKING

from citeback import wire
from citeback.terminal import render, screen, stores
from citeback.terminal.options import STORE, At, Folders, Json
from citeback.terminal.saved_questions import QuestionsOfStore, print_changes

if TYPE_CHECKING:
    from citeback.index.sync.report import SyncReport
    from citeback.index.sync.watch import WatchEvent


def watch(
    folders: Folders = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Update the index whenever files in its folders change, until Ctrl-C.

    After each change, the output is that of citeback index. If a folder is missing, as when its disk is
    unplugged, watch waits for it and keeps its documents in the index. Saved questions are asked again, and
    the answers that have changed are printed.
    """
    from citeback.index.any_store import open_store
    from citeback.index.any_sync import sync, watcher
    from citeback.rag.corpus import load_encoder

    where, questions = open_store(store), QuestionsOfStore(str(store))
    with screen.stop_on_interrupt("Stopped. The index stays as it is."):
        with screen.progress_bars() as bars:
            report = sync(where, folders or [], load=load_encoder, progress=bars)
        _print_event(json, questions, report)
        screen.console(stderr=True).print("Watching the folders. Press Ctrl-C to stop.")
        watcher(where, load_encoder, partial(_print_event, json, questions)).run()


def _print_event(json: bool, questions: QuestionsOfStore, notice: "WatchEvent") -> None:
    from citeback.index.errors import StoreError

    if isinstance(notice, StoreError):
        screen.console(stderr=True).print(screen.safe_line(f"Waiting: {notice.message}"), style="yellow")
    else:
        _show(json, notice)
        print_changes(questions, json)


def _show(json: bool, report: "SyncReport") -> None:
    stores.print_notices(report.notices)
    shown = wire.report(report)
    screen.print_result(shown, json, render.indexed, shown)
