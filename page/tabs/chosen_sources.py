"""The chip above the question field, which chooses the documents that are asked."""

from collections.abc import Callable, Sequence

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.index.records import Document
from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.state.chosen_sources import ChosenSources
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential
from citeback.page.tabs.documents import parse_names
from citeback.page.views.chosen_sources import chip, chooser


def lay_out(page: HandlerFor[ChatHandlers]) -> tuple[gr.State, gr.HTML]:
    """Lay out the chip; return the state that holds the chosen sources, and the chip."""
    state, shown = gr.State(ChosenSources()), html("sources-chosen", chip(ChosenSources()))

    def act(click: gr.EventData, before: ChosenSources, request: gr.Request) -> tuple[str, ChosenSources]:
        known = _documents(page(request))
        match parse_click(click):
            case {"act": "choose", **asked}:
                return chooser(known(), before, str(asked.get("wanted", "")).strip()), before
            case {"act": "take", "chosen": names}:
                now = ChosenSources.of(parse_names(names), known())
            case {"act": "drop", "value": name}:
                now = ChosenSources(tuple(each for each in before.names if each != name))
            case {"act": "clear"}:
                now = ChosenSources()
            case _:
                now = before
        return chip(now), now

    shown.act(act, state, [shown, state], **sequential("sources-chosen"))
    return state, shown


def _documents(own: ChatHandlers) -> Callable[[], Sequence[Document]]:
    def documents() -> Sequence[Document]:
        try:
            return own.corpus().documents
        except CitebackError:
            return ()

    return documents
