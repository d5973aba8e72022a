"""The tab where the folder is tended: files added and deleted, the index rebuilt. Must never know HTML."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from page import listing
from page.exchange import Talk
from page.replies import Page
from page.tending import Tending
from tabs.ask import Desk
from tabs.parts import html, in_turn, told


def lay_out(tending: Tending, page: Page, desk: Desk, tab: gr.Tab, near: bool) -> gr.HTML:
    """Lay out the tab; return the list of documents. `near`: whoever uses it sits at this computer."""
    taken = gr.State(())
    files = gr.File(elem_id="files", label="Add files", file_count="multiple", height=140)
    with gr.Row(elem_id="tending"):
        button = gr.Button("Rebuild index", elem_id="rebuild")
        folder = html("include", listing.adding() if near else "")
    status, listed = html("status"), html("listing")
    shown = [status, listed]

    def upload(paths: list[str] | None) -> tuple[None, str, tuple[str, ...]]:
        return None, *tending.upload(paths or ())

    def answer(click: gr.EventData, waiting: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        if told(click).get("act") == "replace":
            return tending.replace(waiting), ()
        return listing.messages(), ()

    def rebuild() -> Iterator[tuple[Any, Any]]:
        yield from _stepping(tending.rebuild(), tending)

    def include(click: gr.EventData) -> Iterator[tuple[Any, Any]]:
        path = told(click).get("folder", "").strip()
        if path:
            yield from _stepping(tending.rebuild([path]), tending)

    def documents(asked: gr.EventData) -> str:
        return tending.documents(told(asked).get("wanted", "").strip())

    def welcome(talk: Talk) -> Any:
        return gr.skip() if talk.exchanges else page.chat(talk)

    files.upload(upload, files, [files, status, taken], **in_turn("files"))
    status.act(answer, taken, [status, taken], **in_turn("files"))
    for wanted in (tab.select, listed.find):
        wanted(documents, None, listed, **in_turn("listing"))
    for changed in (
        button.click(rebuild, None, shown, **in_turn("folder")),
        folder.act(include, None, shown, **in_turn("folder")),
        listed.act(_act(tending), None, shown, **in_turn("folder")),
    ):
        changed.then(welcome, desk.talk, desk.chat, **in_turn("chat"))
    return listed


def _act(tending: Tending) -> Any:
    def act(click: gr.EventData) -> Iterator[tuple[Any, Any]]:
        match told(click):
            case {"act": "again", "value": name}:
                yield from _stepping(tending.rebuild(again=[name]), tending)
            case {"act": "remove", "value": name}:
                yield from _stepping(tending.remove(name), tending)
            case {"act": "back", "value": number}:
                yield from _stepping(iter([tending.go_back(number)]), tending)

    return act


def _stepping(steps: Iterator[str], tending: Tending) -> Iterator[tuple[Any, Any]]:
    """Yield the steps of what changes the index; then the list of documents as it is afterwards."""
    for step in steps:
        yield step, gr.skip()
    yield gr.skip(), tending.documents()
    # What is yielded last is sent once more at the end, over a list that was filtered meanwhile.
    yield gr.skip(), gr.skip()
