"""The Documents tab: adding, reading and deleting files, and updating the index."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from citeback.page.presenters.documents import FolderHandlers
from citeback.page.state.document_list import DocumentList
from citeback.page.state.folders import RemovedFile
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential, user
from citeback.page.views.forms import parse_number
from citeback.page.views.speech import tr
from citeback.rag.messages.catalogue import message

Removed = tuple[RemovedFile, ...]
UPDATE = message("Update index")
MOST = 1000  # documents that are changed at once
Changed = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class DocumentEvents:
    """The handlers of the tab's events; each returns what its components show next."""

    tending: HandlerFor[FolderHandlers]

    def upload(self, click: gr.EventData, request: gr.Request) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Add the files that a browser has sent."""
        yield from self.tending(request).upload(user(request), parse_click(click).get("value", "").split())

    def answer(
        self,
        click: gr.EventData,
        waiting: tuple[str, ...],
        deleted: tuple[RemovedFile, ...],
        request: gr.Request,
    ) -> Iterator[tuple[str, tuple[str, ...], tuple[RemovedFile, ...]]]:
        """Replace files, put deleted ones back, or leave everything as it is."""
        now = self.tending(request)
        match parse_click(click):
            case {"act": "replace"}:
                for shown, _ in now.upload(user(request), waiting, replace=True):
                    yield shown, (), deleted
            case {"act": "put-back"}:
                for shown in now.put_back(deleted):
                    yield shown, waiting, ()
            case _:
                yield now.leave(user(request), waiting), (), deleted

    def rebuild(self, request: gr.Request) -> Iterator[str]:
        """Update the index."""
        yield from self.tending(request).rebuild()

    def include(self, click: gr.EventData, request: gr.Request) -> Iterator[str]:
        """Add a folder."""
        path = parse_click(click).get("folder", "").strip()
        if path:
            yield from self.tending(request).rebuild([path])

    def find(
        self, asked: gr.EventData, before: DocumentList, request: gr.Request
    ) -> tuple[str, DocumentList]:
        """Show the documents whose names hold the wanted words."""
        now = before.find(parse_click(asked).get("wanted", "").strip())
        return self.tending(request).documents(now), now

    def arrange(
        self, asked: gr.EventData, before: DocumentList, request: gr.Request
    ) -> tuple[str, DocumentList]:
        """Sort the list or turn to another page of it."""
        match parse_click(asked):
            case {"act": "sort", "value": sort}:
                now = before.order(sort)
            case {"act": "page", "value": page}:
                now = before.turn(parse_number(page))
            case _:
                now = before
        return self.tending(request).documents(now), now

    def documents(self, now: DocumentList, request: gr.Request) -> str:
        """Show the list as it is now."""
        return self.tending(request).documents(now)

    def follow(self, click: gr.EventData, request: gr.Request) -> str:
        """Show a document."""
        return self.tending(request).read(parse_click(click).get("ref", ""))

    def act(self, click: gr.EventData, before: Removed, request: gr.Request) -> Iterator[tuple[str, Removed]]:
        """Do what was chosen for a document, several of them, or a folder."""
        now = self.tending(request)
        match parse_click(click):
            case {"act": "again", "value": name}:
                yield from ((shown, before) for shown in now.rebuild(again=[name]))
            case {"act": "remove", "value": name}:
                yield from now.remove([name])
            case {"act": "whole", "value": name}:
                yield from now.remove([name], whole=True)
            case {"act": "several", "way": "again", "chosen": names}:
                yield from ((shown, before) for shown in now.rebuild(again=parse_names(names)))
            case {"act": "several", "way": "remove", "chosen": names}:
                yield from now.remove(parse_names(names))
            case {"act": "forget", "value": folder}:
                yield from ((shown, before) for shown in now.forget_folder(folder))
            case {"act": "gone", "value": place}:
                yield from ((shown, before) for shown in now.forget(place))
            case {"act": "keep"}:
                yield now.keep(), before
            case {"act": "back", "value": number}:
                yield now.go_back(number), before


def lay_out(tending: HandlerFor[FolderHandlers], tab: gr.Tab, changed: Changed) -> list[Any]:
    """Lay out the tab; return the controls that change folders, hidden until `opened` shows them.

    `changed` is called with each event after which the documents may be others.
    """
    taken, removed, state = gr.State(()), gr.State(()), gr.State(DocumentList())
    files = html("files")
    with gr.Row(elem_id="tending"):
        button = gr.Button(UPDATE, elem_id="rebuild", visible=False)
        folder = html("include")
    status, listed, reader = html("status"), html("listing"), html("reading")
    on = DocumentEvents(tending)
    tab.select(on.documents, state, listed, **sequential("listing"))
    listed.find(on.find, state, [listed, state], **sequential("listing"))
    listed.arrange(on.arrange, state, [listed, state], **sequential("listing"))
    for part in (listed, reader):
        part.follow(on.follow, None, reader, **sequential("reading"))
    for event in (
        files.act(on.upload, None, [status, taken], **sequential("folder")),
        status.act(on.answer, [taken, removed], [status, taken, removed], **sequential("folder")),
        button.click(on.rebuild, None, status, **sequential("folder")),
        folder.act(on.include, None, status, **sequential("folder")),
        listed.act(on.act, removed, [status, removed], **sequential("folder")),
    ):
        event.then(on.documents, state, listed, **sequential("listing"))
        changed(event)
    return [files, button, folder]


def opened(tending: HandlerFor[FolderHandlers]) -> Callable[[gr.Request], tuple[str, Any, str]]:
    """Return the handler that shows the controls which the user may use."""

    def show_controls(request: gr.Request) -> tuple[str, Any, str]:
        now = tending(request)
        return now.uploading(), gr.Button(tr(UPDATE), visible=now.edits), now.adding()

    return show_controls


def parse_names(sent: str) -> list[str]:
    """Return the names in a JSON list that a browser sent; anything else gives none.

    >>> parse_names('["a.md"]'), parse_names("[1]"), parse_names("{")
    (['a.md'], [], [])
    """
    try:
        names = json.loads(sent)
    except (ValueError, RecursionError):
        return []
    known = [each for each in names if isinstance(each, str)] if isinstance(names, list) else []
    return known[:MOST]
