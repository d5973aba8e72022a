"""The Documents tab: adding and deleting files, and rebuilding the index."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from page.exchange import Talk
from page.replies import Page
from page.tending import Tending
from tabs.ask import Desk
from tabs.parts import Whose, html, in_turn, told, user


def lay_out(tending: Whose[Tending], page: Whose[Page], desk: Desk, tab: gr.Tab) -> list[Any]:
    """Lay out the tab; return the controls that change folders, hidden until `opened` shows them."""
    taken, wanted = gr.State(()), gr.State("")
    files = html("files")
    with gr.Row(elem_id="tending"):
        button = gr.Button("Rebuild index", elem_id="rebuild", visible=False)
        folder = html("include")
    status, listed = html("status"), html("listing")

    def upload(click: gr.EventData, request: gr.Request) -> tuple[str, tuple[str, ...]]:
        return tending(request).upload(user(request), told(click).get("value", "").split())

    def answer(
        click: gr.EventData, waiting: tuple[str, ...], request: gr.Request
    ) -> tuple[str, tuple[str, ...]]:
        if told(click).get("act") == "replace":
            return tending(request).replace(user(request), waiting), ()
        return tending(request).leave(user(request), waiting), ()

    def rebuild(request: gr.Request) -> Iterator[str]:
        yield from tending(request).rebuild()

    def include(click: gr.EventData, request: gr.Request) -> Iterator[str]:
        path = told(click).get("folder", "").strip()
        if path:
            yield from tending(request).rebuild([path])

    def find(asked: gr.EventData, request: gr.Request) -> tuple[str, str]:
        now = told(asked).get("wanted", "").strip()
        return tending(request).documents(now), now

    def documents(now: str, request: gr.Request) -> str:
        return tending(request).documents(now)

    def welcome(talk: Talk, request: gr.Request) -> Any:
        return gr.skip() if talk.exchanges else page(request).chat(talk)

    files.act(upload, None, [status, taken], **in_turn("files"))
    status.act(answer, taken, [status, taken], **in_turn("files"))
    tab.select(documents, wanted, listed, **in_turn("listing"))
    listed.find(find, None, [listed, wanted], **in_turn("listing"))
    for changed in (
        button.click(rebuild, None, status, **in_turn("folder")),
        folder.act(include, None, status, **in_turn("folder")),
        listed.act(_act(tending), None, status, **in_turn("folder")),
    ):
        changed.then(documents, wanted, listed, **in_turn("listing"))
        changed.then(welcome, desk.talk, desk.chat, **in_turn("chat"))
    return [files, button, folder]


def opened(tending: Whose[Tending]) -> Callable[[gr.Request], tuple[str, Any, str]]:
    """Return the handler that shows the controls which the user may use."""

    def shown(request: gr.Request) -> tuple[str, Any, str]:
        now = tending(request)
        return now.uploading(), gr.Button(visible=now.edits), now.adding()

    return shown


def _act(tending: Whose[Tending]) -> Any:
    def act(click: gr.EventData, request: gr.Request) -> Iterator[str]:
        now = tending(request)
        match told(click):
            case {"act": "again", "value": name}:
                yield from now.rebuild(again=[name])
            case {"act": "remove", "value": name}:
                yield from now.remove(name)
            case {"act": "whole", "value": name}:
                yield from now.remove(name, whole=True)
            case {"act": "gone", "value": place}:
                yield from now.forget(place)
            case {"act": "keep"}:
                yield now.keep()
            case {"act": "back", "value": number}:
                yield now.go_back(number)

    return act
