"""The tab where the folder is tended: files added and deleted, the index rebuilt. Must never know HTML."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from page import listing
from page.exchange import Talk
from page.replies import Page
from page.tending import Tending
from tabs.ask import Desk
from tabs.parts import QUIET, html, told


def lay_out(tending: Tending, page: Page, desk: Desk, tab: gr.Tab, near: bool) -> gr.HTML:
    """Lay out the tab; return the list of documents. `near`: whoever uses it sits at this computer."""
    taken = gr.State(())
    files = gr.File(elem_id="files", label="Add files", file_count="multiple", height=140)
    with gr.Row(elem_id="tending"):
        button = gr.Button("Rebuild index", elem_id="rebuild")
        folder = html("include", listing.adding() if near else "")
    status, listed = html("status"), html("listing")
    shown = [status, listed, desk.chat]

    def upload(paths: list[str] | None) -> tuple[None, str, tuple[str, ...]]:
        return None, *tending.upload(paths or ())

    def answer(click: gr.EventData, waiting: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        if told(click).get("act") == "replace":
            return tending.replace(waiting), ()
        return listing.messages(), ()

    def rebuild(talk: Talk) -> Iterator[tuple[Any, Any, Any]]:
        yield from _stepping(tending.rebuild(), tending, page, talk)

    def include(click: gr.EventData, talk: Talk) -> Iterator[tuple[Any, Any, Any]]:
        path = told(click).get("folder", "").strip()
        if path:
            yield from _stepping(tending.rebuild([path]), tending, page, talk)

    files.upload(upload, files, [files, status, taken], **QUIET)
    status.act(answer, taken, [status, taken], **QUIET)
    button.click(rebuild, desk.talk, shown, **QUIET)
    folder.act(include, desk.talk, shown, **QUIET)
    listed.act(_act(tending, page), desk.talk, shown, **QUIET)
    tab.select(tending.documents, None, listed, **QUIET)
    return listed


def _act(tending: Tending, page: Page) -> Any:
    def act(click: gr.EventData, talk: Talk) -> Iterator[tuple[Any, Any, Any]]:
        match told(click):
            case {"act": "filter", "wanted": wanted}:
                yield gr.skip(), tending.documents(wanted.strip()), gr.skip()
            case {"act": "again", "value": name}:
                yield from _stepping(tending.rebuild(again=[name]), tending, page, talk)
            case {"act": "remove", "value": name}:
                yield from _stepping(tending.remove(name), tending, page, talk)
            case {"act": "back", "value": number}:
                yield from _stepping(iter([tending.go_back(number)]), tending, page, talk)

    return act


def _stepping(
    steps: Iterator[str], tending: Tending, page: Page, talk: Talk
) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the steps of what changes the index; then the list and the chat as they are afterwards."""
    for step in steps:
        yield step, gr.skip(), gr.skip()
    yield gr.skip(), tending.documents(), page.chat(talk)
