"""The tab where the folder is tended: files added and deleted, the index rebuilt. Must never know HTML."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from page import listing
from page.exchange import Talk
from page.replies import Page
from page.tending import Tending
from tabs.ask import Desk
from tabs.parts import html, in_turn, told, user


def lay_out(tending: Tending, page: Page, desk: Desk, tab: gr.Tab, near: bool) -> gr.HTML:
    """Lay out the tab; return the list of documents. `near`: whoever uses it sits at this computer."""
    taken, wanted = gr.State(()), gr.State("")
    files = html("files", listing.uploading())
    with gr.Row(elem_id="tending"):
        button = gr.Button("Rebuild index", elem_id="rebuild")
        folder = html("include", listing.adding() if near else "")
    status, listed = html("status"), html("listing")

    def upload(click: gr.EventData, request: gr.Request) -> tuple[str, tuple[str, ...]]:
        return tending.upload(user(request), told(click).get("value", "").split())

    def answer(
        click: gr.EventData, waiting: tuple[str, ...], request: gr.Request
    ) -> tuple[str, tuple[str, ...]]:
        if told(click).get("act") == "replace":
            return tending.replace(user(request), waiting), ()
        return tending.leave(user(request), waiting), ()

    def rebuild() -> Iterator[str]:
        yield from tending.rebuild()

    def include(click: gr.EventData) -> Iterator[str]:
        path = told(click).get("folder", "").strip()
        if path:
            yield from tending.rebuild([path])

    def find(asked: gr.EventData) -> tuple[str, str]:
        now = told(asked).get("wanted", "").strip()
        return tending.documents(now), now

    def welcome(talk: Talk) -> Any:
        return gr.skip() if talk.exchanges else page.chat(talk)

    files.act(upload, None, [status, taken], **in_turn("files"))
    status.act(answer, taken, [status, taken], **in_turn("files"))
    tab.select(tending.documents, wanted, listed, **in_turn("listing"))
    listed.find(find, None, [listed, wanted], **in_turn("listing"))
    for changed in (
        button.click(rebuild, None, status, **in_turn("folder")),
        folder.act(include, None, status, **in_turn("folder")),
        listed.act(_act(tending), None, status, **in_turn("folder")),
    ):
        changed.then(tending.documents, wanted, listed, **in_turn("listing"))
        changed.then(welcome, desk.talk, desk.chat, **in_turn("chat"))
    return listed


def _act(tending: Tending) -> Any:
    def act(click: gr.EventData) -> Iterator[str]:
        match told(click):
            case {"act": "again", "value": name}:
                yield from tending.rebuild(again=[name])
            case {"act": "remove", "value": name}:
                yield from tending.remove(name)
            case {"act": "back", "value": number}:
                yield tending.go_back(number)

    return act
