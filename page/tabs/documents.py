"""The Documents tab: adding and deleting files, and rebuilding the index."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.presenters.documents import FolderHandlers
from citeback.page.state.exchange import ConversationState
from citeback.page.tabs.ask import ChatComponents
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential, user


def lay_out(
    tending: HandlerFor[FolderHandlers], page: HandlerFor[ChatHandlers], desk: ChatComponents, tab: gr.Tab
) -> list[Any]:
    """Lay out the tab; return the controls that change folders, hidden until `opened` shows them."""
    taken, wanted = gr.State(()), gr.State("")
    files = html("files")
    with gr.Row(elem_id="tending"):
        button = gr.Button("Rebuild index", elem_id="rebuild", visible=False)
        folder = html("include")
    status, listed = html("status"), html("listing")

    def upload(click: gr.EventData, request: gr.Request) -> tuple[str, tuple[str, ...]]:
        return tending(request).upload(user(request), parse_click(click).get("value", "").split())

    def answer(
        click: gr.EventData, waiting: tuple[str, ...], request: gr.Request
    ) -> tuple[str, tuple[str, ...]]:
        if parse_click(click).get("act") == "replace":
            return tending(request).replace(user(request), waiting), ()
        return tending(request).leave(user(request), waiting), ()

    def rebuild(request: gr.Request) -> Iterator[str]:
        yield from tending(request).rebuild()

    def include(click: gr.EventData, request: gr.Request) -> Iterator[str]:
        path = parse_click(click).get("folder", "").strip()
        if path:
            yield from tending(request).rebuild([path])

    def find(asked: gr.EventData, request: gr.Request) -> tuple[str, str]:
        now = parse_click(asked).get("wanted", "").strip()
        return tending(request).documents(now), now

    def documents(now: str, request: gr.Request) -> str:
        return tending(request).documents(now)

    def welcome(talk: ConversationState, request: gr.Request) -> Any:
        return gr.skip() if talk.exchanges else page(request).chat(talk)

    files.act(upload, None, [status, taken], **sequential("files"))
    status.act(answer, taken, [status, taken], **sequential("files"))
    tab.select(documents, wanted, listed, **sequential("listing"))
    listed.find(find, None, [listed, wanted], **sequential("listing"))
    for changed in (
        button.click(rebuild, None, status, **sequential("folder")),
        folder.act(include, None, status, **sequential("folder")),
        listed.act(_act(tending), None, status, **sequential("folder")),
    ):
        changed.then(documents, wanted, listed, **sequential("listing"))
        changed.then(welcome, desk.talk, desk.chat, **sequential("chat"))
    return [files, button, folder]


def opened(tending: HandlerFor[FolderHandlers]) -> Callable[[gr.Request], tuple[str, Any, str]]:
    """Return the handler that shows the controls which the user may use."""

    def show_controls(request: gr.Request) -> tuple[str, Any, str]:
        now = tending(request)
        return now.uploading(), gr.Button(visible=now.edits), now.adding()

    return show_controls


def _act(tending: HandlerFor[FolderHandlers]) -> Any:
    def act(click: gr.EventData, request: gr.Request) -> Iterator[str]:
        now = tending(request)
        match parse_click(click):
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
