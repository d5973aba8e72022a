"""The tab of kept conversations. Must never know HTML."""

from typing import Any

import gradio as gr

from page import talks
from page.exchange import Talk
from page.replies import Page
from tabs.ask import Desk
from tabs.parts import html, in_turn, told, user


def lay_out(page: Page, desk: Desk, tabs: gr.Tabs, tab: gr.Tab) -> None:
    """Lay out the field that finds conversations, and their list; opening one goes to the tab of asking."""
    search, listed = html("find-talk", talks.search()), html("talks")

    def show(asked: gr.EventData, request: gr.Request) -> str:
        return page.talks(user(request), told(asked).get("words", ""))

    def act(click: gr.EventData, before: Talk, request: gr.Request) -> tuple[Any, ...]:
        owner = user(request)
        match told(click):
            case {"act": "open", "value": kept}:
                return *page.resume(kept, owner), gr.skip(), gr.Tabs(selected="ask")
            case {"act": "rename", "id": kept, "name": name}:
                return *_nothing(before), page.rename(kept, name, owner), gr.skip()
            case {"act": "delete", "value": kept} if kept == before.id:
                return *page.open(), Talk(), page.delete(kept, owner), gr.skip()
            case {"act": "delete", "value": kept}:
                return *_nothing(before), page.delete(kept, owner), gr.skip()
            case _:
                return *_nothing(before), gr.skip(), gr.skip()

    for wanted in (tab.select, search.find):
        wanted(show, None, listed, **in_turn("talks"))
    listed.act(act, desk.talk, [*desk.all, listed, tabs], **in_turn("talks"))


def _nothing(before: Talk) -> tuple[Any, Any, Talk]:
    return gr.skip(), gr.skip(), before
