"""The History tab: kept conversations."""

from typing import Any

import gradio as gr

from page import talks
from page.exchange import Talk
from page.replies import Page
from tabs.ask import Desk
from tabs.parts import Whose, html, in_turn, told, user


def lay_out(page: Whose[Page], desk: Desk, tabs: gr.Tabs, tab: gr.Tab) -> None:
    """Lay out the search field and the list of conversations; opening one switches to the Ask tab."""
    search, listed, wanted = html("find-talk", talks.search()), html("talks"), gr.State("")

    def show(now: str, request: gr.Request) -> str:
        return page(request).talks(user(request), now)

    def find(click: gr.EventData, request: gr.Request) -> tuple[str, str]:
        now = told(click).get("words", "")
        return page(request).talks(user(request), now), now

    def act(click: gr.EventData, before: Talk, now: str, request: gr.Request) -> tuple[Any, ...]:
        owner, own = user(request), page(request)
        match told(click):
            case {"act": "open", "value": kept}:
                return *own.resume(kept, owner), gr.skip(), gr.Tabs(selected="ask")
            case {"act": "rename", "id": kept, "name": name}:
                return *_nothing(before), own.rename(kept, name, owner, now), gr.skip()
            case {"act": "delete", "value": kept} if kept == before.id:
                return *own.open(), Talk(), own.delete(kept, owner, now), gr.skip()
            case {"act": "delete", "value": kept}:
                return *_nothing(before), own.delete(kept, owner, now), gr.skip()
            case _:
                return *_nothing(before), gr.skip(), gr.skip()

    # The list keeps its filter when the tab is opened again, as the search field does.
    tab.select(show, wanted, listed, **in_turn("talks"))
    search.find(find, None, [listed, wanted], **in_turn("talks"))
    listed.act(act, [desk.talk, wanted], [*desk.all, listed, tabs], **in_turn("talks"))


def _nothing(before: Talk) -> tuple[Any, Any, Talk]:
    return gr.skip(), gr.skip(), before
