"""The drawer of kept conversations, beside the chat."""

from typing import Any

import gradio as gr

from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.state.exchange import ConversationState
from citeback.page.tabs.ask import ChatComponents
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential, user
from citeback.page.views import conversations


def lay_out(page: HandlerFor[ChatHandlers], desk: ChatComponents) -> gr.HTML:
    """Lay out the search field and the list of conversations, which page.js opens; return the field."""
    with gr.Column(elem_id="drawer"):
        search, listed, wanted = html("find-talk", conversations.search()), html("talks"), gr.State("")

    def find(click: gr.EventData, request: gr.Request) -> tuple[str, str]:
        now = parse_click(click).get("words", "")
        return page(request).talks(user(request), now), now

    def act(click: gr.EventData, before: ConversationState, now: str, request: gr.Request) -> tuple[Any, ...]:
        owner, own = user(request), page(request)
        match parse_click(click):
            case {"act": "open", "value": kept}:
                return *own.resume(kept, owner), gr.skip()
            case {"act": "rename", "id": kept, "name": name}:
                return *_nothing(before), own.rename(kept, name, owner, now)
            case {"act": "delete", "value": kept} if kept == before.id:
                return *own.open(), ConversationState(), own.delete(kept, owner, now)
            case {"act": "delete", "value": kept}:
                return *_nothing(before), own.delete(kept, owner, now)
            case _:
                return *_nothing(before), gr.skip()

    search.find(find, None, [listed, wanted], **sequential("talks"))
    listed.act(act, [desk.talk, wanted], [*desk.all, listed], **sequential("talks"))
    return search


def _nothing(before: ConversationState) -> tuple[Any, Any, ConversationState]:
    return gr.skip(), gr.skip(), before
